// A certificate that says nothing but "this key": CMS names a signer by a certificate, and a gateway's key may have none.
// It is the same whenever and wherever it is made, but for the signature; who trusts it trusts the key.

import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  bitString,
  boolean,
  integer,
  octetString,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from '../crypto/der-writer.ts';

const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_KEY_ID = '2.5.29.14';

/** digitalSignature and nonRepudiation; the six bits behind them are not used. */
const SIGNING = bitString(Buffer.of(0xc0), 6);

/** RFC 5280 section 4.1.2.5: the end that says there is none. */
const NO_END = new Date('9999-12-31T23:59:59Z');
const NO_BEGINNING = new Date('1970-01-01T00:00:00Z');

/** The fields that the key itself has to sign, DER. `algorithm`: the DER AlgorithmIdentifier it signs by. */
export function selfSignedFields(publicKey: KeyObject, algorithm: Buffer): Buffer {
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(keyInfo).digest();
  const name = sequence(set(sequence(oid(COMMON_NAME), utf8String(`Lienthong ${hash.toString('hex').slice(0, 32)}`))));
  const serial = Buffer.from(hash.subarray(0, 16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const extensions = sequence(
    sequence(oid(BASIC_CONSTRAINTS), boolean(true), octetString(sequence())),
    sequence(oid(KEY_USAGE), boolean(true), octetString(SIGNING)),
    sequence(oid(SUBJECT_KEY_ID), octetString(octetString(hash.subarray(0, 20)))),
  );
  return sequence(
    tagged(0, integer(2)),
    integer(serial),
    algorithm,
    name,
    sequence(time(NO_BEGINNING), time(NO_END)),
    name,
    keyInfo,
    tagged(3, extensions),
  );
}

/** The certificate of these fields, DER. */
export function assembleSelfSigned(fields: Buffer, algorithm: Buffer, signature: Buffer): Buffer {
  return sequence(fields, algorithm, bitString(signature));
}
