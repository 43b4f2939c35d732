// Trust is read once and used for many verifications: anchors, known intermediates, revocation lists and
// OCSP answers, with the memory of what was worked out under them.

import { createHash } from 'node:crypto';
import type { Finding, Refusal, Result } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { Anchor } from '../registry/anchor.ts';
import { type TrustMemory, trustMemory } from './cache.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type Crl, parseCrl } from './crl.ts';
import { grouped } from './groups.ts';
import { type OcspAnswer, parseOcspResponse } from './ocsp.ts';
import type { TrustAnchor } from './path.ts';
import { instantOf } from '../message/vietnam-time.ts';

/** Signers whose paths are remembered: more than a province has. */
const SIGNERS = 10_000;
/** As many as a document may have signatures, time stamps included. */
const CARRIED_SIGNERS = 32;

export interface Trust {
  readonly anchors: readonly TrustAnchor[];
  readonly intermediates: readonly Certificate[];
  /** Lists by the comparable form of their issuer's name, newest first. */
  readonly crls: ReadonlyMap<string, readonly Crl[]>;
  /** OCSP answers by the serial number (hex) of whom they speak of, newest first. */
  readonly answers: ReadonlyMap<string, readonly OcspAnswer[]>;
  /**
   * Milliseconds since 1970: when this was gathered. A list or an answer that claims to be of later (by more than
   * clocks may differ) is not used. `Infinity`: the gathering side has compared them.
   */
  readonly asOf: number;
  /** Changes whenever a list or an answer does. */
  readonly revocationVersion: string;
  /** What was worked out under these anchors and intermediates, by whichever lists and answers were at hand. */
  readonly memory: TrustMemory;
  /** Values that could not be read and were left out. */
  readonly faults: readonly Finding[];
}

/**
 * Reads anchors, intermediates, lists and OCSP answers (DER), and opens their memory. What cannot be read is left out and
 * named in `faults`: a missing anchor trusts less, a missing list or answer proves less, so leaving out is always the
 * careful side.
 */
export function readTrust(from: {
  readonly anchors: readonly Anchor[];
  readonly intermediates: readonly Buffer[];
  readonly crls: readonly Buffer[];
  readonly answers?: readonly Buffer[];
  readonly asOf?: Date;
}): Trust {
  const faults: Finding[] = [];
  const anchors = from.anchors.flatMap((anchor) => {
    const certificate = parseCertificate(anchor.certificate);
    if (!certificate.ok) return note(faults, certificate);
    const { purposes, revocation, validFrom, validTo } = anchor;
    return {
      certificate: certificate.value,
      purposes,
      revocation,
      validFrom: validFrom === undefined ? -Infinity : instantOf(validFrom),
      validTo: validTo === undefined ? Infinity : instantOf(validTo),
    };
  });
  const intermediates = from.intermediates.flatMap((der) => {
    const certificate = parseCertificate(der);
    return certificate.ok ? certificate.value : note(faults, certificate);
  });
  const crls = from.crls.flatMap((der) => {
    const crl = parseCrl(der);
    return crl.ok ? crl.value : note(faults, crl);
  });
  const answers = (from.answers ?? []).flatMap((der) => {
    const answer = parseOcspResponse(der);
    return answer.ok ? answer.value : note(faults, answer);
  });
  return {
    anchors,
    intermediates,
    crls: byIssuer(crls),
    answers: bySerial(answers),
    asOf: from.asOf?.getTime() ?? Infinity,
    revocationVersion: versionOf([...crls, ...answers].map(({ fingerprint }) => fingerprint)),
    memory: trustMemory(SIGNERS),
    faults,
  };
}

/**
 * The same with what a document brought along. Nothing is believed for being there: certificates are only hints for paths,
 * lists and answers count by their signatures and dates, and where there is a newer one at hand, that decides. What cannot
 * be read is left out. Its memory is its own, so that nobody's document pushes out what others share.
 */
export function withCarried<T extends Trust>(
  trust: T,
  carried: {
    readonly certificates: readonly Buffer[];
    readonly crls: readonly Buffer[];
    readonly answers: readonly Buffer[];
  },
): T {
  const certificates = carried.certificates.flatMap((der) => valueOf(parseCertificate(der)));
  const crls = carried.crls.flatMap((der) => valueOf(parseCrl(der)));
  const answers = carried.answers.flatMap((der) => valueOf(parseOcspResponse(der)));
  return {
    ...trust,
    intermediates: [...trust.intermediates, ...certificates],
    crls: byIssuer([...[...trust.crls.values()].flat(), ...crls]),
    answers: bySerial([...new Set([...trust.answers.values()].flat()), ...answers]),
    revocationVersion: versionOf([
      trust.revocationVersion,
      ...[...crls, ...answers].map(({ fingerprint }) => fingerprint),
    ]),
    memory: trustMemory(CARRIED_SIGNERS),
  };
}

function valueOf<T>(reading: Result<T, ProblemCode>): T[] {
  return reading.ok ? [reading.value] : [];
}

/** Lists and answers that were published meanwhile, and faults of those that could not be had. */
export interface LaterPublished {
  readonly crls: readonly Crl[];
  readonly answers: readonly OcspAnswer[];
  readonly faults?: readonly Finding[];
}

/** The same trust, and the same memory, with further lists and answers, none of them read again. */
export function withPublished<T extends Trust>(trust: T, { crls, answers, faults = [] }: LaterPublished): T {
  const fingerprints = [...crls, ...answers].map(({ fingerprint }) => fingerprint);
  return {
    ...trust,
    crls: crls.length === 0 ? trust.crls : byIssuer([...[...trust.crls.values()].flat(), ...crls]),
    answers:
      answers.length === 0 ? trust.answers : bySerial([...new Set([...trust.answers.values()].flat()), ...answers]),
    revocationVersion:
      fingerprints.length === 0 ? trust.revocationVersion : versionOf([trust.revocationVersion, ...fingerprints]),
    faults: [...trust.faults, ...faults],
  };
}

function note(faults: Finding[], refusal: Refusal<ProblemCode>): never[] {
  faults.push({ code: refusal.code, severity: 'warning', facts: refusal.facts });
  return [];
}

function byIssuer(crls: readonly Crl[]): ReadonlyMap<string, readonly Crl[]> {
  const newestFirst = [...crls].sort((a, b) => b.thisUpdate - a.thisUpdate || compareNumbers(b, a));
  return grouped(newestFirst, (crl) => crl.issuerKey);
}

function bySerial(answers: readonly OcspAnswer[]): ReadonlyMap<string, readonly OcspAnswer[]> {
  const newestFirst = answers.toSorted((a, b) => b.producedAt - a.producedAt);
  const pairs = newestFirst.flatMap((answer) => {
    return [...new Set(answer.statements.map(({ id }) => id.serial))].map((serial) => ({ serial, answer }));
  });
  const groups = grouped(pairs, ({ serial }) => serial);
  return new Map([...groups].map(([serial, group]) => [serial, group.map(({ answer }) => answer)]));
}

function compareNumbers(a: Crl, b: Crl): number {
  const [first, second] = [a.number ?? '', b.number ?? ''];
  return first.length - second.length || (first < second ? -1 : first > second ? 1 : 0);
}

function versionOf(parts: readonly string[]): string {
  return createHash('sha256')
    .update([...parts].sort().join('\n'))
    .digest('hex');
}
