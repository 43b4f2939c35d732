// Archives as the payload of an attachment, judged by the whole way into the gateway: reading, then the rules.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkMediaType } from '../../src/http/media.ts';
import { PROBLEMS } from '../../src/core/problems/problems.ts';
import { ProblemError } from '../../src/core/problems/problem-error.ts';
import { describeCorpus, judge, readLedger } from '../support/corpora.ts';
import { judged } from '../support/judged.ts';
import { documentPackage } from '../support/packages.ts';

interface Case {
  readonly id: string;
  readonly file: string;
  readonly expected: string;
  readonly problem: string | null;
}

/** As senders would label it: an archive of the sender's own is another matter than a wrapping. */
function nameOf(id: string): string {
  return id.endsWith('.zip') ? id.replace(/\.zip$/, '.pdf') : id;
}

/** The code of the refusal; else what became of it: the file inside, or the attachment as it came. */
function outcomeOf(id: string, bytes: Buffer, pieces: readonly number[]): string {
  const name = nameOf(id);
  const sent = documentPackage({ attachments: [{ name, bytes, contentType: null }] });
  const { code, message } = judged(sent, pieces);
  if (code !== 'ok' || message === undefined) return code;
  const [attachment] = message.kind === 'status' ? [] : message.attachments;
  expect([attachment?.attachmentName, attachment?.size]).toEqual([name, bytes.length]);
  return attachment?.opened === undefined ? 'accept-bytes-unchanged' : 'accept';
}

/** Possible answers to a request with a compressed body. */
function compressedOutcome(): string {
  try {
    checkMediaType({ 'content-type': 'application/xml', 'content-encoding': 'gzip' }, ['application/xml']);
    return 'taken';
  } catch (error) {
    return error instanceof ProblemError ? `${PROBLEMS[error.code].http}` : 'other';
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
