// `lienthong serve`: runs the gateway until it is told to stop.

import { loadConfig, type Configured } from '../config/config.ts';
import { environmentWith } from '../config/env.ts';
import { loadSecrets } from '../config/secrets.ts';
import { EXIT } from './exit-codes.ts';
import { answer, progress, type CommonOptions } from './terminal.ts';

export interface ConfigOptions {
  readonly config?: string;
  readonly data?: string;
  readonly roles?: string;
  readonly host?: string;
  readonly port?: string;
}

/** The settings with a command's options laid over them. */
export function configured(options: ConfigOptions): Configured {
  return loadConfig(
    environmentWith({
      LIENTHONG_CONFIG: options.config,
      LIENTHONG_DATA_DIR: options.data,
      LIENTHONG_ROLES: options.roles,
      LIENTHONG_HTTP_HOST: options.host,
      LIENTHONG_HTTP_PORT: options.port,
    }),
  );
}

/** Resolves to the exit status after an orderly stop. */
export async function serve(options: CommonOptions & ConfigOptions): Promise<number> {
  const { config, secrets } = configured(options);
  const { startGateway } = await import('../main.ts');
  const stop = untilStopped();
  const gateway = await startGateway(config, loadSecrets(config, secrets));
  if (options.json === true) answer(options, { ok: true, url: gateway.url, pid: process.pid }, () => '');
  else progress(`Lienthong: ${gateway.url} (${config.roles.join(', ')}; ${config.dataDir})`);
  await stop;
  await gateway.close();
  return EXIT.done;
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
