// What tests need of the machine they run on: free ports, commands, packages of Debian.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A TCP port of the loopback interface that no program listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

/** Asks again until `probe` answers something, at most `seconds`; its last error is the cause of the failure. */
export async function until<T>(
  what: string,
  seconds: number,
  probe: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let cause: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`, { cause });
    await delay(25);
  }
}

/** Runs a command to its end; answers what it printed. Rejects with both outputs when it fails. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...options, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}: ${stderr || stdout || error.message}`, { cause: error }));
    });
  });
}

/** Path of a command, looked for in PATH and in the folders that only root has there. */
export async function findCommand(name: string, extraFolders: readonly string[] = []): Promise<string | undefined> {
  const folders = [...extraFolders, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders.filter((each) => each !== '')) {
    const path = join(folder, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

/** Whether Debian's packages can be installed here without a password. */
export async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await findCommand('apt-get')) !== undefined;
}

/** Installs Debian packages and leaves their services unstarted: a test starts what it needs, on ports of its own. */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages];
  process.stderr.write(`installing ${packages.join(' ')} …\n`);
  await updateLists(env);
  await run('apt-get', install, { env });
}

/** Unlike installing, this does not wait while another does the same: suites that run side by side often do. */
async function updateLists(env: NodeJS.ProcessEnv): Promise<void> {
  const fault = await until('the package lists can be updated', 300, async () => {
    try {
      await run('apt-get', ['update', '-qq'], { env });
      return 'none';
    } catch (error) {
      if (String(error).includes('Could not get lock')) throw error;
      return { error };
    }
  });
  if (fault !== 'none') throw fault.error;
}

/** Ends a process that this one started: asks, and after `seconds` insists. Resolves when it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM', seconds = 20): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const insist = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  await gone;
  clearTimeout(insist);
}

/**
 * Starts a server that dies with this process, also where this one is killed outright (Linux lets a child ask for that).
 * Its output goes nowhere: servers keep logs of their own.
 */
export async function serve(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<ChildProcess> {
  const setpriv = process.platform === 'linux' ? await findCommand('setpriv') : undefined;
  const [program, ...rest] =
    setpriv === undefined ? [command, ...args] : [setpriv, '--pdeathsig', 'KILL', command, ...args];
  const child = spawn(program, rest, { env, stdio: 'ignore' });
  const bury = () => child.kill('SIGKILL');
  process.once('exit', bury);
  child.once('exit', () => process.removeListener('exit', bury));
  child.once('error', () => process.removeListener('exit', bury));
  return child;
}
