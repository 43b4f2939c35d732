// Whether the certificates of a path were revoked at an instant, as far as the lists and answers at hand can tell: whoever
// a genuine one calls revoked is revoked, whatever another says; good needs one that is genuine and fresh.

import type { Finding, Step } from '../finding.ts';
import type { Certificate } from './certificate.ts';
import { findRevocation } from './crl.ts';
import type { Crl, Revocation } from './crl.ts';
import { placeNames } from './distribution-point.ts';
import { KEY_USAGE } from './extensions.ts';
import type { OcspAnswer } from './ocsp.ts';
import { believeAnswer, checkFreshAnswer, CLOCK_SKEW, freshUntil } from './ocsp-check.ts';
import type { BelievedStatement, ResponderStatus } from './ocsp-check.ts';
import type { TrustPath } from './path.ts';
import type { Proof } from './proof.ts';
import { isGenuine } from './signature-memory.ts';
import type { SignatureMemory } from './signature-memory.ts';
import type { Trust } from './trust.ts';

/** One certificate of a path with what may speak of it, newest first, signatures checked. */
export interface CheckedCertificate {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly lists: readonly Crl[];
  readonly answers: readonly BelievedStatement[];
  /** Lists and answers that bear its issuer's name and cannot be used. */
  readonly faults: readonly Finding[];
}

/** What a status rests on: a list or an answer. Times are milliseconds since 1970. */
export interface StatusSource {
  readonly kind: 'crl' | 'ocsp';
  /** RFC 2253, for people: who says so. */
  readonly issuerText: string;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  /** The list or answer itself, and whatever else it rests on. */
  readonly proofs: readonly [Proof, ...Proof[]];
}

/**
 * Why it was revoked, as far as judging old signatures goes. `cessation`: the key was never in other hands, what was signed
 * before still stands; all else may be a `compromise`.
 */
export type RevocationCause = 'cessation' | 'compromise';

export type RevocationStatus =
  | {
      readonly kind: 'good';
      readonly source: StatusSource;
      /** Revoked, but after the instant. */ readonly later?: Revocation;
    }
  | {
      readonly kind: 'revoked';
      readonly source: StatusSource;
      readonly revocation: Revocation;
      readonly cause: RevocationCause;
    }
  | { readonly kind: 'stale'; readonly source: StatusSource }
  | { readonly kind: 'unknown' }
  /** Nothing can be told, and the anchor says that nothing needs to be. */
  | { readonly kind: 'not-published' };

/** RFC 5280 section 5.3.1. A hold may hide anything, and so may no reason at all. */
const CESSATION: ReadonlySet<Revocation['reason']> = new Set([
  'affiliationChanged',
  'cessationOfOperation',
  'privilegeWithdrawn',
  'superseded',
]);

export function causeOf({ reason }: Revocation): RevocationCause {
  return CESSATION.has(reason) ? 'cessation' : 'compromise';
}

type Published = Pick<Trust, 'crls' | 'answers'>;

/** Collects, for every certificate of a path, the lists and answers that may be believed about it, whatever the instant. */
export function collectEvidence(path: TrustPath, published: Published, memory: SignatureMemory): CheckedCertificate[] {
  return path.certificates.map((certificate, index) => {
    const issuer = path.certificates[index + 1] ?? path.anchor.certificate;
    const lists = collectLists(certificate, issuer, published.crls, memory);
    const statusOf = responderStatus(issuer, published, memory);
    const answers = collectAnswers(certificate, issuer, published.answers, statusOf, memory);
    return {
      certificate,
      issuer,
      lists: lists.lists,
      answers: answers.answers,
      faults: [...lists.faults, ...answers.faults],
    };
  });
}

/** By lists alone: an answer must not vouch for whoever made it. */
function responderStatus(issuer: Certificate, published: Published, memory: SignatureMemory): ResponderStatus {
  return (responder, at) => {
    const { lists } = collectLists(responder, issuer, published.crls, memory);
    const status = statusAt({ certificate: responder, issuer, lists, answers: [], faults: [] }, at);
    const support = 'source' in status ? status.source.proofs : [];
    if (status.kind !== 'good' && status.kind !== 'revoked') return { kind: 'unknown', support };
    // Whoever may have had the key since could have dated the answer back.
    const isStolen = status.kind === 'good' && status.later !== undefined && causeOf(status.later) === 'compromise';
    return { kind: isStolen ? 'revoked' : status.kind, support };
  };
}

function collectLists(
  certificate: Certificate,
  issuer: Certificate,
  crls: Published['crls'],
  memory: SignatureMemory,
): Pick<CheckedCertificate, 'lists' | 'faults'> {
  const lists: Crl[] = [];
  const faults: Finding[] = [];
  for (const crl of crls.get(certificate.issuerKey) ?? []) {
    if (!speaksOf(crl, certificate)) continue;
    if (isIssuedBy(crl, issuer, memory)) lists.push(crl);
    else faults.push(unused('crl-invalid', { reason: 'signature', issuer: crl.issuerText, ...updates(crl) }));
  }
  return { lists, faults };
}

function collectAnswers(
  certificate: Certificate,
  issuer: Certificate,
  published: Published['answers'],
  statusOf: ResponderStatus,
  memory: SignatureMemory,
): Pick<CheckedCertificate, 'answers' | 'faults'> {
  const answers: BelievedStatement[] = [];
  const faults: Finding[] = [];
  for (const answer of published.get(certificate.serial) ?? []) {
    const believed = believeAnswer(answer, { certificate, issuer }, statusOf, memory);
    if (believed.ok) answers.push(believed.value);
    else faults.push(unused('ocsp-invalid', { ...believed.facts, producedAt: iso(answer.producedAt) }));
  }
  return { answers, faults };
}

function unused(code: 'crl-invalid' | 'ocsp-invalid', facts: Finding['facts']): Finding {
  return { code, severity: 'warning', facts };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** When a list or answer was made and when the next is due, as facts. */
export function updates({ thisUpdate, nextUpdate }: Pick<Crl, 'thisUpdate' | 'nextUpdate'>): Finding['facts'] {
  return { thisUpdate: iso(thisUpdate), ...(nextUpdate === null ? {} : { nextUpdate: iso(nextUpdate) }) };
}

function isIssuedBy(crl: Crl, issuer: Certificate, memory: SignatureMemory): boolean {
  if (issuer.keyUsage !== null && (issuer.keyUsage & KEY_USAGE.crlSign) === 0) return false;
  return isGenuine(crl.fingerprint, crl.signed, issuer.key, issuer.keySha256, memory);
}

/** A list of some certificates only, or of one place only, says nothing of the others. */
function speaksOf(crl: Crl, certificate: Certificate): boolean {
  const { only, place } = crl.scope;
  const isAuthority = certificate.basicConstraints?.authority === true;
  if ((only === 'users' && isAuthority) || (only === 'authorities' && !isAuthority)) return false;
  if (place === null) return true;
  const names = placeNames(place, crl.issuerKey);
  return certificate.distributionPoints.some((point) => {
    return point.place !== null && placeNames(point.place, crl.issuerKey).some((name) => names.includes(name));
  });
}

/** What one list or answer says of a certificate. */
interface Statement {
  readonly source: StatusSource;
  readonly revocation: Revocation | undefined;
  /** It holds for every instant up to this one. */
  readonly freshUntil: number;
  /** It no longer knows what had expired before; null: it was made while the certificate was valid. */
  readonly isSilent: boolean;
}

const listProof = ({ fingerprint, signed }: Crl): Proof => ({ kind: 'crl', sha256: fingerprint, der: signed.source });

function listStatement(list: Crl, certificate: Certificate): Statement {
  const { thisUpdate, nextUpdate, issuerText } = list;
  const revocation = findRevocation(list, certificate.serial);
  return {
    source: { kind: 'crl', issuerText, thisUpdate, nextUpdate, proofs: [listProof(list)] },
    revocation: revocation?.reason === 'removeFromCRL' ? undefined : revocation,
    freshUntil: nextUpdate ?? thisUpdate,
    isSilent: thisUpdate > certificate.notAfter,
  };
}

/** An answer that its responder does not know the certificate is none. */
function answerStatement({ answer, statement, support }: BelievedStatement, certificate: Certificate): Statement[] {
  if (statement.status.kind === 'unknown') return [];
  const { thisUpdate, nextUpdate, archiveCutoff } = statement;
  const proof: Proof = { kind: 'ocsp', sha256: answer.fingerprint, der: answer.der };
  const knowsOld = archiveCutoff !== null && archiveCutoff <= certificate.notAfter;
  return [
    {
      source: {
        kind: 'ocsp',
        issuerText: certificate.issuerText,
        thisUpdate,
        nextUpdate,
        proofs: [proof, ...support],
      },
      revocation: statement.status.kind === 'revoked' ? statement.status.revocation : undefined,
      freshUntil: freshUntil(statement),
      isSilent: thisUpdate > certificate.notAfter && !knowsOld,
    },
  ];
}

/**
 * One judgement over lists and answers. They may be younger than the instant: what they know of the past is better
 * knowledge, unless the certificate had expired before they were made, when an entry may have been dropped. What claims to
 * be younger than `asOf` (milliseconds since 1970: when the evidence was gathered) is not listened to.
 */
export function statusAt(checked: CheckedCertificate, instant: number, asOf = Infinity): RevocationStatus {
  const { certificate } = checked;
  const isPast = ({ source }: Statement): boolean => source.thisUpdate <= asOf + CLOCK_SKEW;
  const lists = checked.lists.map((list) => listStatement(list, certificate)).filter(isPast);
  const answers = checked.answers.flatMap((answer) => answerStatement(answer, certificate)).filter(isPast);
  const revoking = [...standing(lists), ...standing(answers)];
  const revoked = revoking.filter(({ revocation }) => revocation.at <= instant).toSorted(worstFirst)[0];
  if (revoked !== undefined) {
    const { source, revocation } = revoked;
    return { kind: 'revoked', source, revocation, cause: causeOf(revocation) };
  }
  const later = revoking.toSorted((a, b) => a.revocation.at - b.revocation.at)[0];
  if (later !== undefined) return { kind: 'good', source: later.source, later: later.revocation };
  const speaking = [...answers, ...lists].filter(({ isSilent }) => !isSilent);
  const fresh = speaking.find((statement) => instant <= statement.freshUntil);
  if (fresh !== undefined) return { kind: 'good', source: fresh.source };
  const [newest] = speaking.toSorted((a, b) => b.source.thisUpdate - a.source.thisUpdate);
  return newest === undefined ? { kind: 'unknown' } : { kind: 'stale', source: newest.source };
}

type Revoking = Statement & { readonly revocation: Revocation };

/** Why what was collected tells nothing, for whoever wonders. `asOf` as for `statusAt`. */
export function faultsAt({ lists, answers, faults }: CheckedCertificate, asOf: number): readonly Finding[] {
  const isFuture = ({ thisUpdate }: { readonly thisUpdate: number }): boolean => thisUpdate > asOf + CLOCK_SKEW;
  const reason = 'future';
  return [
    ...faults,
    ...lists.filter(isFuture).map((list) => {
      return unused('crl-invalid', { reason, issuer: list.issuerText, ...updates(list) });
    }),
    ...answers.flatMap(({ statement }) => {
      return isFuture(statement) ? [unused('ocsp-invalid', { reason, ...updates(statement) })] : [];
    }),
  ];
}

/** Whether a responder to be believed said that it does not know the certificate. */
export function isUnknownToResponder({ answers }: CheckedCertificate): boolean {
  return answers.some(({ statement }) => statement.status.kind === 'unknown');
}

/** Those that say revoked. A hold may be lifted: only the newest of a kind tells of it. */
function standing(newestFirst: readonly Statement[]): Revoking[] {
  return newestFirst.flatMap((statement, index) => {
    const { revocation } = statement;
    if (revocation === undefined || (revocation.reason === 'certificateHold' && index > 0)) return [];
    return [{ ...statement, revocation }];
  });
}

function worstFirst(a: Revoking, b: Revoking): number {
  const [first, second] = [causeOf(a.revocation), causeOf(b.revocation)];
  if (first !== second) return first === 'compromise' ? -1 : 1;
  return a.revocation.at - b.revocation.at;
}

/** Whose status is still to be learned, and where its certificate says that it can be. */
export interface WantedRevocation {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** `http:` and `https:` only, as they are written; whether they may be asked is for others to say. */
  readonly ocspUrls: readonly string[];
  readonly crlUrls: readonly string[];
}

/** The certificates of a judged path of which no fresh status is known although its anchor requires one. */
export function wantedRevocation(judged: {
  readonly certificates: readonly CheckedCertificate[];
  readonly statuses: readonly RevocationStatus[];
}): readonly WantedRevocation[] {
  return judged.certificates.flatMap(({ certificate, issuer }, index) => {
    const kind = judged.statuses[index]?.kind;
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

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

/** What an answer that has just come was asked with. */
export interface Asked extends Pick<WantedRevocation, 'certificate' | 'issuer'> {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly nonce?: Buffer;
}

/** Checks an answer that has just come, so that only what will be believed is kept. Refuses with `ocsp-invalid` and why. */
export function receiveAnswer(
  answer: OcspAnswer,
  asked: Asked,
  published: Published,
  memory: SignatureMemory,
): Step<BelievedStatement> {
  const believed = believeAnswer(answer, asked, responderStatus(asked.issuer, published, memory), memory);
  return believed.ok ? checkFreshAnswer(believed.value, asked.now, asked.nonce) : believed;
}
