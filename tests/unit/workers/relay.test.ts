import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import type { Reference } from '../../../src/ports/broker.ts';
import { relay } from '../../../src/workers/relay.ts';
import { fakeEvents } from '../../support/fake-events.ts';
import { memoryWork } from '../../support/memory-work.ts';
import { leased } from '../gateway/leased.ts';

const GOING = new AbortController().signal;
setMaxListeners(0, GOING);

test('what the broker confirmed leaves the outbox, the rest is given back', async () => {
  const work = memoryWork();
  const rows = [1, 2, 3].map(() => leased(randomUUID()));
  for (const row of rows) work.add(row);
  const events = fakeEvents();
  const asked: number[] = [];
  const broker = { publish: () => Promise.resolve([true, false, true]) };
  const turn = relay({ work, broker, events }, { pause: (ms: number) => (asked.push(ms), Promise.resolve()) });
  await turn(GOING);
  expect(work.outbox).toEqual([rows[1]?.transmission]);
  expect(work.claimed.size).toBe(0);
  expect(events.told).toEqual([['published', 3, 2]]);
  expect(asked).toEqual([100]);
});

test('while the broker is away it asks ever more rarely, and at once again afterwards', async () => {
  const work = memoryWork();
  work.add(leased(randomUUID()));
  const asked: number[] = [];
  let away = true;
  const broker = { publish: (references: readonly Reference[]) => Promise.resolve(references.map(() => !away)) };
  const turn = relay(
    { work, broker, events: fakeEvents() },
    { pause: (ms: number) => (asked.push(ms), Promise.resolve()) },
  );
  for (let round = 0; round < 8; round += 1) await turn(GOING);
  expect(asked).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  away = false;
  await turn(GOING);
  expect(work.outbox).toEqual([]);
  work.add(leased(randomUUID()));
  away = true;
  await turn(GOING);
  expect(asked.at(-1)).toBe(100);
});

test('with nothing due it waits until something is', async () => {
  const work = memoryWork();
  const published: Reference[] = [];
  const broker = {
    publish: (references: readonly Reference[]) => (published.push(...references), Promise.resolve([true])),
  };
  const turn = relay({ work, broker, events: fakeEvents() }, { pause: () => Promise.resolve() });
  const waiting = turn(GOING);
  work.add(leased(randomUUID()));
  await waiting;
  await turn(GOING);
  expect(published).toHaveLength(1);
});
