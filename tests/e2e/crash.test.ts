// `kill -9` of the gateway in the middle of the demonstration, at seeded instants, each followed by a restart on the same
// data. The demonstration must finish, and its receivers' ledgers, written before each acknowledgement, must show every
// accepted message exactly once an addressee.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readLedger, type LedgerLine } from '../../src/demo/ledger.ts';
import { until } from '../support/external.ts';
import { finished, LiveGateway, lienthong, spawnCommand } from '../support/live-gateway.ts';

const ROUNDS = 30;
/** Kills that must fall between the first step and the last, or the run says nothing. */
const LEAST_ACTIVE = 20;
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const PATIENCE = '60';
const NOBODY = 65_534;

/** Known by its seed: mulberry32. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Round {
  readonly round: number;
  /** Milliseconds after the first step. */
  readonly instant: number;
  /** The driver was still at work when the gateway died. */
  readonly active: boolean;
  /** A message had been accepted by then, or was by a later try. */
  readonly message: {
    readonly id: string;
    readonly sha256: string;
    readonly deliveries: readonly { readonly id: string; readonly organisation: string }[];
  } | null;
  /** The message that revoked it. */
  readonly revocation: string | null;
  readonly code: number | null;
  readonly told: string;
}

type Shown = Pick<Round, 'message' | 'revocation'>;

let folder: string;
let gateway: LiveGateway;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-crash-'));
  gateway = await LiveGateway.open(join(folder, 'data'));
}, 120_000);

afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the driver once; kills and restarts the gateway `instant` milliseconds after the first step, when given. */
async function round(number: number, instant?: number): Promise<Round & { readonly took: number }> {
  const ledgers = join(folder, 'ledgers');
  const driver = spawnCommand([
    'demo',
    '--exit',
    '--json',
    '--credentials',
    gateway.demo.credentials,
    '--ledgers',
    ledgers,
    '--patience',
    PATIENCE,
  ]);
  const ended = finished(driver);
  if (driver.stderr !== null) await Promise.race([once(driver.stderr, 'data'), ended]);
  const began = performance.now();
  let active = false;
  if (instant !== undefined) {
    await delay(instant);
    active = driver.exitCode === null;
    await gateway.kill();
    await gateway.start();
  }
  const { code, stdout, stderr } = await ended;
  const shown = stdout === '' ? { message: null, revocation: null } : (JSON.parse(stdout) as Shown);
  const { message, revocation } = shown;
  const took = performance.now() - began;
  return { round: number, instant: instant ?? 0, active, message, revocation, code, told: stderr, took };
}

async function ledgerLines(): Promise<LedgerLine[]> {
  const names = ['sender', 'push', 'inbox', 'platform'];
  return (await Promise.all(names.map((name) => readLedger(join(folder, 'ledgers', `${name}.jsonl`))))).flat();
}

describe('the gateway killed in the middle of the demonstration', () => {
  test(`${ROUNDS} seeded kills lose nothing and double nothing`, async () => {
    process.stderr.write(`crash test: CRASH_SEED=${SEED}\n`);
    const next = random(SEED);
    // The first round is slower than those that follow, and the last part of each is the driver's own ending: a kill timed
    // by them would often come too late.
    const undisturbed = [await round(0), await round(0)];
    for (const { code, told } of undisturbed) expect({ code, told }).toMatchObject({ code: 0 });
    const window = 0.7 * Math.min(...undisturbed.map(({ took }) => took));

    const rounds: Round[] = [...undisturbed];
    let active = 0;
    for (let number = 1; active < ROUNDS && number <= 2 * ROUNDS; number += 1) {
      const done = await round(number, next() * window);
      rounds.push(done);
      if (done.active) active += 1;
      process.stderr.write(
        `  ${number}: killed at ${done.instant.toFixed(0)} ms, ${done.active ? 'active' : 'idle'}, ended ${done.code} after ${(done.took / 1000).toFixed(1)} s\n`,
      );
      if (done.code !== 0) process.stderr.write(done.told);
    }
    expect(
      rounds.filter((one) => one.code !== 0).map((one) => ({ seed: SEED, round: one.round, instant: one.instant })),
    ).toEqual([]);
    expect(active).toBeGreaterThanOrEqual(LEAST_ACTIVE);

    const lines = await ledgerLines();
    const taken = lines.filter((line) => line.kind !== 'status');
    const { push, unreachable } = gateway.demo.world.receivers;
    /** A receiver that answers had the revocation; each other one has it once or, at the end of the demonstration, not yet. */
    const told = (revocation: string | null) => {
      const mine = taken.filter((line) => line.message === revocation);
      const distinct = new Set(mine.map(({ delivery }) => delivery));
      const organisations = new Set(mine.map(({ organisation }) => organisation));
      return {
        one: distinct.size === organisations.size && !organisations.has(unreachable.organisation),
        all: organisations.has(push.organisation),
      };
    };
    for (const { round: number, message, revocation } of rounds) {
      expect({ number, revoked: told(revocation) }).toEqual({ number, revoked: { one: true, all: true } });
      if (message === null) throw new Error(`round ${number} accepted nothing`);
      const { id, sha256, deliveries } = message;
      for (const { id: delivery, organisation } of deliveries) {
        const mine = taken.filter((line) => line.message === id && line.organisation === organisation);
        const expected = organisation === unreachable.organisation ? 0 : 1;
        const distinct = new Set(mine.map((line) => line.delivery));
        expect({ number, organisation, distinct: distinct.size }).toEqual({ number, organisation, distinct: expected });
        for (const line of mine) expect(line).toMatchObject({ delivery, sha256 });
      }
    }
    const known = new Set(rounds.flatMap((one) => [one.message?.id, one.revocation ?? undefined]));
    expect(taken.filter((line) => !known.has(line.message))).toEqual([]);
    const audit = await lienthong(['verify-audit', '--data', gateway.demo.dataDir, '--json']);
    expect({ code: audit.code, told: audit.stderr + audit.stdout }).toMatchObject({ code: 0 });
  }, 900_000);
});

describe('a gateway that does not run as root', () => {
  test('is killed, starts again on the same data, and finishes', async () => {
    const root = process.getuid?.() === 0;
    const account = root ? { uid: NOBODY, gid: NOBODY } : undefined;
    const home = await mkdtemp(join(tmpdir(), 'lienthong-nobody-'));
    if (root) await chown(home, NOBODY, NOBODY);
    try {
      const data = join(home, 'demo');
      const options = account === undefined ? {} : { account };
      // Killed with its database server still running: the next start must end that one first.
      const first = spawnCommand(['demo', '--data', data, '--json'], options);
      const log = join(data, 'gateway.log');
      await until('the first gateway has started', 60, async () =>
        (await readFile(log, 'utf8').catch(() => '')).includes('gateway.started') ? true : undefined,
      );
      const gone = finished(first);
      process.kill(await gatewayOf(first), 'SIGKILL');
      expect((await gone).code).not.toBe(0);
      const second = await lienthong(['demo', '--data', data, '--exit', '--json'], options);
      expect({ code: second.code, told: second.code === 0 ? '' : second.stderr }).toEqual({ code: 0, told: '' });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }, 180_000);
});

/** The gateway is the one child of the demonstration that is a Node program. */
async function gatewayOf(demo: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${demo.pid ?? 0}/task/${demo.pid ?? 0}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}
