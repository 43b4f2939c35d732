import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { describeCorpus, judge, readLedger } from '../support/corpora.ts';
import { codeOf, readPackage } from '../support/read-package.ts';

interface Case {
  readonly id: string;
  readonly file: string;
  readonly gateway_expected: 'reject';
  readonly problem: string;
  readonly limits: { readonly max_ms: number; readonly max_rss_growth_mb: number };
}

/** The corpus' words, in codes of the catalogue. */
const NOT_AN_ENVELOPE = ['schema-invalid', 'envelope-missing'];
const CODES: Readonly<Record<string, readonly string[]>> = {
  'xml-doctype-forbidden': ['xml-doctype-forbidden'],
  'xml-not-well-formed-or-not-envelope': ['xml-not-well-formed', ...NOT_AN_ENVELOPE],
  'not-envelope': NOT_AN_ENVELOPE,
};

describeCorpus('xml-hostile', (folder) => {
  const { cases } = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as { cases: Case[] };
  const ledger = readLedger('xml-hostile');

  test('is whole', () => {
    expect(cases).toHaveLength(74);
    const problems = new Map(cases.map(({ id, problem }) => [id, problem]));
    for (const { id, expected } of ledger.values()) expect([id, problems.get(id)]).toEqual([id, expected]);
  });

  test.each(cases)('$id', ({ id, file, problem, limits }) => {
    const bytes = readFileSync(join(folder, file));
    const memory = process.memoryUsage();
    const started = performance.now();
    const actual = codeOf(readPackage(bytes));
    expect(performance.now() - started).toBeLessThan(limits.max_ms);
    const grown = process.memoryUsage().rss - memory.rss;
    expect(grown).toBeLessThan(limits.max_rss_growth_mb * 1_000_000);
    expect(actual).not.toBe('ok');
    judge(id, CODES[problem] ?? [problem], actual, ledger);

    const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, k) => bytes.subarray(k * 7, k * 7 + 7));
    expect(codeOf(readPackage(chunks))).toBe(actual);
  });
});
