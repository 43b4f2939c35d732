// An X.509 certificate as facts (RFC 5280). Parsing believes nothing and decides nothing but form; whether the facts
// suffice is for path.ts and the checks to say.

import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { type Facts, type Result, refuse, ok } from '../problems/finding.ts';
import {
  DerFault,
  type DerNode,
  TAG,
  checkDeep,
  children,
  context,
  encodingOf,
  expectTag,
  implicit,
  readWhole,
  smallInteger,
  timeValue,
  unsignedInteger,
  wholeBytes,
} from '../crypto/der.ts';
import { type Extensions, NO_EXTENSIONS, readExtensions } from './extensions.ts';
import { nameKey, nameText } from './name.ts';
import { type Signed, readSigned } from './signed.ts';

/** A certificate is a few kilobytes; a larger one is an attack on its parser. */
const MAX_CERTIFICATE_BYTES = 64 * 1024;
/** RFC 5280 section 4.1.2.2 says 20; the slack is for authorities that miscounted. */
const MAX_SERIAL_BYTES = 32;

export interface Certificate extends Extensions {
  readonly der: Buffer;
  /** Lower-case hex SHA-256 of the DER. */
  readonly fingerprint: string;
  /** Lower-case hex, without leading zero bytes. */
  readonly serial: string;
  /** DER Names, and their comparable forms. */
  readonly issuer: Buffer;
  readonly issuerKey: string;
  /** RFC 2253, for people. */
  readonly issuerText: string;
  readonly subject: Buffer;
  readonly subjectKey: string;
  readonly subjectText: string;
  /** Milliseconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: KeyObject;
  /** subjectPublicKey: what OCSP names a key by the hash of. */
  readonly keyBytes: Buffer;
  /** Lower-case hex SHA-256 of SubjectPublicKeyInfo. */
  readonly keySha256: string;
  readonly signed: Signed;
}

/** The name a person knows a certificate by, with its dates: the facts every finding about it carries. */
export function certificateFacts(certificate: Certificate): Facts {
  return {
    subject: certificate.subjectText,
    serial: certificate.serial,
    notBefore: new Date(certificate.notBefore).toISOString(),
    notAfter: new Date(certificate.notAfter).toISOString(),
  };
}

/** Reads one DER certificate, or refuses it as `certificate-malformed` with the reason. */
export function parseCertificate(der: Buffer): Result<Certificate> {
  if (der.length > MAX_CERTIFICATE_BYTES) return refuse('certificate-malformed', { reason: 'size' });
  try {
    return ok(readCertificate(der));
  } catch (error) {
    if (error instanceof DerFault) return refuse('certificate-malformed', { reason: error.reason });
    throw error;
  }
}

function readCertificate(der: Buffer): Certificate {
  checkDeep(readWhole(der, TAG.sequence));
  const { signed, fields } = readSigned(der);
  const [versionField, ...afterVersion] = fields;
  const version = versionField?.tag === context(0) ? smallInteger(children(versionField)[0]) : 0;
  const [serial, algorithm, issuer, validity, subject, key, ...optional] =
    versionField?.tag === context(0) ? afterVersion : fields;
  if (algorithm === undefined || !encodingOf(algorithm).equals(signed.algorithm))
    throw new DerFault('algorithms differ');
  const [notBefore, notAfter] = children(expectTag(validity, TAG.sequence));
  const issuerName = encodingOf(expectTag(issuer, TAG.sequence));
  const subjectName = encodingOf(expectTag(subject, TAG.sequence));
  const keyInfo = encodingOf(expectTag(key, TAG.sequence));
  return {
    ...readOptional(optional, version),
    der,
    fingerprint: sha256(der),
    serial: serialOf(serial),
    issuer: issuerName,
    issuerKey: nameKey(issuerName),
    issuerText: nameText(issuerName),
    subject: subjectName,
    subjectKey: nameKey(subjectName),
    subjectText: nameText(subjectName),
    notBefore: timeValue(notBefore),
    notAfter: timeValue(notAfter),
    key: readKey(keyInfo),
    keyBytes: wholeBytes(children(expectTag(key, TAG.sequence))[1]),
    keySha256: sha256(keyInfo),
    signed,
  };
}

/** Unique identifiers (version 2, unused) and extensions (version 3 only). */
function readOptional(fields: readonly DerNode[], version: number): Extensions {
  if (version > 2) throw new DerFault('version');
  let extensions = NO_EXTENSIONS;
  for (const field of fields) {
    if (field.tag === context(3) && version === 2) {
      const [list, ...rest] = children(field);
      if (rest.length > 0 || extensions !== NO_EXTENSIONS) throw new DerFault('extensions');
      extensions = readExtensions(expectTag(list, TAG.sequence));
    } else if ((field.tag !== implicit(1) && field.tag !== implicit(2)) || version === 0) {
      throw new DerFault('unexpected field');
    }
  }
  return extensions;
}

function serialOf(node: DerNode | undefined): string {
  const bytes = unsignedInteger(node);
  if (bytes.length > MAX_SERIAL_BYTES) throw new DerFault('serial number');
  return bytes.toString('hex');
}

function readKey(keyInfo: Buffer): KeyObject {
  try {
    return createPublicKey({ key: keyInfo, format: 'der', type: 'spki' });
  } catch {
    // OpenSSL's objection does not matter: the certificate holds no key that could be used.
    throw new DerFault('public key');
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Issuer and subject are one name. In a chain such a certificate does not count towards path lengths. */
export function isSelfIssued(certificate: Certificate): boolean {
  return certificate.issuerKey === certificate.subjectKey;
}
