// What a check noticed, and how findings become a refusal or a verdict. Every code is a row of `problems.ts`.

import { isRefusalCode, type ProblemCode, type RefusalCode } from './problems.ts';

/** Small facts a text is filled with: names, limits, offsets. Never document content, never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/**
 * `error`: the package is refused. `undecided`: a fact is missing, nothing is proved either way. `warning`: accepted and
 * recorded. `info`: told for completeness.
 */
export type Severity = (typeof SEVERITIES)[number];

export const SEVERITIES = ['error', 'undecided', 'warning', 'info'] as const;

/** One thing a check noticed (phát hiện). `place` is a path in the package such as `/edXML/edXMLEnvelope/edXMLHeader/…`. */
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
  /** Everything the checks noticed, when more is known than the first cause. */
  readonly findings?: readonly Finding[];
}

/**
 * A step's result: its value, or the refusal that ends the way of the package. Steps that judge something beside the
 * package (a revocation list, a time stamp) may fail by any code, for that never answers a request.
 */
export type Result<T, Code extends ProblemCode = RefusalCode> =
  { readonly ok: true; readonly value: T } | Refusal<Code>;

/** passed, failed or undecided (chưa đủ căn cứ kết luận). */
export type Verdict = (typeof VERDICTS)[number];

export const VERDICTS = ['passed', 'failed', 'undecided'] as const;

/** One error fails, one missing fact leaves undecided; nothing noticed means passed. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'failed';
  return findings.some(({ severity }) => severity === 'undecided') ? 'undecided' : 'passed';
}

export function refuse<Code extends ProblemCode>(code: Code, facts: Facts = {}, place?: string): Refusal<Code> {
  return place === undefined ? { ok: false, code, facts } : { ok: false, code, facts, place };
}

/** The refusal that an error among the findings makes; the others are told beside it. */
export function refuseFor(cause: Finding, findings: readonly Finding[]): Refusal {
  const { code, facts, place } = cause;
  if (!isRefusalCode(code)) throw new RangeError(`${code} never refuses a package`);
  return { ...refuse(code, facts, place), findings };
}

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Findings kept of one package; a hostile one could make tens of thousands, and nobody reads them. */
export const FINDINGS_KEPT = 200;

/** At most so many findings, in their order; where some must go, what refuses stays first. */
export function mostTelling(findings: readonly Finding[], limit = FINDINGS_KEPT): readonly Finding[] {
  if (findings.length <= limit) return findings;
  const errors = findings.filter(({ severity }) => severity === 'error').slice(0, limit);
  const remarks = findings.filter(({ severity }) => severity !== 'error').slice(0, limit - errors.length);
  const selection = new Set([...errors, ...remarks]);
  return findings.filter((finding) => selection.has(finding));
}
