import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  CHAIN_START,
  canonicalDetails,
  chainHash,
  headBytes,
  type AuditRow,
} from '../../../../src/core/exchange/audit-chain.ts';

const ROW: AuditRow = {
  seq: 1n,
  id: '01a20352-4801-7155-b8fd-f2ed96e3568a',
  at: new Date('2026-11-22T03:04:05.678Z'),
  actor: 'client:xa-mot',
  act: 'message.accept',
  object: '01a20352-4801-7156-93e9-fd391c1a906d',
  outcome: 'ok',
  details: '{"size":12}',
};

test('the hash is that of the bytes that the format names', () => {
  // Written out by hand: 4-byte lengths before UTF-8 texts, after the 32 bytes of the hash before.
  const bytes = Buffer.concat([
    Buffer.alloc(32),
    Buffer.from('\x00\x00\x00\x011', 'latin1'),
    Buffer.from('\x00\x00\x00\x2401a20352-4801-7155-b8fd-f2ed96e3568a', 'latin1'),
    Buffer.from('\x00\x00\x00\x182026-11-22T03:04:05.678Z', 'latin1'),
    Buffer.from('\x00\x00\x00\x0dclient:xa-mot', 'latin1'),
    Buffer.from('\x00\x00\x00\x0emessage.accept', 'latin1'),
    Buffer.from('\x00\x00\x00\x2401a20352-4801-7156-93e9-fd391c1a906d', 'latin1'),
    Buffer.from('\x00\x00\x00\x02ok', 'latin1'),
    Buffer.from('\x00\x00\x00\x0b{"size":12}', 'latin1'),
  ]);
  expect(chainHash(CHAIN_START, ROW)).toEqual(createHash('sha256').update(bytes).digest());
});

/** Never to change: chains of years hang on it. */
test.each<[string, AuditRow, Buffer, string]>([
  ['the first row', ROW, CHAIN_START, 'caa15c92cffaf2d41547d73ef8622c7135f2f388172eaecf5fae92e39d276703'],
  [
    'a later row with Vietnamese text',
    { ...ROW, seq: 9_007_199_254_740_993n, actor: 'client:xã-mẫu', details: '{"name":"Xã Mẫu"}' },
    Buffer.alloc(32, 0xab),
    'a7e99c3726b3e845b06878164cd784c681f3aedb3958e0631eaf13c783593a3f',
  ],
])('%s has the hash it always had', (_, row, previous, expected) => {
  expect(chainHash(previous, row).toString('hex')).toBe(expected);
});

test.each<[string, Partial<AuditRow>]>([
  ['seq', { seq: 2n }],
  ['id', { id: ROW.object }],
  ['at', { at: new Date(ROW.at.getTime() + 1) }],
  ['actor', { actor: 'client:xa-hai' }],
  ['act', { act: 'message.refuse' }],
  ['object', { object: '' }],
  ['outcome', { outcome: 'forbidden' }],
  ['details', { details: '{}' }],
  ['the border between two texts', { actor: 'client:xa-mo', act: 'tmessage.accept' }],
])('another %s gives another hash', (_, change) => {
  expect(chainHash(CHAIN_START, { ...ROW, ...change })).not.toEqual(chainHash(CHAIN_START, ROW));
});

describe('canonical forms', () => {
  test.each([
    [{}, '{}'],
    [{ b: 1, a: 'x', ä: true }, '{"a":"x","b":1,"ä":true}'],
    [{ q: '"\u0000\n' }, '{"q":"\\"\\u0000\\n"}'],
  ])('of the facts %j', (facts, expected) => {
    expect(canonicalDetails(facts)).toBe(expected);
  });

  test('of a head', () => {
    const head = { seq: 7n, hash: Buffer.alloc(32, 1), at: new Date('2026-11-22T03:00:00Z') };
    expect(headBytes(head).toString()).toBe(`{"at":"2026-11-22T03:00:00.000Z","hash":"${'01'.repeat(32)}","seq":"7"}`);
  });
});
