import { excerpt } from '../excerpt.ts';
import type { Finding, Refusal, Severity, Step } from '../finding.ts';
import type { OpenedPackage } from '../opened.ts';
import type { JudgedSigner, JudgedPath } from '../pki/signer.ts';
import type { SignatureMaterial } from '../signature/material.ts';
import type { Evidence } from './evidence.ts';

/** What several checks build on, worked out once. Undefined: it could not be, and the check that tells why has told. */
export interface Context {
  readonly material: SignatureMaterial | undefined;
  readonly signer: Step<JudgedSigner> | undefined;
  readonly path: JudgedPath | undefined;
}

/** What a check cannot do without. */
export type Need = 'material' | 'signer' | 'path' | 'scans';

/**
 * One thing to look at. `run` answers what it noticed; nothing noticed means passed. It is asked only when its needs are
 * met, and it may rely on them.
 */
export interface Check {
  readonly name: string;
  readonly needs: readonly Need[];
  run(opened: OpenedPackage, evidence: Evidence, context: Context): readonly Finding[];
}

/** Whether what a check needs is there. */
export function hasNeed(context: Context, evidence: Evidence, need: Need): boolean {
  if (need === 'scans') return evidence.scans !== null;
  if (need === 'signer') return context.signer?.ok === true;
  return context[need] !== undefined;
}

/** A refusal as the finding it is. */
export function findingOf(refusal: Refusal, severity: Severity = 'error'): Finding {
  const { code, facts, place } = refusal;
  return place === undefined ? { code, severity, facts } : { code, severity, facts, place };
}

/** Identifiers come from the package: cut short and without control characters before they become facts. */
export function quoted(text: string): string {
  return excerpt(text, 120).replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}
