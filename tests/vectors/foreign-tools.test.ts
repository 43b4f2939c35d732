// Packages and PDF files as other people's tools write them, each an example of a kind: what the corpus expects of each.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkFile, type VerifyOptions } from '../../src/cli/verify/verify.ts';
import { describeCorpus } from '../support/corpora.ts';

/** By the beginning of the file's name: the verdict, and the cause where it is not passed. */
const EXPECTED: readonly (readonly [beginning: string, verdict: string, cause: string | null])[] = [
  ['A1-', 'passed', null],
  ['A2-', 'passed', null],
  ['A3-', 'passed', null],
  ['A4-', 'undecided', 'pdf-field-filled'],
  ['B1-', 'passed', null],
  ['B2-', 'undecided', 'document-unsigned'],
  ['C1-', 'passed', null],
  ['C2-', 'passed', null],
  ['D1-', 'undecided', 'certificate-expired'],
  ['E1-', 'failed', 'pdf-field-name-duplicated'],
  ['J1-', 'failed', 'attachment-signature-invalid'],
];

describeCorpus('foreign-tools', (folder) => {
  const data = join(folder, 'data');
  const files = readdirSync(data);
  const trust = files.filter((name) => name.startsWith('root-')).map((name) => join(data, name));
  const options: VerifyOptions = { lang: 'vi', trust, revocation: false, profile: 'strict' };

  test.each(EXPECTED)('%s is %s (%s)', async (beginning, verdict, cause) => {
    const name = files.find((file) => file.startsWith(beginning)) ?? beginning;
    const verification = await checkFile(join(data, name), options, new Date('2026-12-01T00:00:00Z'));
    expect([verification.verdict, verification.cause?.code ?? null]).toEqual([verdict, cause]);
  });
});
