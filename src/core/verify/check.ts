import { excerpt } from '../message/excerpt.ts';
import type { Finding, Refusal, Severity, Result } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { OpenedPackage } from '../open/opened.ts';
import type { JudgedSigner, JudgedPath } from '../pki/signer.ts';
import type { SignatureMaterial } from '../signature/material.ts';
import type { Basis } from './basis.ts';
import type { DocumentReport } from './report.ts';
import type { Requirements } from './requirements.ts';

/**
 * Facts that several checks build on, worked out once. A fact that could not be worked out is undefined, and a check of
 * its own says why.
 */
export interface Context {
  /** Whether the package bears a signature, however broken. */
  readonly isSigned: boolean;
  readonly material: SignatureMaterial | undefined;
  readonly signer: Result<JudgedSigner> | undefined;
  readonly path: JudgedPath | undefined;
  /** Every PDF file of the package, judged. */
  readonly documents: readonly DocumentReport[];
  readonly requirements: Requirements;
}

/** The facts that a check may need. */
export type Need =
  | 'package-signature'
  | 'material'
  | 'signer'
  | 'path'
  | 'revocation-data'
  | 'scans'
  | 'document-signatures'
  | 'signed-documents-wanted';

/**
 * One check. `run` answers its findings; no finding means passed. It is run only when its needs are met, and may rely
 * on them.
 */
export interface Check {
  readonly name: string;
  /** The subject of the check: a profile may record the findings about the package's signature without consequence. */
  readonly about: 'package' | 'attachments';
  readonly needs: readonly Need[];
  run(opened: OpenedPackage, basis: Basis, context: Context): readonly Finding[];
}

/** Whether a fact that a check needs is there. */
export function hasNeed(context: Context, basis: Basis, need: Need): boolean {
  if (need === 'package-signature') return context.isSigned;
  if (need === 'scans') return basis.scans !== null;
  if (need === 'signer') return context.signer?.ok === true;
  if (need === 'revocation-data') {
    // Where the authorities publish nothing, the check did not run; it must not count as passed.
    return context.path?.statuses.some(({ kind }) => kind !== 'not-published') === true;
  }
  if (need === 'document-signatures') return context.documents.some(bearsSignatures);
  if (need === 'signed-documents-wanted') {
    const { mainDocument, unsigned } = context.requirements;
    return mainDocument === 'by-agency' || unsigned === 'marked';
  }
  return context[need] !== undefined;
}

/** Whether the document has a signature, or damage that may hide one. */
function bearsSignatures({ signatures, verdict }: DocumentReport): boolean {
  return signatures.length > 0 || verdict !== 'passed';
}

/** Turns a refusal into a finding. */
export function findingOf(refusal: Refusal<ProblemCode>, severity: Severity = 'error'): Finding {
  const { code, facts, place } = refusal;
  return place === undefined ? { code, severity, facts } : { code, severity, facts, place };
}

/** Cuts an identifier of the package short and removes control characters, before it becomes a fact. */
export function quoted(text: string): string {
  return excerpt(text, 120).replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}
