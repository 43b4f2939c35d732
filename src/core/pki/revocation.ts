// Judges the certificates of a path by lists and answers, and names what is still to be learned.

import { type Finding, type Result, refuse, ok } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { AnchorPurpose } from '../registry/anchor.ts';
import type { Certificate } from './certificate.ts';
import { type SignerSearch, collectLists, directOnly, otherSigners } from './crl-check.ts';
import type { Crl } from './crl.ts';
import { KEY_USAGE } from './extensions.ts';
import type { OcspAnswer } from './ocsp.ts';
import { type ResponderStatus, believeAnswer, checkFreshAnswer } from './ocsp-check.ts';
import type { TrustPath } from './path.ts';
import {
  type BelievedStatement,
  CLOCK_SKEW,
  type CheckedCertificate,
  type RevocationStatus,
  iso,
  statusAt,
  unused,
  wasGoodBy,
} from './revocation-status.ts';
import { isSignedBy } from './signed.ts';
import type { Trust } from './trust.ts';

/** What of a trust a status is judged by. */
export type StatusTrust = Pick<Trust, 'crls' | 'answers' | 'memory'>;

/**
 * Collects, for every certificate of a path, the lists and answers that may be believed about it, whatever the instant.
 * `known`: certificates among which another signer of a list may be found.
 */
export function collectRevocation(
  path: TrustPath,
  trust: StatusTrust,
  ground: { readonly certificates: readonly Certificate[]; readonly purpose: AnchorPurpose },
): CheckedCertificate[] {
  const signers = otherSigners({ path, trust, ...ground });
  return path.certificates.map((certificate, index) => {
    const issuer = path.certificates[index + 1] ?? path.anchor.certificate;
    const lists = collectLists({ certificate, issuer }, trust, signers);
    const statusOf = responderStatus(issuer, trust, signers);
    const answers = collectAnswers(certificate, issuer, trust, statusOf);
    return {
      certificate,
      issuer,
      lists: lists.lists,
      answers: answers.answers,
      faults: [...lists.faults, ...answers.faults],
    };
  });
}

/** By lists alone: an answer must not vouch for its maker. */
function responderStatus(issuer: Certificate, trust: StatusTrust, signers: SignerSearch): ResponderStatus {
  return (responder, at) => {
    const { lists } = collectLists({ certificate: responder, issuer }, trust, signers);
    const status = statusAt({ certificate: responder, issuer, lists, answers: [], faults: [] }, at);
    const support = 'source' in status ? status.source.proofs : [];
    if (status.kind !== 'good' && status.kind !== 'revoked') return { kind: 'unknown', support };
    return { kind: wasGoodBy(status) ? 'good' : 'revoked', support };
  };
}

function collectAnswers(
  certificate: Certificate,
  issuer: Certificate,
  trust: StatusTrust,
  statusOf: ResponderStatus,
): Pick<CheckedCertificate, 'answers' | 'faults'> {
  const answers: BelievedStatement[] = [];
  const faults: Finding[] = [];
  for (const answer of trust.answers.get(certificate.serial) ?? []) {
    const believed = believeAnswer(answer, { certificate, issuer }, statusOf, trust);
    if (believed.ok) answers.push(believed.value);
    else faults.push(unused('ocsp-invalid', { ...believed.facts, producedAt: iso(answer.producedAt) }));
  }
  return { answers, faults };
}

/** A certificate whose status is still to be learned, and the places that it names for that. */
export interface WantedRevocation {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** `http:` and `https:` only, as they are written; whether they may be asked is for others to say. */
  readonly ocspUrls: readonly string[];
  readonly crlUrls: readonly string[];
}

interface CheckedStatuses {
  readonly certificates: readonly CheckedCertificate[];
  readonly statuses: readonly RevocationStatus[];
}

/** The certificates of a judged path of which no fresh status is known although its anchor requires one. */
export function wantedRevocation(path: CheckedStatuses): readonly WantedRevocation[] {
  return path.certificates.flatMap(({ certificate, issuer }, index) => {
    const kind = path.statuses[index]?.kind;
    if (kind !== 'unknown' && kind !== 'stale') return [];
    const points = [...certificate.distributionPoints, ...certificate.freshestPoints];
    return {
      certificate,
      issuer,
      ocspUrls: certificate.ocspUrls.filter(isWebAddress),
      crlUrls: points.flatMap(({ place }) => place?.urls ?? []).filter(isWebAddress),
    };
  });
}

/** The same of several judged paths, each certificate once for an issuer. */
export function lackingOf(paths: readonly CheckedStatuses[]): readonly WantedRevocation[] {
  const lacking = new Map<string, WantedRevocation>();
  for (const wanted of paths.flatMap(wantedRevocation)) {
    lacking.set(`${wanted.certificate.fingerprint} ${wanted.issuer.keySha256}`, wanted);
  }
  return [...lacking.values()];
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

/** The question of an answer that has just come. */
export interface Asked extends Pick<WantedRevocation, 'certificate' | 'issuer'> {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly nonce?: Buffer;
}

/** Checks an answer that has just come, so that only what will be believed is kept. Refuses with `ocsp-invalid` and why. */
export function receiveAnswer(
  answer: OcspAnswer,
  question: Asked,
  trust: StatusTrust,
): Result<BelievedStatement, ProblemCode> {
  const statusOf = responderStatus(question.issuer, trust, directOnly);
  const believed = believeAnswer(answer, question, statusOf, trust);
  return believed.ok ? checkFreshAnswer(believed.value, question.now, question.nonce) : believed;
}

/**
 * The same for a list, which must be the certificate's issuer's own. Refuses with `crl-invalid`: `issuer`, `signature` or
 * `future`.
 */
export function receiveList(crl: Crl, issuer: Certificate, now: number): Result<Crl, ProblemCode> {
  const { signed, issuerKey, thisUpdate } = crl;
  const maySign = issuer.keyUsage === null || (issuer.keyUsage & KEY_USAGE.crlSign) !== 0;
  if (issuerKey !== issuer.subjectKey || !maySign) return refuse('crl-invalid', { reason: 'issuer' });
  if (!isSignedBy(signed, issuer.key)) return refuse('crl-invalid', { reason: 'signature' });
  return thisUpdate > now + CLOCK_SKEW ? refuse('crl-invalid', { reason: 'future' }) : ok(crl);
}
