import { excerpt } from '../message/excerpt.ts';
import type { Finding, Refusal, Severity, Result } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { OpenedPackage } from '../open/opened.ts';
import type { JudgedSigner, JudgedPath } from '../pki/signer.ts';
import type { SignatureMaterial } from '../signature/material.ts';
import type { Basis } from './basis.ts';
import type { DocumentReport } from './report.ts';
import type { Requirements } from './requirements.ts';

/** What several checks build on, worked out once. Undefined: it could not be, and the check that tells why has told. */
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

/** What a check cannot do without. */
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
 * One thing to look at. `run` answers what it noticed; nothing noticed means passed. It is asked only when its needs are
 * met, and it may rely on them.
 */
export interface Check {
  readonly name: string;
  /** What it looks at: a profile may record what is found of the package's signature and draw nothing from it. */
  readonly about: 'package' | 'attachments';
  readonly needs: readonly Need[];
  run(opened: OpenedPackage, basis: Basis, context: Context): readonly Finding[];
}

/** Whether what a check needs is there. */
export function hasNeed(context: Context, basis: Basis, need: Need): boolean {
  if (need === 'package-signature') return context.isSigned;
  if (need === 'scans') return basis.scans !== null;
  if (need === 'signer') return context.signer?.ok === true;
  if (need === 'revocation-data') {
    // Where the authorities publish nothing, nothing was looked at, which is not the same as nothing found.
    return context.path?.statuses.some(({ kind }) => kind !== 'not-published') === true;
  }
  if (need === 'document-signatures') return context.documents.some(bearsSignatures);
  if (need === 'signed-documents-wanted') {
    const { mainDocument, unsigned } = context.requirements;
    return mainDocument === 'by-agency' || unsigned === 'marked';
  }
  return context[need] !== undefined;
}

/** Whether there is a signature in it, or damage that may hide one. */
function bearsSignatures({ signatures, verdict }: DocumentReport): boolean {
  return signatures.length > 0 || verdict !== 'passed';
}

/** A refusal as the finding it is. */
export function findingOf(refusal: Refusal<ProblemCode>, severity: Severity = 'error'): Finding {
  const { code, facts, place } = refusal;
  return place === undefined ? { code, severity, facts } : { code, severity, facts, place };
}

/** Identifiers come from the package: cut short and without control characters before they become facts. */
export function quoted(text: string): string {
  return excerpt(text, 120).replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}
