// The public corpora that CORPORA_DIR names, and the ledgers of the cases where the gateway differs on purpose.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

/** One case in which the gateway does something else than the corpus expects, and why. */
export interface LedgerLine {
  readonly id: string;
  readonly expected: string;
  readonly actual: string;
  readonly reason: string;
}

export function readLedger(name: string): ReadonlyMap<string, LedgerLine> {
  const text = readFileSync(new URL(`../vectors/ledgers/${name}.json`, import.meta.url), 'utf8');
  return new Map((JSON.parse(text) as LedgerLine[]).map((line) => [line.id, line]));
}

/**
 * Judges one case: as expected, or as its ledger line says. A ledger line that is no longer true fails as surely as a
 * difference that is not in the ledger.
 */
export function judge(
  id: string,
  expected: readonly string[],
  actual: string,
  ledger: ReadonlyMap<string, LedgerLine>,
): void {
  const line = ledger.get(id);
  if (line === undefined) {
    expect(expected).toContain(actual);
    return;
  }
  expect({ id, actual }).toEqual({ id, actual: line.actual });
  expect(expected).not.toContain(actual);
}

/** Registers the tests of a corpus; without the folder, one test that says so, which fails where nothing may be left out. */
export function describeCorpus(name: string, tests: (folder: string) => void): void {
  const folder = process.env['CORPORA_DIR'];
  describe(`corpus ${name}`, () => {
    if (folder !== undefined && folder !== '') {
      tests(join(folder, name));
      return;
    }
    test('was not run: CORPORA_DIR is not set', () => {
      process.stderr.write(`corpus ${name} was not run: CORPORA_DIR is not set\n`);
      expect(process.env['CI']).not.toBe('true');
    });
  });
}
