import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { Base64Decoder, Base64Digest } from '../../src/core/xml/base64.ts';
import { XmlFault } from '../../src/core/xml/fault.ts';
import { describeCorpus, judge, readLedger } from '../support/corpora.ts';
import { pieces } from '../support/xml-events.ts';

interface Case {
  readonly id: string;
  readonly text: string;
  readonly expected: 'accept' | 'reject';
  readonly problem?: string;
  readonly decoded_sha256?: string;
  readonly decoded_len?: number;
}

/** `size sha256`, or the code of the refusal. An empty attachment is the package reader's refusal, told by size 0. */
function digestOf(text: Buffer, sizes: readonly number[]): string {
  const digest = new Base64Digest();
  try {
    for (const piece of pieces(text, sizes)) digest.feed(piece);
    const { size, sha256 } = digest.end();
    return size === 0 ? 'attachment-empty' : `${size} ${sha256}`;
  } catch (error) {
    if (error instanceof XmlFault) return error.code;
    throw error;
  }
}

function decodedOf(text: Buffer, sizes: readonly number[]): string {
  const decoder = new Base64Decoder();
  try {
    const parts = pieces(text, sizes).map((piece) => decoder.feed(piece));
    const bytes = Buffer.concat([...parts, decoder.end()]);
    return bytes.length === 0
      ? 'attachment-empty'
      : `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
  } catch (error) {
    if (error instanceof XmlFault) return error.code;
    throw error;
  }
}

describeCorpus('base64', (folder) => {
  const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: Case[] };
  const ledger = readLedger('base64');

  test('is whole', () => {
    expect(cases).toHaveLength(36);
    const known = new Set(cases.map(({ id }) => id));
    expect([...ledger.keys()].filter((id) => !known.has(id))).toEqual([]);
  });

  test.each(cases)('$id', ({ id, text, expected, problem, decoded_len, decoded_sha256 }) => {
    const wanted = expected === 'accept' ? `${decoded_len ?? -1} ${decoded_sha256 ?? ''}` : (problem ?? '');
    const bytes = Buffer.from(text, 'utf8');
    judge(id, [wanted], digestOf(bytes, []), ledger);
    for (const size of [1, 3, 7]) {
      const sizes = new Array<number>(bytes.length).fill(size);
      judge(id, [wanted], digestOf(bytes, sizes), ledger);
      judge(id, [wanted], decodedOf(bytes, sizes), ledger);
    }
  });
});
