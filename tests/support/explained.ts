// Whether people can do something with a finding: its texts have every fact they speak of, and it says where. The readers,
// verifiers and validators of the suites pass what they find through here, so that every vector is a vector of this too.

import type { Finding, Result } from '../../src/core/problems/finding.ts';
import type { ProblemCode } from '../../src/core/problems/problems.ts';
import { PROBLEM_TEXTS } from '../../src/texts/problems.ts';

/** Codes that need no place in the package, and why. */
const PLACELESS: ReadonlyMap<ProblemCode, string> = new Map([['body-empty', 'there is no package']]);

type Told = Pick<Finding, 'code' | 'facts' | 'place'>;

/** The fault of an explanation; undefined when there is none. */
function unexplained({ code, facts, place }: Told): string | undefined {
  const { vi, en, todoVi, todoEn } = PROBLEM_TEXTS[code];
  const wanted = [...`${vi}${en}${todoVi}${todoEn}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const missing = wanted.filter((name) => !Object.hasOwn(facts, name));
  if (missing.length > 0) return `${code}: its text lacks ${missing.join(', ')}`;
  // Where bytes are not yet elements, the place is the byte.
  const somewhere = place !== undefined || Object.hasOwn(facts, 'offset') || PLACELESS.has(code);
  return somewhere ? undefined : `${code}: nothing says where`;
}

/** The same findings, once all of them are told as they should be. */
export function explained(findings: readonly Finding[]): readonly Finding[] {
  for (const finding of findings) expectExplained(finding);
  return findings;
}

/** The same step, once its refusal and its findings are told as they should be. */
export function explainedStep<T extends { readonly findings: readonly Finding[] }>(step: Result<T>): Result<T> {
  if (!step.ok) expectExplained(step);
  explained(step.ok ? step.value.findings : (step.findings ?? []));
  return step;
}

function expectExplained(told: Told): void {
  const fault = unexplained(told);
  if (fault !== undefined) throw new Error(fault);
}
