import { expect, test } from '@jest/globals';
import { machine } from '../../../src/drivers/machine.ts';
import { backOff, createLoops } from '../../../src/gateway/loop.ts';
import type { Pause } from '../../../src/ports/world.ts';
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
  await createLoops(events, { pause: rest }).run('sweep', turn, stop.signal);
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
  await createLoops(events, instant()).run('relay', turn, stop.signal);
  expect(events.names()).toEqual(['taskFailed', 'taskFailed']);
});

test('an act that never succeeds ends with the signal', async () => {
  const stop = new AbortController();
  const events = fakeEvents();
  const pause = () => {
    stop.abort();
    return Promise.resolve();
  };
  const act = () => Promise.reject<string>(new Error('away'));
  const result = await createLoops(events, { pause }).untilDone('settle', act, stop.signal);
  expect(result).toBeUndefined();
});

test('a pause ends with its signal and leaves no listener', async () => {
  const stop = new AbortController();
  const { pause } = machine;
  const waiting = pause(60_000, stop.signal);
  stop.abort();
  await waiting;
  await pause(60_000, stop.signal);
});

test('many who fail at the same are one line in the log', async () => {
  const events = fakeEvents();
  const { signal } = new AbortController();
  let faults = 0;
  const act = () => ((faults += 1) <= 100 ? Promise.reject<string>(new Error('away')) : Promise.resolve('done'));
  const loops = createLoops(events, instant());
  await Promise.all(Array.from({ length: 100 }, () => loops.untilDone('lease', act, signal)));
  expect(events.names()).toEqual(['taskFailed']);
  faults = 0;
  await loops.untilDone('lease', act, signal);
  expect(events.names()).toEqual(['taskFailed', 'taskFailed']);
});
