// Revocation data that comes with a signature, in the four places there are for it. None of it is believed here: the
// judge checks its own signature. Reading only asks it to be what its place says.

import {
  DerFault,
  type DerNode,
  TAG,
  children,
  contentOf,
  context,
  encodingOf,
  expectTag,
  oidValue,
  readNode,
  readWhole,
} from '../crypto/der.ts';
import { enumerated, octetString, oid, sequence, tagged } from '../crypto/der-writer.ts';
import { BASIC_RESPONSE } from '../pki/ocsp.ts';

export interface RevocationData {
  /** DER CertificateList. */
  readonly crls: readonly Buffer[];
  /** DER OCSPResponse. */
  readonly ocsps: readonly Buffer[];
}

/** RFC 5940 section 2.1: an OCSP response among the revocation data of a SignedData. */
const OCSP_RESPONSE = '1.3.6.1.5.5.7.16.2';

/** `RevocationInfoChoices` of a SignedData (RFC 5652 section 10.2.1); unknown formats are passed over. */
export function readRevocationChoices(node: DerNode): RevocationData {
  const [crls, ocsps]: [Buffer[], Buffer[]] = [[], []];
  for (const choice of children(node)) {
    if (choice.tag !== context(1)) {
      crls.push(certificateList(choice));
      continue;
    }
    const [format, info, ...rest] = children(choice);
    if (info === undefined || rest.length > 0) throw new DerFault('revocation data');
    if (oidValue(format) === OCSP_RESPONSE) ocsps.push(ocspResponse(info));
  }
  return { crls, ocsps };
}

/** adbe-revocationInfoArchival (ISO 32000-1 section 12.8.3.3.2). */
export function readArchival(value: Buffer): RevocationData {
  const fields = fieldsByTag(value);
  return {
    crls: listOf(fields.get(context(0))).map(certificateList),
    ocsps: listOf(fields.get(context(1))).map(ocspResponse),
  };
}

/** RevocationValues (EN 319 122-1 section A.1.2.2), whose answers lack their outer envelope, or should. */
export function readRevocationValues(value: Buffer): RevocationData {
  const fields = fieldsByTag(value);
  return {
    crls: listOf(fields.get(context(0))).map(certificateList),
    ocsps: listOf(fields.get(context(1))).map(eitherResponse),
  };
}

/** The fields of a SEQUENCE that are told apart by their tags. */
function fieldsByTag(value: Buffer): ReadonlyMap<number, DerNode> {
  const fields = children(readWhole(value, TAG.sequence));
  const byTag = new Map(fields.map((field) => [field.tag, field]));
  if (byTag.size !== fields.length) throw new DerFault('revocation data');
  return byTag;
}

function listOf(field: DerNode | undefined): DerNode[] {
  if (field === undefined) return [];
  const [list, ...rest] = children(field);
  if (rest.length > 0) throw new DerFault('revocation data');
  return children(expectTag(list, TAG.sequence));
}

function certificateList(node: DerNode): Buffer {
  return signedShape(node, 'revocation list');
}

/** Checks the shape that certificates, lists and basic responses share: some content, an algorithm, a bit string. */
export function signedShape(node: DerNode, reason: string): Buffer {
  const [type, algorithm, value, ...rest] = node.tag === TAG.sequence ? children(node) : [];
  const tags = [type?.tag, algorithm?.tag, value?.tag];
  const isRight = tags.join() === [TAG.sequence, TAG.sequence, TAG.bitString].join() && rest.length === 0;
  if (!isRight) throw new DerFault(reason);
  return encodingOf(node);
}

/** RFC 6960 section 4.2.1: `SEQUENCE { ENUMERATED, [0] { SEQUENCE { OID, OCTET STRING } } OPTIONAL }`. */
function ocspResponse(node: DerNode): Buffer {
  const [status, bytes, ...rest] = node.tag === TAG.sequence ? children(node) : [];
  if (status?.tag !== TAG.enumerated || rest.length > 0) throw new DerFault('OCSP response');
  if (bytes !== undefined) {
    const [type, response] = children(expectTag(children(expectTag(bytes, context(0)))[0], TAG.sequence));
    oidValue(type);
    const octets = contentOf(expectTag(response, TAG.octetString));
    basicResponse(readNode(octets, 0, octets.length));
  }
  return encodingOf(node);
}

function eitherResponse(node: DerNode): Buffer {
  const isWhole = children(node)[0]?.tag === TAG.enumerated;
  return isWhole ? ocspResponse(node) : enveloped(basicResponse(node));
}

/** A basic response may bring certificates behind its signature. */
function basicResponse(node: DerNode): Buffer {
  const [data, algorithm, value, certificates, ...rest] = node.tag === TAG.sequence ? children(node) : [];
  const tags = [data?.tag, algorithm?.tag, value?.tag].join();
  const isRight = tags === [TAG.sequence, TAG.sequence, TAG.bitString].join() && rest.length === 0;
  if (!isRight || (certificates !== undefined && certificates.tag !== context(0))) throw new DerFault('OCSP response');
  return encodingOf(node);
}

/** `OCSPResponse` with status "successful" around a basic response. */
function enveloped(basic: Buffer): Buffer {
  return sequence(enumerated(0), tagged(0, sequence(oid(BASIC_RESPONSE), octetString(basic))));
}
