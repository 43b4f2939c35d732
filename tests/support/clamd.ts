// A ClamAV daemon of the tests' own, with a signature database of one line: the test file that all scanners know.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, until } from './external.ts';
import { requireTool } from './tools.ts';

/** In two halves, so that no scanner takes this very file away. */
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  'latin1',
);

export interface TestClamd {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

export async function startClamd(): Promise<TestClamd> {
  const program = await requireTool('clamd');
  const folder = await mkdtemp(path.join(tmpdir(), 'lienthong-clamd-'));
  const port = await freePort();
  await writeFile(path.join(folder, 'own.ndb'), `Lienthong.Test.File:0:*:${EICAR.toString('hex')}\n`);
  const config = path.join(folder, 'clamd.conf');
  const settings = {
    Foreground: 'yes',
    DatabaseDirectory: folder,
    TCPAddr: '127.0.0.1',
    TCPSocket: String(port),
    TemporaryDirectory: folder,
    StreamMaxLength: '64M',
  };
  await writeFile(
    config,
    `${Object.entries(settings)
      .map((pair) => pair.join(' '))
      .join('\n')}\n`,
  );
  const child = spawn(program, ['--config-file', config], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until('clamd listens', 60, async () => {
    if (child.exitCode !== null) throw new Error(`clamd ended with ${child.exitCode}`);
    return (await accepts(port)) || undefined;
  });
  return {
    url: `clamd://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async close() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
