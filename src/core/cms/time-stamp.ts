// Time-stamp tokens (RFC 3161): an authority trusted for the time saw a digest at an instant.

import { createHash } from 'node:crypto';
import { type Refusal, type Result, refuse, ok } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import {
  DerFault,
  type DerNode,
  TAG,
  booleanValue,
  children,
  contentOf,
  context,
  expectTag,
  implicit,
  oidValue,
  readWhole,
  smallInteger,
  unsignedInteger,
} from '../crypto/der.ts';
import { datesFault, usageFault } from '../pki/path.ts';
import { type JudgedPath, judgeNamedSigner } from '../pki/signer.ts';
import type { Trust } from '../pki/trust.ts';
import type { HashName } from '../crypto/keys.ts';
import { hashNamed } from './algorithms.ts';
import { type SignedData, type SignerInfo, readSignedData } from './signed-data.ts';
import { signerCertificates, checkSigner, onlySigner } from './verify.ts';

export const TIME_STAMP_INFO = '1.2.840.113549.1.9.16.1.4';

/** Time stamps over one signature that are looked at. Signers put one there; each costs a search for paths. */
export const MAX_TIME_STAMPS = 4;

export interface TimeStampToken {
  readonly signedData: SignedData;
  /** TSTInfo, DER. */
  readonly content: Buffer;
  /** Milliseconds since 1970; smaller fractions are dropped. */
  readonly at: number;
  /** Milliseconds by which the time may be wrong either way (`accuracy`); 0 where none is stated. */
  readonly accuracy: number;
  /** Hex; undefined where the request had none. */
  readonly nonce: string | undefined;
  readonly imprint: { readonly hash: HashName; readonly digest: Buffer };
}

/** Reads a token, or the SignedData that is one. Refuses with a `document-signature-…` code. */
export function readTimeStamp(from: Buffer | SignedData): Result<TimeStampToken> {
  const signedContent = Buffer.isBuffer(from) ? readSignedData(from) : ok(from);
  if (!signedContent.ok) return signedContent;
  const { content, contentType } = signedContent.value;
  if (content === null || contentType !== TIME_STAMP_INFO)
    return refuse('document-signature-malformed', { reason: 'not a time stamp' });
  try {
    const [version, policy, imprint, serial, time, ...optional] = children(readWhole(content, TAG.sequence));
    if (smallInteger(version) !== 1) throw new DerFault('version');
    oidValue(policy);
    unsignedInteger(serial);
    const [algorithm, digest, ...rest] = children(expectTag(imprint, TAG.sequence));
    if (rest.length > 0) throw new DerFault('imprint');
    const hash = hashNamed(oidValue(children(expectTag(algorithm, TAG.sequence))[0]));
    if (!hash.ok) return hash;
    const statedHash = contentOf(expectTag(digest, TAG.octetString));
    return ok({
      signedData: signedContent.value,
      content,
      at: timeOf(time),
      ...optionalFields(optional),
      imprint: { hash: hash.value, digest: statedHash },
    });
  } catch (error) {
    if (error instanceof DerFault) return refuse('document-signature-malformed', { reason: error.reason });
    throw error;
  }
}

/** The optional fields of TSTInfo stand in this order, each at most once. */
const OPTIONAL_TAGS = [TAG.sequence, TAG.boolean, TAG.integer, context(0), context(1)];

function optionalFields(fields: readonly DerNode[]): Pick<TimeStampToken, 'accuracy' | 'nonce'> {
  const places = fields.map(({ tag }) => OPTIONAL_TAGS.indexOf(tag));
  if (places.some((place, index) => place <= (places[index - 1] ?? -1))) throw new DerFault('unexpected field');
  const accuracy = fields.find(({ tag }) => tag === TAG.sequence);
  const ordering = fields.find(({ tag }) => tag === TAG.boolean);
  const nonce = fields.find(({ tag }) => tag === TAG.integer);
  if (ordering !== undefined) booleanValue(ordering);
  return {
    accuracy: accuracy === undefined ? 0 : accuracyOf(accuracy),
    nonce: nonce === undefined ? undefined : contentOf(nonce).toString('hex'),
  };
}

/** Milliseconds of a unit, by its tag: seconds, thousandths, millionths. */
const ACCURACY_UNITS: ReadonlyMap<number, number> = new Map([
  [TAG.integer, 1000],
  [implicit(0), 1],
  [implicit(1), 0.001],
]);
const MAX_PARTS = 999;

/** `Accuracy ::= SEQUENCE { seconds, millis [0], micros [1] }`, all optional; a part of a millisecond counts whole. */
function accuracyOf(node: DerNode): number {
  let sum = 0;
  for (const field of children(node)) {
    const unit = ACCURACY_UNITS.get(field.tag);
    const value = smallInteger({ ...field, tag: TAG.integer });
    if (unit === undefined || (unit < 1000 && value > MAX_PARTS)) throw new DerFault('accuracy');
    sum += value * unit;
  }
  return Math.ceil(sum);
}

const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/;

/** RFC 3161 section 2.4.2: like every GeneralizedTime, but fractions of a second may stand, without trailing zeros. */
function timeOf(node: DerNode | undefined): number {
  const text = contentOf(expectTag(node, TAG.generalizedTime)).toString('latin1');
  const [, year, month, day, hour, minute, second, fraction = ''] = GENERALIZED_TIME.exec(text) ?? [];
  const thousandths = fraction.slice(0, 3).padEnd(3, '0');
  const iso = `${String(year)}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${String(second)}.${thousandths}Z`;
  const at = Date.parse(iso);
  if (Number.isNaN(at) || new Date(at).toISOString() !== iso) throw new DerFault('time');
  return at;
}

/** A time that is proven, and by whom. */
export interface ProvenTime {
  /** As stated. */
  readonly at: number;
  /** The latest that the authority's clock allows: by then it was there. */
  readonly latest: number;
  readonly authority: Certificate;
}

/** What a token proves, and the authority's path where that was looked for: what is said of it rests on this path. */
export interface TimeStampJudgement {
  readonly proven: Result<ProvenTime, ProblemCode>;
  readonly paths: readonly JudgedPath[];
}

/**
 * Judges a token over content of this digest (by the imprint's hash). The authority's certificate is judged both at the
 * time it states and at `instant`, by which the token is known to have been there: when it was first seen, or the time
 * that a later stamp over it proves. An authority that had expired by then proves nothing by itself. What is missing is
 * told by the code of the refusal.
 */
export function judgeTimeStamp(
  token: TimeStampToken,
  digest: Buffer,
  trust: Trust,
  instant: number,
): TimeStampJudgement {
  const authority = authorityOf(token, digest, trust, instant);
  if (!authority.ok) return { proven: authority, paths: [] };
  const { leaf, path } = authority.value;
  const { at, accuracy } = token;
  const time = ok({ at, latest: Math.min(at + accuracy, instant), authority: leaf });
  return { proven: pathFault(path, token, instant) ?? time, paths: [path] };
}

/** Who made a token that is right by itself, and the path by which the authority is trusted for the time. */
function authorityOf(
  token: TimeStampToken,
  digest: Buffer,
  trust: Trust,
  instant: number,
): Result<{ readonly leaf: Certificate; readonly path: JudgedPath }, ProblemCode> {
  if (!token.imprint.digest.equals(digest)) return refuse('document-signature-invalid', { reason: 'imprint' });
  const signer = onlySigner(token.signedData);
  if (!signer.ok) return signer;
  const certificates = signerCertificates(token.signedData, signer.value.id);
  if (!certificates.ok) return certificates;
  const judgement = judgeNamedSigner(certificates.value, 'time-stamp', trust, instant);
  if (!judgement.ok) return judgement;
  const { leaf } = judgement.value.signer;
  const fault = signatureFault(token, signer.value, leaf);
  if (fault !== undefined) return fault;
  const { best } = judgement.value;
  return best.ok ? ok({ leaf, path: best.value }) : best;
}

/**
 * Whether a token over content of this digest is right by itself, signed by the certificate that came with it. Whose that
 * is, and whether it is trusted, is not judged. Refuses with the code of what is wrong.
 */
export function checkTimeStamp(token: TimeStampToken, digest: Buffer): Result<ProvenTime, ProblemCode> {
  if (!token.imprint.digest.equals(digest)) return refuse('document-signature-invalid', { reason: 'imprint' });
  const signer = onlySigner(token.signedData);
  if (!signer.ok) return signer;
  const certificates = signerCertificates(token.signedData, signer.value.id);
  if (!certificates.ok) return certificates;
  const authority = parseCertificate(certificates.value[0]);
  if (!authority.ok) return authority;
  return (
    signatureFault(token, signer.value, authority.value) ??
    ok({ at: token.at, latest: token.at + token.accuracy, authority: authority.value })
  );
}

function signatureFault(
  token: TimeStampToken,
  signer: SignerInfo,
  leaf: Certificate,
): Refusal<ProblemCode> | undefined {
  const hash = hashNamed(signer.digestAlgorithm);
  if (!hash.ok) return hash;
  const check = checkSigner(signer, leaf, {
    contentType: TIME_STAMP_INFO,
    digest: createHash(hash.value).update(token.content).digest(),
    needsSigningCertificate: true,
  });
  if (!check.ok) return check;
  const usage = usageFault(leaf, 'time-stamp');
  return usage === undefined ? undefined : refuse('certificate-usage', usage);
}

function pathFault(
  path: JudgedPath,
  { at, accuracy }: TimeStampToken,
  instant: number,
): Refusal<ProblemCode> | undefined {
  if (at - accuracy > instant) return refuse('document-signature-invalid', { reason: 'time-in-future' });
  const dates = path.fault ?? datesFault(path.path, at);
  if (dates !== undefined) return refuse(dates.code, dates.facts);
  for (const status of path.statuses) {
    if (status.kind !== 'revoked') continue;
    return refuse('certificate-revoked', { revokedAt: new Date(status.revocation.at).toISOString() });
  }
  const kinds = path.statuses.map(({ kind }) => kind);
  if (kinds.includes('unknown')) return refuse('revocation-unknown');
  if (kinds.includes('stale')) return refuse('revocation-stale');
  return undefined;
}
