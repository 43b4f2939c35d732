// A killed gateway leaves behind a server without a supervisor, or one that died and was never reaped. Both
// keep a new server off the cluster, so both are ended before the start.

import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '../error-code.ts';

/** Milliseconds a server gets for a fast shutdown, then for an immediate one, before it is killed. */
const STAGES: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];

/**
 * Ends every PostgreSQL process of the cluster and removes a `postmaster.pid` that stands for none. The caller holds the
 * data directory's lock, so whatever runs there belongs to no living gateway. Answers whether a server was found.
 */
export async function endOrphans(cluster: string): Promise<boolean> {
  const file = path.join(cluster, 'postmaster.pid');
  const leader = readPid(file);
  let isOrphaned = false;
  for (const [signal, patience] of STAGES) {
    const processes = processesOf(cluster, leader);
    if (processes.length === 0) break;
    isOrphaned = true;
    // The server ends its own children in order; without it each child has to be told.
    for (const pid of leader !== null && processes.includes(leader) ? [leader] : processes) send(pid, signal);
    await until(() => processesOf(cluster, leader).length === 0, patience);
  }
  // Its number may have gone to another program by now, which PostgreSQL would take for a server.
  if (processesOf(cluster, leader).length === 0) rmSync(file, { force: true });
  return isOrphaned;
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Living processes that work in the cluster's folder, as all of PostgreSQL's do. Zombies have no folder any more. */
function processesOf(cluster: string, leader: number | null): readonly number[] {
  const folder = realpathSync(cluster);
  let names: readonly string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // No /proc (macOS): the number in the file is all there is to go by.
    return leader !== null && isAlive(leader) ? [leader] : [];
  }
  return names.filter((name) => worksIn(name, folder)).map(Number);
}

function worksIn(pid: string, folder: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === folder &&
      path.basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('postgres')
    );
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes(codeOf(error))) return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

async function until(condition: () => boolean, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition() && performance.now() < end) await pause(20);
}
