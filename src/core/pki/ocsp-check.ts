// An OCSP answer is believed (RFC 6960 sections 3.2 and 4.2.2) when it is about this certificate, and the issuer of the
// certificate signed it, or a responder that this issuer, and no other authority, appointed.

import { type Refusal, type Result, refuse, ok } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { keyWeakness } from '../crypto/keys.ts';
import type { Certificate } from './certificate.ts';
import { KEY_USAGE } from './extensions.ts';
import { type OcspAnswer, type OcspStatement, freshUntil, idFault, isResponder } from './ocsp.ts';
import type { Proof } from './proof.ts';
import { type BelievedStatement, CLOCK_SKEW } from './revocation-status.ts';
import { isGenuine } from './signed.ts';
import type { Trust } from './trust.ts';

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

export interface OcspQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/** The status of a responder's own certificate at an instant, by lists alone: an answer must not vouch for itself. */
export type ResponderStatus = (
  responder: Certificate,
  at: number,
) => { readonly kind: 'good' | 'revoked' | 'unknown'; readonly support: readonly Proof[] };

/**
 * Takes from an answer what it says of a certificate. Refuses with `ocsp-invalid` and why: `serial`, `hash`,
 * `issuer-name`, `issuer-key` (it speaks of another), `responder` (who it says signed it is nowhere),
 * `responder-not-delegated`, `responder-dates`, `responder-revoked`, `responder-unchecked`, `signature`.
 */
export function believeAnswer(
  answer: OcspAnswer,
  question: OcspQuestion,
  statusOf: ResponderStatus,
  trust: Pick<Trust, 'memory'>,
): Result<BelievedStatement, ProblemCode> {
  const statement = statementFor(answer, question);
  if (!statement.ok) return statement;
  const support = supportOf(answer, question.issuer, statusOf, trust);
  return support.ok ? ok({ answer, statement: statement.value, support: support.value }) : support;
}

function statementFor(answer: OcspAnswer, { certificate, issuer }: OcspQuestion): Result<OcspStatement, ProblemCode> {
  let fault = 'serial';
  for (const statement of answer.statements) {
    const mismatch = idFault(statement.id, certificate, issuer);
    if (mismatch === undefined) return ok(statement);
    if (mismatch !== 'serial') fault = mismatch;
  }
  return invalid(fault);
}

/** The proofs that the answer's signature rests on besides the issuer, or the reason not to believe it. */
function supportOf(
  answer: OcspAnswer,
  issuer: Certificate,
  statusOf: ResponderStatus,
  trust: Pick<Trust, 'memory'>,
): Result<readonly Proof[], ProblemCode> {
  if (isResponder(answer, issuer)) return isMadeBy(answer, issuer, trust) ? ok([]) : invalid('signature');
  let fault: Result<readonly Proof[], ProblemCode> = invalid('responder');
  for (const responder of answer.certificates) {
    if (!isResponder(answer, responder)) continue;
    const delegated = delegation(responder, issuer, answer.producedAt, statusOf, trust);
    if (delegated.ok && isMadeBy(answer, responder, trust)) return delegated;
    fault = delegated.ok ? invalid('signature') : delegated;
  }
  return fault;
}

/**
 * RFC 6960 section 4.2.2.2: appointed by a certificate that the issuing authority's own key signed, with
 * id-kp-OCSPSigning. Its own revocation is checked unless it says that this need not be (section 4.2.2.2.1); where that
 * cannot be done, it may be in other hands, and its answers count for nothing.
 */
function delegation(
  responder: Certificate,
  issuer: Certificate,
  producedAt: number,
  statusOf: ResponderStatus,
  trust: Pick<Trust, 'memory'>,
): Result<readonly Proof[], ProblemCode> {
  const isFit = responder.notUnderstood.length === 0 && keyWeakness(responder.key) === undefined;
  if (!isFit || !isAppointed(responder, issuer, trust)) return invalid('responder-not-delegated');
  if (producedAt < responder.notBefore || producedAt > responder.notAfter) return invalid('responder-dates');
  const { kind, support } = statusOf(responder, producedAt);
  if (kind === 'revoked') return invalid('responder-revoked');
  if (kind === 'good') return ok(support);
  return responder.isOcspNoCheck ? ok([]) : invalid('responder-unchecked');
}

function isAppointed(responder: Certificate, issuer: Certificate, trust: Pick<Trust, 'memory'>): boolean {
  const { issuerKey, extendedKeyUsage, keyUsage, fingerprint, signed } = responder;
  const signs = KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation;
  return (
    issuerKey === issuer.subjectKey &&
    extendedKeyUsage?.includes(OCSP_SIGNING) === true &&
    (keyUsage === null || (keyUsage & signs) !== 0) &&
    isGenuine(fingerprint, signed, issuer.key, issuer.keySha256, trust.memory.signatures)
  );
}

function isMadeBy(answer: OcspAnswer, responder: Certificate, trust: Pick<Trust, 'memory'>): boolean {
  return isGenuine(answer.fingerprint, answer.signed, responder.key, responder.keySha256, trust.memory.signatures);
}

/**
 * Checks what only the asking side can know of an answer that has just come: that it is not one of another day, and not
 * one to another question. `nonce`: the one that was sent; a responder may leave it out, but not return another.
 * Refuses with `ocsp-invalid`: `nonce`, `future` or `stale`.
 */
export function checkFreshAnswer(
  believed: BelievedStatement,
  now: number,
  nonce: Buffer | undefined,
): Result<BelievedStatement, ProblemCode> {
  const { answer, statement } = believed;
  if (nonce !== undefined && answer.nonce !== null && !answer.nonce.equals(nonce)) return invalid('nonce');
  if (Math.max(statement.thisUpdate, answer.producedAt) > now + CLOCK_SKEW) return invalid('future');
  return freshUntil(statement) < now - CLOCK_SKEW ? invalid('stale') : ok(believed);
}

function invalid(reason: string): Refusal<ProblemCode> {
  return refuse('ocsp-invalid', { reason });
}
