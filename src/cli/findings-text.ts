// Findings as lines for people. Text out of a file is made harmless for a terminal.

import type { Finding } from '../core/problems/finding.ts';
import { describe } from '../texts/describe.ts';
import { SEVERITIES } from '../texts/verification.ts';
import { inSentence } from '../texts/words.ts';
import type { Language } from '../core/message/language.ts';
import { printable } from './text-table.ts';

/** One line each; lines that read the same are printed once. */
export function findingLines(findings: readonly Finding[], language: Language): readonly string[] {
  const lines = findings.map(({ code, severity, facts }) => {
    const reason = facts['reason'] === undefined ? '' : `, ${String(facts['reason'])}`;
    return printable(
      `  ${inSentence(SEVERITIES[severity][language])}: ${describe(code, facts, language).title} (${code}${reason})`,
    );
  });
  return [...new Set(lines)];
}
