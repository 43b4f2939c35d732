import { expect, test } from '@jest/globals';
import { backOff, loop, untilDone, type Pause } from '../../../src/workers/loop.ts';
import { pause } from '../../../src/workers/pause.ts';
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
  await loop('sweep', turn, stop.signal, { events, pause: rest });
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
  await loop('relay', turn, stop.signal, { events, pause: instant().pause });
  expect(events.names()).toEqual(['taskFailed', 'taskFailed']);
});

test('an act that never succeeds ends with the signal', async () => {
  const stop = new AbortController();
  const events = fakeEvents();
  const result = await untilDone('settle', () => Promise.reject<string>(new Error('away')), stop.signal, {
    events,
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
