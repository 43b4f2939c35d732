import { expect, test } from '@jest/globals';
import { backOff, loop, untilDone, type Pause } from '../../../src/gateway/loop.ts';
import { pause } from '../../../src/gateway/pause.ts';
import { fakeEvents } from '../../support/fake-events.ts';

/** A pause that takes no time and remembers how long it was asked to be. */
function instant(): { pause: Pause; asked: number[] } {
  const asked: number[] = [];
  return { asked, pause: (milliseconds) => (asked.push(milliseconds), Promise.resolve()) };
}

test('pauses grow from a tenth of a second to five', () => {
  expect([1, 2, 3, 6, 7, 50].map(backOff)).toEqual([100, 200, 400, 3200, 5000, 5000]);
});

test('a turn that throws is told once, tried again with growing pauses, and the loop goes on', async () => {
  const events = fakeEvents();
  const { pause: rest, asked } = instant();
  const stop = new AbortController();
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (turns <= 3) return Promise.reject(new Error('away'));
    if (turns === 6) stop.abort();
    return Promise.resolve();
  };
  await loop('sweep', turn, stop.signal, { events, pause: rest, failing: new Set() });
  expect(turns).toBe(6);
  expect(asked).toEqual([100, 200, 400]);
  expect(events.told).toEqual([['taskFailed', 'sweep', expect.any(Error)]]);
});

test('a second row of failures is told again', async () => {
  const events = fakeEvents();
  const stop = new AbortController();
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (turns === 4) stop.abort();
    return turns % 2 === 1 ? Promise.reject(new Error('away')) : Promise.resolve();
  };
  await loop('relay', turn, stop.signal, { events, pause: instant().pause, failing: new Set() });
  expect(events.names()).toEqual(['taskFailed', 'taskFailed']);
});

test('an act that never succeeds ends with the signal', async () => {
  const stop = new AbortController();
  const events = fakeEvents();
  const result = await untilDone('settle', () => Promise.reject<string>(new Error('away')), stop.signal, {
    events,
    failing: new Set(),
    pause: () => {
      stop.abort();
      return Promise.resolve();
    },
  });
  expect(result).toBeUndefined();
});

test('a pause ends with its signal and leaves no listener', async () => {
  const stop = new AbortController();
  const waiting = pause(60_000, stop.signal);
  stop.abort();
  await waiting;
  await pause(60_000, stop.signal);
});

test('many who fail at the same are one line in the log', async () => {
  const events = fakeEvents();
  const failing = new Set<string>();
  const { signal } = new AbortController();
  let faults = 0;
  const act = () => ((faults += 1) <= 100 ? Promise.reject<string>(new Error('away')) : Promise.resolve('done'));
  const parts = { events, failing, pause: instant().pause };
  await Promise.all(Array.from({ length: 100 }, () => untilDone('lease', act, signal, parts)));
  expect(events.names()).toEqual(['taskFailed']);
  expect(failing.size).toBe(0);
});
