import { expect, test } from '@jest/globals';
import { parseDate, parseTimestamp, VALUES } from '../../../../src/core/formats/edxml/values.ts';

test.each([
  ['2026/11/20', '2026-11-20', true],
  ['2024/02/29', '2024-02-29', true],
  ['2026/1/5', '2026-01-05', false],
  ['05/01/2026', '2026-01-05', false],
  ['5/1/2026', '2026-01-05', false],
  ['2026-01-05', '2026-01-05', false],
  ['2026/01/05 00:00:00', '2026-01-05', false],
  ['2026-01-05T23:30:00Z', '2026-01-06', false],
])('date %s', (text, value, standard) => {
  expect(parseDate(text)).toEqual({ value, standard });
});

test.each([
  '2026/02/29',
  '2026/00/10',
  '2026/04/31',
  '0000/00/00',
  '1899/12/31',
  '2026/11',
  '20261120',
  '12/31/2026',
  '',
  '２０２６/11/20',
])('no date: %s', (text) => {
  expect(parseDate(text)).toBeUndefined();
});

test.each([
  ['2026/11/20 08:29:51', '2026-11-20T08:29:51', true],
  ['20/11/2026 08:29:51', '2026-11-20T08:29:51', false],
  ['2026-11-20T08:29:51', '2026-11-20T08:29:51', false],
  ['2026-11-20T08:29:51.123+07:00', '2026-11-20T08:29:51', false],
  ['2026-11-20T20:29:51Z', '2026-11-21T03:29:51', false],
  ['2026/11/20 08:29', '2026-11-20T08:29:00', false],
])('timestamp %s', (text, value, standard) => {
  expect(parseTimestamp(text)).toEqual({ value, standard });
});

test.each(['2026/11/20', '2026/11/20 24:00:00', '2026/11/20 08:60:00', '2026/02/30 08:00:00', 'null'])(
  'no timestamp: %s',
  (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  },
);

test.each([
  ['integer', '007', 7],
  ['integer', '999999999', 999_999_999],
  ['integer', '9999999999', undefined],
  ['integer', '1.5', undefined],
  ['integer', '１', undefined],
  ['flag', 'True', true],
  ['flag', '0', false],
  ['flag', 'yes', undefined],
] as const)('%s %s', (type, text, value) => {
  expect(VALUES[type](text)?.value).toBe(value);
});
