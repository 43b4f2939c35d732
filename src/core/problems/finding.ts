// Findings of checks, and how they become a refusal or a verdict. Every code is a row of `problems.ts`.

import { isRefusalCode, type ProblemCode, type RefusalCode } from './problems.ts';

/** Small facts a text is filled with: names, limits, offsets. Never document content, never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/**
 * `error`: the package is refused. `undecided`: a fact is missing, nothing is proved either way. `warning`: accepted
 * and recorded. `info`: reported for completeness.
 */
export type Severity = (typeof SEVERITIES)[number];

export const SEVERITIES = ['error', 'undecided', 'warning', 'info'] as const;

/**
 * One finding of a check (phát hiện). `place` is a path in the package such as `/edXML/edXMLEnvelope/edXMLHeader/…`.
 */
export interface Finding {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly facts: Facts;
  readonly place?: string;
}

/** The answer "no", as a value: a code of the catalogue and the facts its text needs. */
export interface Refusal<Code extends ProblemCode = RefusalCode> {
  readonly ok: false;
  readonly code: Code;
  readonly facts: Facts;
  readonly place?: string;
  /** All findings of the checks, when there are more than the first cause. */
  readonly findings?: readonly Finding[];
}

/**
 * A step's result: its value, or the refusal of the package. Steps that judge other data than the package (a revocation
 * list, a time stamp) may fail with any code, because their failure never answers a request.
 */
export type Result<T, Code extends ProblemCode = RefusalCode> =
  { readonly ok: true; readonly value: T } | Refusal<Code>;

/** passed, failed or undecided (chưa đủ căn cứ kết luận). */
export type Verdict = (typeof VERDICTS)[number];

export const VERDICTS = ['passed', 'failed', 'undecided'] as const;

/** One error makes the verdict failed, one missing fact makes it undecided; without either it is passed. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'failed';
  return findings.some(({ severity }) => severity === 'undecided') ? 'undecided' : 'passed';
}

export function refuse<Code extends ProblemCode>(code: Code, facts: Facts = {}, place?: string): Refusal<Code> {
  return place === undefined ? { ok: false, code, facts } : { ok: false, code, facts, place };
}

/** The refusal for an error among the findings; it carries the others too. */
export function refuseFor(cause: Finding, findings: readonly Finding[]): Refusal {
  const { code, facts, place } = cause;
  if (!isRefusalCode(code)) throw new RangeError(`${code} never refuses a package`);
  return { ...refuse(code, facts, place), findings };
}

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Findings kept of one package; an attacker's package could cause tens of thousands, more than a person reads. */
export const FINDINGS_KEPT = 200;

/** At most `limit` findings, in their order; when some must go, refusing findings stay first. */
export function mostTelling(findings: readonly Finding[], limit = FINDINGS_KEPT): readonly Finding[] {
  if (findings.length <= limit) return findings;
  const errors = findings.filter(({ severity }) => severity === 'error').slice(0, limit);
  const remarks = findings.filter(({ severity }) => severity !== 'error').slice(0, limit - errors.length);
  const selection = new Set([...errors, ...remarks]);
  return findings.filter((finding) => selection.has(finding));
}
