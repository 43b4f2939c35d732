import { expect, test } from '@jest/globals';
import { newId } from '../../../../src/drivers/ids.ts';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids are UUIDv7 of their instant', () => {
  const at = new Date('2026-11-22T03:04:05.678Z');
  const id = newId(at);
  expect(id).toMatch(VERSION_7);
  expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at.getTime());
});

test('each is greater than the one before, in one millisecond and when the clock goes back', () => {
  const at = new Date('2026-11-22T03:04:06.000Z');
  const ids = Array.from({ length: 20_000 }, (_, n) => newId(n % 3 === 0 ? new Date(at.getTime() - n) : at));
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => VERSION_7.test(id))).toBe(true);
});
