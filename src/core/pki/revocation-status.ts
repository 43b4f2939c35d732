// Judges from lists and answers how a certificate stood at an instant. A certificate that a genuine one calls revoked
// is revoked, whatever another says; good needs one that is genuine and fresh.

import type { Finding } from '../problems/finding.ts';
import type { Certificate } from './certificate.ts';
import { type Crl, type Revocation, findRevocation } from './crl.ts';
import { ALL_REASONS } from './distribution-point.ts';
import { type OcspAnswer, type OcspStatement, freshUntil } from './ocsp.ts';
import type { Proof } from './proof.ts';
import type { RevocationKind } from './proof-kinds.ts';

/** The most that clocks may differ. */
export const CLOCK_SKEW = 5 * 60 * 1000;

/** A list that may be believed about a certificate, whatever the instant. */
export interface BelievedList {
  readonly list: Crl;
  /** The newest list of what has changed since; null: none is at hand. */
  readonly delta: Crl | null;
  /** Bit n: it tells of revocations for reason n. */
  readonly reasons: number;
  /** Further proofs it rests on: those that vouched for its signer. */
  readonly support: readonly Proof[];
}

/** A statement that may be counted, whatever the instant, with the answer it was made in. */
export interface BelievedStatement {
  readonly answer: OcspAnswer;
  readonly statement: OcspStatement;
  /** Further proofs it rests on: those that vouched for the responder. */
  readonly support: readonly Proof[];
}

/** One certificate with what may speak of it, newest first, signatures checked. */
export interface CheckedCertificate {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly lists: readonly BelievedList[];
  readonly answers: readonly BelievedStatement[];
  /** Lists and answers that bear its issuer's name and cannot be used. */
  readonly faults: readonly Finding[];
}

/** The source of a status: a list or an answer. Times are milliseconds since 1970. */
export interface StatusSource {
  readonly kind: RevocationKind;
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
      /** Revoked, but after the instant. */ readonly laterRevocation?: Revocation;
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

export function unused(code: 'crl-invalid' | 'ocsp-invalid', facts: Finding['facts']): Finding {
  return { code, severity: 'warning', facts };
}

export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** When a list or answer was made and when the next is due, as facts. */
export function updates({ thisUpdate, nextUpdate }: Pick<Crl, 'thisUpdate' | 'nextUpdate'>): Finding['facts'] {
  return { thisUpdate: iso(thisUpdate), ...(nextUpdate === null ? {} : { nextUpdate: iso(nextUpdate) }) };
}

/**
 * Whether a signature that the key made by then may be relied on. A thief who got the key later could have dated it
 * back, so a later compromise counts as an earlier one.
 */
export function wasGoodBy(status: RevocationStatus): boolean {
  return (
    status.kind === 'good' && (status.laterRevocation === undefined || causeOf(status.laterRevocation) === 'cessation')
  );
}

/** The statement of one list or answer about a certificate. */
interface Statement {
  readonly source: StatusSource;
  /** Statements of one series replace each other. */
  readonly series: string;
  readonly revocation: Revocation | undefined;
  /** Bit n: it would tell of a revocation for reason n. */
  readonly reasons: number;
  /** It holds for every instant up to this one. */
  readonly freshUntil: number;
  /** It may no longer know of the certificate, so that its silence means nothing. */
  readonly isSilent: boolean;
}

const listProof = ({ fingerprint, signed }: Crl): Proof => ({ kind: 'crl', sha256: fingerprint, der: signed.source });

function listStatement(believed: BelievedList, certificate: Certificate, asOf: number): Statement {
  const { list, reasons, support } = believed;
  const delta = believed.delta !== null && !isFuture(believed.delta, asOf) ? believed.delta : null;
  const { thisUpdate, nextUpdate } = delta ?? list;
  const proofs: readonly [Proof, ...Proof[]] =
    delta === null ? [listProof(list), ...support] : [listProof(delta), listProof(list), ...support];
  return {
    source: { kind: 'crl', issuerText: list.issuerText, thisUpdate, nextUpdate, proofs },
    series: seriesOf(list),
    revocation: listedRevocation(list, delta, certificate),
    reasons,
    // The complete list holds as long as it says, also where a delta is overdue.
    freshUntil: Math.max(nextUpdate ?? thisUpdate, list.nextUpdate ?? list.thisUpdate),
    isSilent: thisUpdate > certificate.notAfter,
  };
}

/** Lists with one issuer and scope follow each other. */
export function seriesOf({ issuerKey, scope }: Crl): string {
  const place = scope.place === null ? null : [scope.place.names, scope.place.relative];
  return JSON.stringify([issuerKey, scope.only, place, scope.reasons, scope.isIndirect]);
}

/** A delta adds to the complete list; what it takes away (removeFromCRL) can only be a hold. */
function listedRevocation(list: Crl, delta: Crl | null, { serial, issuerKey }: Certificate): Revocation | undefined {
  const baseEntry = findRevocation(list, serial, issuerKey);
  const deltaEntry = delta === null ? undefined : findRevocation(delta, serial, issuerKey);
  const isLifted = deltaEntry?.reason === 'removeFromCRL' && baseEntry?.reason === 'certificateHold';
  const entry = isLifted || deltaEntry === undefined || deltaEntry.reason === 'removeFromCRL' ? baseEntry : deltaEntry;
  return isLifted || entry?.reason === 'removeFromCRL' ? undefined : entry;
}

/** An answer that its responder does not know the certificate tells nothing, and older ones no longer do. */
function answerStatements(answers: readonly BelievedStatement[], certificate: Certificate): Statement[] {
  const unknownFrom = answers.findIndex(({ statement }) => statement.status.kind === 'unknown');
  return answers.flatMap(({ answer, statement, support }, index) => {
    if (statement.status.kind === 'unknown') return [];
    const { thisUpdate, nextUpdate, archiveCutoff } = statement;
    const proof: Proof = { kind: 'ocsp', sha256: answer.fingerprint, der: answer.der };
    const knowsOld = archiveCutoff !== null && archiveCutoff <= certificate.notAfter;
    return {
      source: {
        kind: 'ocsp',
        issuerText: certificate.issuerText,
        thisUpdate,
        nextUpdate,
        proofs: [proof, ...support],
      },
      series: 'ocsp',
      revocation: statement.status.kind === 'revoked' ? statement.status.revocation : undefined,
      reasons: ALL_REASONS,
      freshUntil: freshUntil(statement),
      isSilent: (thisUpdate > certificate.notAfter && !knowsOld) || (unknownFrom !== -1 && index > unknownFrom),
    };
  });
}

function isFuture({ thisUpdate }: { readonly thisUpdate: number }, asOf: number): boolean {
  return thisUpdate > asOf + CLOCK_SKEW;
}

/**
 * One judgement over lists and answers. They may be younger than the instant: what they know of the past is better
 * knowledge, unless the certificate had expired before they were made, when an entry may have been dropped. What claims to
 * be younger than `asOf` (milliseconds since 1970: when the evidence was gathered) is not listened to.
 */
export function statusAt(basis: CheckedCertificate, instant: number, asOf = Infinity): RevocationStatus {
  const { certificate } = basis;
  const lists = basis.lists
    .filter(({ list }) => !isFuture(list, asOf))
    .map((believed) => listStatement(believed, certificate, asOf));
  const heard = basis.answers.filter(({ statement }) => !isFuture(statement, asOf));
  const statements = [...answerStatements(heard, certificate), ...lists];
  const revoking = standing(statements);
  const revoked = revoking.filter(({ revocation }) => revocation.at <= instant).toSorted(worstFirst)[0];
  if (revoked !== undefined) {
    const { source, revocation } = revoked;
    return { kind: 'revoked', source, revocation, cause: causeOf(revocation) };
  }
  const laterRevocation = revoking.toSorted((a, b) => a.revocation.at - b.revocation.at)[0];
  const speaking = statements.filter(({ isSilent }) => !isSilent);
  if (laterRevocation !== undefined)
    return { kind: 'good', source: laterRevocation.source, laterRevocation: laterRevocation.revocation };
  const fresh = covering(speaking.filter((statement) => instant <= statement.freshUntil));
  if (fresh !== undefined) return { kind: 'good', source: fresh };
  const coverage = covering(speaking.toSorted((a, b) => b.source.thisUpdate - a.source.thisUpdate));
  return coverage === undefined ? { kind: 'unknown' } : { kind: 'stale', source: coverage };
}

/** The first statements that together tell of every reason, as one source; undefined: some reason is told of by none. */
function covering(statements: readonly Statement[]): StatusSource | undefined {
  let reasons = 0;
  const needed: StatusSource[] = [];
  for (const statement of statements) {
    if ((statement.reasons & ~reasons) === 0) continue;
    reasons |= statement.reasons;
    needed.push(statement.source);
    if (reasons === ALL_REASONS) break;
  }
  const [first, ...moreReasons] = needed;
  if (first === undefined || reasons !== ALL_REASONS) return undefined;
  return { ...first, proofs: [...first.proofs, ...moreReasons.flatMap(({ proofs }) => proofs)] };
}

type Revoking = Statement & { readonly revocation: Revocation };

/** Those that say revoked. A hold may be lifted: only the newest of a series tells of it. */
function standing(newestFirst: readonly Statement[]): Revoking[] {
  const ids = new Set<string>();
  return newestFirst.flatMap((statement) => {
    const { revocation, series } = statement;
    const isReplaced = ids.has(series);
    ids.add(series);
    if (revocation === undefined || (revocation.reason === 'certificateHold' && isReplaced)) return [];
    return [{ ...statement, revocation }];
  });
}

function worstFirst(a: Revoking, b: Revoking): number {
  const [first, second] = [causeOf(a.revocation), causeOf(b.revocation)];
  if (first !== second) return first === 'compromise' ? -1 : 1;
  return a.revocation.at - b.revocation.at;
}

/** The reasons why lists and answers give no status, for the report. `asOf` as for `statusAt`. */
export function faultsAt({ lists, answers, faults }: CheckedCertificate, asOf: number): readonly Finding[] {
  const reason = 'future';
  return [
    ...faults,
    ...lists.flatMap(({ list }) => {
      return isFuture(list, asOf) ? [unused('crl-invalid', { reason, issuer: list.issuerText, ...updates(list) })] : [];
    }),
    ...answers.flatMap(({ statement }) => {
      return isFuture(statement, asOf) ? [unused('ocsp-invalid', { reason, ...updates(statement) })] : [];
    }),
  ];
}

/** Whether a responder to be believed said that it does not know the certificate. */
export function isUnknownToResponder({ answers }: CheckedCertificate): boolean {
  return answers.some(({ statement }) => statement.status.kind === 'unknown');
}
