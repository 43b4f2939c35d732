import { expect, test } from '@jest/globals';
import type { DeliveryState } from '../../../src/core/exchange/lifecycle.ts';
import { wordsFor } from '../../../src/texts/states.ts';

test.each<[DeliveryState, string]>([
  [{ transport: 'queued', business: { latest: null, furthest: null }, recall: 'none' }, 'Chờ gửi'],
  [{ transport: 'arrived', business: { latest: '03', furthest: '03' }, recall: 'none' }, 'Đã tiếp nhận'],
  [{ transport: 'arrived', business: { latest: '02', furthest: '02' }, recall: 'none' }, 'Từ chối tiếp nhận'],
  [{ transport: 'arrived', business: { latest: '02', furthest: '03' }, recall: 'none' }, 'Từ chối tiếp nhận'],
  [
    { transport: 'arrived', business: { latest: '01', furthest: '03' }, recall: 'asked' },
    'Đã tiếp nhận (đang đề nghị lấy lại)',
  ],
])('in words: %#', (state, words) => {
  expect(wordsFor(state, 'vi')).toBe(words);
});
