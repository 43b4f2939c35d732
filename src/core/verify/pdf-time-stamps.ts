// The time stamps of a PDF file: those over the file, and those over one signature's value. They prove by when something was
// there, and with that the instant at which its signer is judged.

import { createHash } from 'node:crypto';
import { ATTRIBUTE } from '../cms/attributes.ts';
import {
  MAX_TIME_STAMPS,
  type ProvenTime,
  type TimeStampJudgement,
  type TimeStampToken,
  judgeTimeStamp,
  readTimeStamp,
} from '../cms/time-stamp.ts';
import type { SignerInfo } from '../cms/signed-data.ts';
import type { Finding, Refusal } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { PdfSignature } from '../pdf/read.ts';
import type { JudgedPath } from '../pki/signer.ts';
import type { PdfEvidence } from './basis.ts';
import { findingOf } from './check.ts';

export interface DocumentTimeStamp extends TimeStampJudgement {
  readonly signature: PdfSignature;
  /** By when it is known to have been there, and by what. */
  readonly sight: Sight;
}

/** An instant by which something was there. */
export interface Sight {
  readonly at: number;
  readonly by: 'document-time-stamp' | 'first-seen';
}

/**
 * The newest first: each later one that holds proves when those before it were there, so that an authority that has
 * expired since is judged at a time when it had not (EN 319 142-1 section 5.4.3).
 */
export function documentTimeStamps(
  signatures: readonly PdfSignature[],
  digestOf: (signature: PdfSignature) => Buffer,
  basis: PdfEvidence,
): readonly DocumentTimeStamp[] {
  const stamps: DocumentTimeStamp[] = [];
  for (const signature of signatures.toSorted((a, b) => b.ranges[1].end - a.ranges[1].end)) {
    if (signature.content.kind !== 'time-stamp') continue;
    const { token } = signature.content;
    const sight = sightOf(signature, stamps, basis);
    stamps.push({
      signature,
      sight,
      ...judgeTimeStamp(token, digestOf(signature), basis, instantOf(token, sight, basis)),
    });
  }
  return stamps;
}

/** Two authorities' clocks differ a little: a stamp that is later than what covers it is judged at its own time. */
function instantOf(token: TimeStampToken, sight: Sight, { instant }: PdfEvidence): number {
  return Math.min(Math.max(sight.at, token.at), instant.getTime());
}

/** By the earliest document time stamp that holds and was put on after it, else when the file was first seen. */
export function sightOf(signature: PdfSignature, stamps: readonly DocumentTimeStamp[], basis: PdfEvidence): Sight {
  const times = stamps.flatMap(({ signature: stamp, proven }) => {
    return proven.ok && stamp.ranges[1].end > signature.ranges[1].end ? [proven.value.latest] : [];
  });
  if (times.length === 0) return { at: basis.instant.getTime(), by: 'first-seen' };
  return { at: Math.min(...times), by: 'document-time-stamp' };
}

/** The time stamps over one signature's value. */
export interface SignatureTimeStamps {
  /** The earliest that holds. */
  readonly earliest: ProvenTime | undefined;
  /** Of those that do not hold. */
  readonly findings: readonly Finding[];
  readonly paths: readonly JudgedPath[];
}

/** Judges the time stamps over a signature's value, which was there by a sight of the file. */
export function signatureTimeStamps(signer: SignerInfo, sight: Sight, basis: PdfEvidence): SignatureTimeStamps {
  const tokens = signer.unsignedAttributes.get(ATTRIBUTE.signatureTimeStamp) ?? [];
  const stamps = tokens.slice(0, MAX_TIME_STAMPS).map((der): TimeStampJudgement => {
    const token = readTimeStamp(der);
    return token.ok ? judgeStampOver(token.value, signer.signature, sight, basis) : { proven: token, paths: [] };
  });
  const times = stamps.flatMap(({ proven }) => (proven.ok ? [proven.value] : []));
  return {
    earliest: times.toSorted((a, b) => a.latest - b.latest)[0],
    findings: stamps.flatMap(({ proven }) => (proven.ok ? [] : [unusableStamp(proven)])),
    paths: stamps.flatMap(({ paths }) => paths),
  };
}

function judgeStampOver(token: TimeStampToken, value: Buffer, sight: Sight, basis: PdfEvidence): TimeStampJudgement {
  const digest = createHash(token.imprint.hash).update(value).digest();
  return judgeTimeStamp(token, digest, basis, instantOf(token, sight, basis));
}

/** Broken, or only nobody's to rely on. */
export function timeStampFault(refusal: Refusal<ProblemCode>): Finding {
  const isBroken = refusal.code.startsWith('document-signature-');
  return isBroken ? findingOf(refusal) : { ...unusableStamp(refusal), severity: 'undecided' };
}

function unusableStamp({ code, facts }: Refusal<ProblemCode>): Finding {
  return { code: 'time-stamp-unusable', severity: 'warning', facts: { ...facts, reason: code } };
}
