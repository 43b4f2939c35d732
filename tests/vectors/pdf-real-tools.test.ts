// PDF documents signed by other people's programs, two of them one after the other, and signed pages that were repainted
// afterwards: the verdict that each must get, and what must be told of what came after a signature.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { checkFile, type VerifyOptions } from '../../src/cli/verify/verify.ts';
import { describeCorpus } from '../support/corpora.ts';

const VERDICTS = z.looseObject({
  cases: z.array(z.looseObject({ file: z.string(), expected: z.enum(['passed', 'not-passed', 'told']) })),
});

describeCorpus('pdf-real-tools', (folder) => {
  const { cases } = VERDICTS.parse(JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')));
  const options: VerifyOptions = { lang: 'vi', trust: [join(folder, 'pki', 'root.pem')], revocation: false };
  const check = async (file: string) => {
    const { verdict, document } = await checkFile(join(folder, file), options, new Date('2026-12-01T00:00:00Z'));
    return { verdict, signatures: document?.report.signatures ?? [] };
  };

  const withExpectation = (expected: string) => cases.filter((row) => row.expected === expected);

  test.each(withExpectation('passed'))('$file passes', async ({ file }) => {
    const { verdict, signatures } = await check(file);
    expect(signatures.map((signature) => [signature.field, signature.verdict])).toEqual(
      signatures.map(({ field }) => [field, 'passed']),
    );
    expect(verdict).toBe('passed');
  });

  test.each(withExpectation('not-passed'))('$file does not pass, and the reader is told', async ({ file }) => {
    const { verdict, signatures } = await check(file);
    expect(verdict).not.toBe('passed');
    const isTold = signatures.some(({ additions = [], findings }) => additions.length > 0 || findings.length > 0);
    expect(isTold).toBe(true);
  });

  test.each(withExpectation('told'))('$file is told', async ({ file }) => {
    const { signatures } = await check(file);
    expect(signatures.flatMap(({ additions = [] }) => additions.map(({ kind }) => kind))).toContain('filling');
  });

  describe('what a further signature shows is told of the earlier one', () => {
    const pairs = cases.filter(({ file }) => /^data\/\w+-\w+-\w+\.pdf$/.test(file));
    test.each(pairs)('$file', async ({ file }) => {
      const { signatures } = await check(file);
      const [first, second] = signatures.toSorted((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
      expect(first?.additions).toEqual([
        expect.objectContaining({
          kind: 'signing',
          subject: 'signature',
          field: second?.field,
          place: expect.objectContaining({ page: 1 }) as unknown,
          coveredBy: expect.objectContaining({ field: second?.field }) as unknown,
        }),
      ]);
      expect(second?.additions).toBeUndefined();
    });
  });
});
