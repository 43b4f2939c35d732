// Findings as lines for people. Whatever came out of a file is made harmless for a terminal.

import type { Finding, Severity } from '../core/problems/finding.ts';
import { describe } from '../texts/describe.ts';
import type { Language } from './terminal.ts';
import { printable } from './text-table.ts';

const SEVERITIES: Readonly<Record<Severity, Readonly<Record<Language, string>>>> = {
  error: { vi: 'lỗi', en: 'error' },
  undecided: { vi: 'chưa đủ căn cứ', en: 'undecided' },
  warning: { vi: 'lưu ý', en: 'warning' },
  info: { vi: 'thông tin', en: 'info' },
};

/** One line each; one fact about two parts of a package reads the same and is told once. */
export function findingLines(findings: readonly Finding[], language: Language): readonly string[] {
  const lines = findings.map(({ code, severity, facts }) => {
    const reason = facts['reason'] === undefined ? '' : `, ${String(facts['reason'])}`;
    return printable(
      `  ${SEVERITIES[severity][language]}: ${describe(code, facts, language).title} (${code}${reason})`,
    );
  });
  return [...new Set(lines)];
}
