// `lienthong serve`: runs the gateway until it is told to stop.

import { loadSecrets } from '../../config/secrets.ts';
import { configured, type ConfigOptions } from '../configured.ts';
import { EXIT } from '../exit-codes.ts';
import { answer, progress, type CommonOptions } from '../terminal.ts';

/** Resolves to the exit status after an orderly stop. */
export async function serve(options: CommonOptions & ConfigOptions): Promise<number> {
  const { config, secrets } = configured(options);
  const { startGateway } = await import('../../main.ts');
  const stop = untilStopped();
  try {
    const gateway = await startGateway(config, loadSecrets(config, secrets));
    if (options.json === true) answer(options, { ok: true, url: gateway.url, pid: process.pid }, () => '');
    else progress(`Lienthong: ${gateway.url} (${config.roles.join(', ')}; ${config.dataDir})`);
    await stop;
    await gateway.close();
    return EXIT.done;
  } finally {
    // An open channel would keep the process alive, also one that could not start.
    if (process.connected) process.disconnect();
  }
}

/**
 * Resolves at SIGTERM, at Ctrl-C, or when the program that started this one with a channel is gone. A second signal ends
 * the process at once.
 */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(EXIT.interrupted);
      asked = true;
      resolve();
    };
    process.on('SIGTERM', ask);
    process.on('SIGINT', ask);
    if (process.connected) process.once('disconnect', resolve);
  });
}
