// Archives as the payload of an attachment, judged by the whole way into the gateway: reading, then the rules.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkMediaType } from '../../src/http/media.ts';
import { PROBLEMS } from '../../src/core/problems.ts';
import { ProblemError } from '../../src/core/problem-error.ts';
import { PackageReader } from '../../src/core/pipeline.ts';
import { validate } from '../../src/core/validate/validate.ts';
import { describeCorpus, judge, readLedger } from '../support/corpora.ts';
import { chunksOf, documentPackage } from '../support/packages.ts';

interface Case {
  readonly id: string;
  readonly file: string;
  readonly expected: string;
  readonly problem: string | null;
}

const NOW = new Date('2026-11-22T03:00:00Z');

/** As senders would label it: an archive of the sender's own is another matter than a wrapping. */
function nameOf(id: string): string {
  return id.endsWith('.zip') ? id.replace(/\.zip$/, '.pdf') : id;
}

/** The code of the refusal; else what became of it: the file inside, or the attachment as it came. */
function outcomeOf(id: string, bytes: Buffer, pieces: readonly number[]): string {
  const name = nameOf(id);
  const reader = new PackageReader();
  for (const piece of chunksOf(documentPackage({ attachments: [{ name, bytes, contentType: null }] }), pieces)) {
    reader.feed(piece);
  }
  const read = reader.end();
  if (!read.ok) return read.code;
  const { message, findings } = read.value;
  const error = [...findings, ...validate(message, NOW)].find(({ severity }) => severity === 'error');
  if (error !== undefined) return error.code;
  const [attachment] = message.kind === 'status' ? [] : message.attachments;
  expect([attachment?.attachmentName, attachment?.size]).toEqual([name, bytes.length]);
  return attachment?.opened === undefined ? 'accept-bytes-unchanged' : 'accept';
}

/** What a request may be answered whose body comes compressed. */
function compressedOutcome(): string {
  try {
    checkMediaType({ 'content-type': 'application/xml', 'content-encoding': 'gzip' }, ['application/xml']);
    return 'taken';
  } catch (error) {
    return error instanceof ProblemError ? `${PROBLEMS[error.code].status}` : 'other';
  }
}

describeCorpus('archives', (folder) => {
  const { cases } = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as { cases: Case[] };
  const ledger = readLedger('archives');

  test('is whole', () => {
    expect(cases).toHaveLength(31);
    const known = new Set(cases.map(({ id }) => id));
    expect([...ledger.keys()].filter((id) => !known.has(id))).toEqual([]);
  });

  test.each(cases)('$id', ({ id, file, expected, problem }) => {
    if (problem === '415-or-413') {
      judge(id, problem.split('-or-'), compressedOutcome(), ledger);
      return;
    }
    const wanted = expected === 'reject' ? (problem ?? '') : expected.replace(/-name-from-xml$/, '');
    const bytes = readFileSync(join(folder, file));
    for (const pieces of [[1 << 20], [1, 2, 3, 5, 8, 13, 4096], [997]]) {
      judge(id, [wanted], outcomeOf(id, bytes, pieces), ledger);
    }
  });
});
