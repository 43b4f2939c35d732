// OCSP (RFC 6960): asking an authority about one certificate, and reading what it answers. Whether an answer is to be
// believed is for ocsp-check.ts to say.

import { createHash } from 'node:crypto';
import { type Result, refuse, ok } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { CRL_REASONS, type Revocation } from './crl.ts';
import {
  DerFault,
  type DerNode,
  TAG,
  checkDeep,
  children,
  contentOf,
  context,
  encodingOf,
  expectTag,
  implicit,
  oidValue,
  readWhole,
  smallInteger,
  timeValue,
  unsignedInteger,
  wholeBytes,
} from '../crypto/der.ts';
import { integer, derNull, octetString, oid, sequence, tagged } from '../crypto/der-writer.ts';
import { rawExtensions } from './extensions.ts';
import { nameKey } from './name.ts';
import { SHA1, SHA256, type Signed } from './signed.ts';

/** An answer with its responder's certificates is a few kilobytes. */
const MAX_BYTES = 128 * 1024;
/** One is asked at a time; responders that answer more at once answer a handful. */
const MAX_STATEMENTS = 64;
/** The responder's own and those above it. */
const MAX_CERTIFICATES = 8;

/** id-pkix-ocsp-basic: the one form of answers (section 4.2.1). */
export const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';

const OID = {
  nonce: '1.3.6.1.5.5.7.48.1.2',
  archiveCutoff: '1.3.6.1.5.5.7.48.1.6',
} as const;

/** Hashes by which a certificate's issuer may be named. Nothing is proven by them, so SHA-1, which all speak, may stand. */
const ID_HASHES = new Map<string, 'sha1' | 'sha256'>([
  [SHA1, 'sha1'],
  [SHA256, 'sha256'],
]);

/** The certificate an answer speaks of (CertID). */
export interface CertificateId {
  /** Null: by a hash that is not known here. */
  readonly hash: 'sha1' | 'sha256' | null;
  readonly issuerName: Buffer;
  readonly issuerKey: Buffer;
  /** Hex. */
  readonly serial: string;
}

/** The statement of an answer about one certificate. */
export interface OcspStatement {
  readonly id: CertificateId;
  readonly status:
    { readonly kind: 'good' | 'unknown' } | { readonly kind: 'revoked'; readonly revocation: Revocation };
  /** Milliseconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  /** The responder no longer knows certificates that expired before this; null: it does not say. */
  readonly archiveCutoff: number | null;
}

export interface OcspAnswer {
  /** DER OCSPResponse, and its lower-case hex SHA-256. */
  readonly der: Buffer;
  readonly fingerprint: string;
  readonly producedAt: number;
  readonly responder: { readonly by: 'name'; readonly nameKey: string } | { readonly by: 'key'; readonly sha1: Buffer };
  readonly statements: readonly OcspStatement[];
  readonly nonce: Buffer | null;
  /** Those that could be read. */
  readonly certificates: readonly Certificate[];
  readonly signed: Signed;
}

/**
 * The question for one certificate, DER. The issuer is named by SHA-1, which every responder understands (RFC 5019 section
 * 2.1.1). `nonce`: 1 to 128 bytes; RFC 9654 asks for 32.
 */
export function ocspRequest(certificate: Certificate, issuer: Certificate, nonce?: Buffer): Buffer {
  const id = sequence(
    sequence(oid(SHA1), derNull()),
    octetString(hashed('sha1', certificate.issuer)),
    octetString(hashed('sha1', issuer.keyBytes)),
    integer(Buffer.from(certificate.serial, 'hex')),
  );
  const requests = sequence(sequence(id));
  if (nonce === undefined) return sequence(sequence(requests));
  const extension = sequence(oid(OID.nonce), octetString(octetString(nonce)));
  return sequence(sequence(requests, tagged(2, sequence(extension))));
}

/** Whether an identifier is that of this certificate, and if not, what differs. */
export function idFault(id: CertificateId, certificate: Certificate, issuer: Certificate): string | undefined {
  if (id.serial !== certificate.serial) return 'serial';
  if (id.hash === null) return 'hash';
  if (!id.issuerName.equals(hashed(id.hash, certificate.issuer))) return 'issuer-name';
  return id.issuerKey.equals(hashed(id.hash, issuer.keyBytes)) ? undefined : 'issuer-key';
}

/** Whether a certificate is the one that the answer says signed it. */
export function isResponder({ responder }: OcspAnswer, certificate: Certificate): boolean {
  if (responder.by === 'name') return responder.nameKey === certificate.subjectKey;
  return responder.sha1.equals(hashed('sha1', certificate.keyBytes));
}

function hashed(hash: 'sha1' | 'sha256', bytes: Buffer): Buffer {
  return createHash(hash).update(bytes).digest();
}

/** OCSPResponseStatus: only the first carries an answer (RFC 6960 section 4.2.1). */
const SUCCESSFUL = 0;
const UNSUCCESSFUL = new Map<number, string>([
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);

/**
 * Reads one DER OCSPResponse, or refuses it as `ocsp-invalid` with the reason: what is wrong with it, or the responder's
 * own words for not answering (`tryLater` …). The signature is not checked here.
 */
export function parseOcspResponse(der: Buffer): Result<OcspAnswer, ProblemCode> {
  if (der.length > MAX_BYTES) return refuse('ocsp-invalid', { reason: 'size' });
  try {
    return readResponse(der);
  } catch (error) {
    if (error instanceof DerFault) return refuse('ocsp-invalid', { reason: error.reason });
    throw error;
  }
}

function readResponse(der: Buffer): Result<OcspAnswer, ProblemCode> {
  const outer = readWhole(der, TAG.sequence);
  checkDeep(outer);
  const [status, bytes, ...rest] = children(outer);
  if (rest.length > 0) throw new DerFault('unexpected field');
  const code = enumeratedValue(status);
  if (code !== SUCCESSFUL) return refuse('ocsp-invalid', { reason: UNSUCCESSFUL.get(code) ?? 'response status' });
  const [type, content, ...surplus] = children(only(expectTag(bytes, context(0)), TAG.sequence));
  if (oidValue(type) !== BASIC_RESPONSE || surplus.length > 0) throw new DerFault('response type');
  return ok(readBasic(der, contentOf(expectTag(content, TAG.octetString))));
}

function readBasic(der: Buffer, basic: Buffer): OcspAnswer {
  const outer = readWhole(basic, TAG.sequence);
  checkDeep(outer);
  const [data, algorithm, signature, certificates, ...rest] = children(outer);
  if (rest.length > 0) throw new DerFault('unexpected field');
  return {
    der,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    ...readResponseData(expectTag(data, TAG.sequence)),
    certificates: certificates === undefined ? [] : readCertificates(certificates),
    signed: {
      source: basic,
      tbs: encodingOf(expectTag(data, TAG.sequence)),
      algorithm: encodingOf(expectTag(algorithm, TAG.sequence)),
      signature: wholeBytes(signature),
    },
  };
}

function readResponseData(data: DerNode): Pick<OcspAnswer, 'producedAt' | 'responder' | 'statements' | 'nonce'> {
  const fields = children(data);
  if (fields[0]?.tag === context(0) && smallInteger(only(fields[0], TAG.integer)) !== 0) throw new DerFault('version');
  const [responder, producedAt, list, extensions, ...rest] = fields[0]?.tag === context(0) ? fields.slice(1) : fields;
  const statements = children(expectTag(list, TAG.sequence));
  if (statements.length === 0 || statements.length > MAX_STATEMENTS) throw new DerFault('number of answers');
  if (rest.length > 0) throw new DerFault('unexpected field');
  let nonce: Buffer | null = null;
  for (const { oid, critical, value } of extensionsIn(extensions)) {
    if (oid === OID.nonce) nonce = contentOf(readWhole(value, TAG.octetString));
    else if (critical) throw new DerFault(`critical extension ${oid}`);
  }
  return {
    producedAt: generalizedTime(producedAt),
    responder: readResponder(responder),
    statements: statements.map(readStatement),
    nonce,
  };
}

function readResponder(node: DerNode | undefined): OcspAnswer['responder'] {
  if (node?.tag === context(1)) return { by: 'name', nameKey: nameKey(encodingOf(only(node, TAG.sequence))) };
  return { by: 'key', sha1: contentOf(only(expectTag(node, context(2)), TAG.octetString)) };
}

function readStatement(node: DerNode): OcspStatement {
  const [id, status, thisUpdate, ...optional] = children(expectTag(node, TAG.sequence));
  const next = optional[0]?.tag === context(0) ? optional.shift() : undefined;
  const extensions = optional.shift();
  if (optional.length > 0) throw new DerFault('unexpected field');
  let archiveCutoff: number | null = null;
  for (const { oid, critical, value } of extensionsIn(extensions)) {
    if (oid === OID.archiveCutoff) archiveCutoff = generalizedTime(readWhole(value, TAG.generalizedTime));
    else if (critical) throw new DerFault(`critical extension ${oid}`);
  }
  return {
    id: readId(expectTag(id, TAG.sequence)),
    status: readStatus(status),
    thisUpdate: generalizedTime(thisUpdate),
    nextUpdate: next === undefined ? null : generalizedTime(only(next, TAG.generalizedTime)),
    archiveCutoff,
  };
}

function readId(node: DerNode): CertificateId {
  const [algorithm, issuerName, issuerKey, serial, ...rest] = children(node);
  if (rest.length > 0) throw new DerFault('certificate identifier');
  return {
    hash: ID_HASHES.get(oidValue(children(expectTag(algorithm, TAG.sequence))[0])) ?? null,
    issuerName: contentOf(expectTag(issuerName, TAG.octetString)),
    issuerKey: contentOf(expectTag(issuerKey, TAG.octetString)),
    serial: unsignedInteger(serial).toString('hex'),
  };
}

function readStatus(node: DerNode | undefined): OcspStatement['status'] {
  if (node?.tag === implicit(0) && node.content === node.end) return { kind: 'good' };
  if (node?.tag === implicit(2) && node.content === node.end) return { kind: 'unknown' };
  const [at, reason, ...rest] = children(expectTag(node, context(1)));
  if (rest.length > 0) throw new DerFault('certificate status');
  const number = reason === undefined ? 0 : enumeratedValue(only(expectTag(reason, context(0)), TAG.enumerated));
  return {
    kind: 'revoked',
    revocation: { at: generalizedTime(at), reason: CRL_REASONS[number] ?? 'unspecified' },
  };
}

/** Certificates only help to find who signed: those that cannot be read are left out. */
function readCertificates(node: DerNode): Certificate[] {
  const list = children(only(expectTag(node, context(0)), TAG.sequence));
  if (list.length > MAX_CERTIFICATES) throw new DerFault('number of certificates');
  return list.flatMap((node) => {
    const certificate = parseCertificate(encodingOf(node));
    return certificate.ok ? [certificate.value] : [];
  });
}

/** `[1] { SEQUENCE OF Extension }`, or nothing. */
function extensionsIn(node: DerNode | undefined): ReturnType<typeof rawExtensions> {
  return node === undefined ? [] : rawExtensions(only(expectTag(node, context(1)), TAG.sequence));
}

/** The one value within an EXPLICIT tag. */
function only(node: DerNode, tag: number): DerNode {
  const [inner, ...rest] = children(node);
  if (rest.length > 0) throw new DerFault('unexpected field');
  return expectTag(inner, tag);
}

function enumeratedValue(node: DerNode | undefined): number {
  const [value, ...rest] = contentOf(expectTag(node, TAG.enumerated));
  if (value === undefined || rest.length > 0) throw new DerFault('enumerated');
  return value;
}

function generalizedTime(node: DerNode | undefined): number {
  return timeValue(expectTag(node, TAG.generalizedTime));
}

/** The time that an answer holds which does not say so itself. */
const MAX_AGE = 24 * 3600 * 1000;

/** The last instant (milliseconds since 1970) that a statement holds for. */
export function freshUntil({ thisUpdate, nextUpdate }: OcspStatement): number {
  return nextUpdate ?? thisUpdate + MAX_AGE;
}
