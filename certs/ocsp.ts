// OCSP answers from templates, which may be wrong in any way, like certificates and lists.

import { createHash, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Authority } from './authority.ts';
import {
  bitString,
  enumerated,
  implicit,
  integer,
  derNull,
  octetString,
  oid,
  sequence,
  tagged,
  tlv,
} from '../src/core/crypto/der-writer.ts';
import { type Extension, type Hash, extensionList, signatureAlgorithm } from './x509.ts';

export interface OcspStatementTemplate {
  readonly serial: Buffer;
  /** Absent: good. */
  readonly status?: 'good' | 'unknown' | { readonly at: Date; readonly reason?: number };
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly extensions?: readonly Extension[];
  /** The hash in the identifier; SHA-1 if not told otherwise. */
  readonly idHash?: 'sha1' | 'sha256' | 'sha384';
  /** Hashed for the identifier instead of the issuer's name and key. */
  readonly issuerName?: Buffer;
  readonly issuerKey?: Buffer;
}

export interface OcspTemplate {
  readonly producedAt: Date;
  readonly statements: readonly OcspStatementTemplate[];
  readonly nonce?: Buffer;
  readonly extensions?: readonly Extension[];
  /** The signer; by default the authority itself. */
  readonly responder?: { readonly name: Buffer; readonly key: KeyObject; readonly certificates: readonly Buffer[] };
  /** The responder named by name instead of by key; or a key that is named instead of the responder's. */
  readonly responderId?: 'by-name' | KeyObject;
  readonly hash?: Hash;
}

const ID_HASHES = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
} as const;

/** RFC 6960: GeneralizedTime always. */
function generalizedTime(instant: Date): Buffer {
  return tlv(
    0x18,
    Buffer.from(
      instant
        .toISOString()
        .replace(/\.\d+Z$/, 'Z')
        .replace(/[-:T]/g, ''),
    ),
  );
}

/** subjectPublicKey without the count of unused bits. */
function keyBits(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { x, y } = publicKey.export({ format: 'jwk' });
  if (x !== undefined && y !== undefined) {
    return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  }
  return publicKey.export({ type: 'pkcs1', format: 'der' });
}

function statement(authority: Authority, template: OcspStatementTemplate): Buffer {
  const { serial, status = 'good', thisUpdate, nextUpdate, extensions = [], idHash = 'sha1' } = template;
  const hash = (bytes: Buffer): Buffer => octetString(createHash(idHash).update(bytes).digest());
  const id = sequence(
    sequence(oid(ID_HASHES[idHash]), derNull()),
    hash(template.issuerName ?? authority.name),
    hash(template.issuerKey ?? keyBits(authority.key)),
    integer(serial),
  );
  return sequence(
    id,
    statusOf(status),
    generalizedTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [tagged(0, generalizedTime(nextUpdate))]),
    ...(extensions.length === 0 ? [] : [tagged(1, extensionList(extensions))]),
  );
}

function statusOf(status: NonNullable<OcspStatementTemplate['status']>): Buffer {
  if (status === 'good') return implicit(0, Buffer.alloc(0));
  if (status === 'unknown') return implicit(2, Buffer.alloc(0));
  const reasons = status.reason === undefined ? [] : [tagged(0, enumerated(status.reason))];
  return tagged(1, generalizedTime(status.at), ...reasons);
}

/** BasicOCSPResponse's fields, made by an authority or by whom it appointed; DER OCSPResponse. */
export function buildOcspAnswer(authority: Authority, template: OcspTemplate): Buffer {
  const { producedAt, statements, nonce, responder, responderId: named, hash = 'sha256' } = template;
  const signer = responder ?? { name: authority.name, key: authority.key, certificates: [] };
  const extensions = [
    ...(nonce === undefined ? [] : [{ oid: '1.3.6.1.5.5.7.48.1.2', value: octetString(nonce) }]),
    ...(template.extensions ?? []),
  ];
  const namedKey = named === undefined || named === 'by-name' ? signer.key : named;
  const data = sequence(
    named === 'by-name'
      ? tagged(1, signer.name)
      : tagged(2, octetString(createHash('sha1').update(keyBits(namedKey)).digest())),
    generalizedTime(producedAt),
    sequence(...statements.map((item) => statement(authority, item))),
    ...(extensions.length === 0 ? [] : [tagged(1, extensionList(extensions))]),
  );
  const basic = sequence(
    data,
    signatureAlgorithm(signer.key, hash),
    bitString(sign(hash, data, signer.key)),
    ...(signer.certificates.length === 0 ? [] : [tagged(0, sequence(...signer.certificates))]),
  );
  return sequence(enumerated(0), tagged(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octetString(basic))));
}
