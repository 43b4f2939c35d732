// Certificate revocation lists (RFC 5280 section 5). A list that holds something critical which is not understood here is
// not used at all: it would answer another question than the one asked.

import { createHash } from 'node:crypto';
import { type Result, refuse, ok } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import {
  DerFault,
  type DerNode,
  TAG,
  children,
  contentOf,
  context,
  encodingOf,
  expectTag,
  implicit,
  namedBits,
  readNode,
  readWhole,
  smallInteger,
  timeValue,
  unsignedInteger,
} from '../crypto/der.ts';
import { type PlaceName, readDirectoryNames, readPlaceName } from './distribution-point.ts';
import { rawExtensions } from './extensions.ts';
import { nameKey, nameText } from './name.ts';
import { type Signed, readSigned } from './signed.ts';

/** The largest lists in public use are about half of this. */
const MAX_CRL_BYTES = 128 * 1024 * 1024;

/** CRLReason by number (RFC 5280 section 5.3.1); 7 is not used. */
export const CRL_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'unused',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

type CrlReason = (typeof CRL_REASONS)[number];

/** The certificates a list speaks of (issuingDistributionPoint). */
interface CrlScope {
  readonly only: 'all' | 'users' | 'authorities' | 'attributes';
  /** The place it is published at; null: not divided by place. */
  readonly place: PlaceName | null;
  /** Bit n is reason n (`ReasonFlags`); null: all reasons. */
  readonly reasons: number | null;
  /** It may speak of certificates of other issuers. */
  readonly isIndirect: boolean;
}

type Entries = ReadonlyMap<string, number>;

export interface Crl {
  /** Lower-case hex SHA-256 of the DER. */
  readonly fingerprint: string;
  readonly issuer: Buffer;
  readonly issuerKey: string;
  /** RFC 2253, for people. */
  readonly issuerText: string;
  readonly thisUpdate: number;
  /** Milliseconds since 1970; null where the issuer names no next list. */
  readonly nextUpdate: number | null;
  /** Hex. */
  readonly number: string | null;
  /** Hex. Of the list whose changes this one tells (a delta list); null: it is complete. */
  readonly baseNumber: string | null;
  readonly scope: CrlScope;
  readonly signed: Signed;
  /** Serial number (bytes as Latin-1 text) → offset of its entry; a list may have millions. */
  readonly entries: Entries;
  /** The same for certificates of other issuers, by the comparable form of their name. */
  readonly entriesByIssuer: ReadonlyMap<string, Entries>;
}

export interface Revocation {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: CrlReason;
}

/** Reads one DER list, or refuses it as `crl-invalid` with the reason. The signature is not checked here. */
export function parseCrl(der: Buffer): Result<Crl, ProblemCode> {
  if (der.length > MAX_CRL_BYTES) return refuse('crl-invalid', { reason: 'size' });
  try {
    return ok(readCrl(der));
  } catch (error) {
    if (error instanceof DerFault) return refuse('crl-invalid', { reason: error.reason });
    throw error;
  }
}

function readCrl(der: Buffer): Crl {
  const { signed, fields } = readSigned(der);
  const versionTwo = fields[0]?.tag === TAG.integer;
  if (versionTwo && smallInteger(fields[0]) !== 1) throw new DerFault('version');
  const [algorithm, issuer, thisUpdate, ...rest] = versionTwo ? fields.slice(1) : fields;
  if (algorithm === undefined || !encodingOf(algorithm).equals(signed.algorithm))
    throw new DerFault('algorithms differ');
  const issuerName = encodingOf(expectTag(issuer, TAG.sequence));
  const [next, entries, extensions] = optionalFields(rest);
  if (extensions !== undefined && !versionTwo) throw new DerFault('version');
  const issuerKey = nameKey(issuerName);
  const about = readCrlExtensions(extensions);
  return {
    fingerprint: createHash('sha256').update(der).digest('hex'),
    issuer: issuerName,
    issuerKey,
    issuerText: nameText(issuerName),
    thisUpdate: timeValue(thisUpdate),
    nextUpdate: next === undefined ? null : timeValue(next),
    ...about,
    signed,
    ...indexEntries(entries, issuerKey, about.scope.isIndirect),
  };
}

/** nextUpdate, revokedCertificates and `[0]` extensions, each optional, in this order. */
function optionalFields(fields: readonly DerNode[]): (DerNode | undefined)[] {
  const queue = [...fields];
  const take = (...tags: readonly number[]): DerNode | undefined =>
    queue[0] !== undefined && tags.includes(queue[0].tag) ? queue.shift() : undefined;
  const tbsFields = [take(TAG.utcTime, TAG.generalizedTime), take(TAG.sequence), take(context(0))];
  if (queue.length > 0) throw new DerFault('unexpected field');
  return tbsFields;
}

const CRL_NUMBER = '2.5.29.20';
const ISSUING_DISTRIBUTION_POINT = '2.5.29.28';
const DELTA_INDICATOR = '2.5.29.27';
const ENTRY_REASON = '2.5.29.21';
const ENTRY_ISSUER = '2.5.29.29';

function readCrlExtensions(node: DerNode | undefined): Pick<Crl, 'number' | 'baseNumber' | 'scope'> {
  let number: string | null = null;
  let baseNumber: string | null = null;
  let scope: CrlScope = { only: 'all', place: null, reasons: null, isIndirect: false };
  if (node === undefined) return { number, baseNumber, scope };
  const [list, ...rest] = children(node);
  if (rest.length > 0) throw new DerFault('extensions');
  for (const { oid, critical, value } of rawExtensions(expectTag(list, TAG.sequence))) {
    if (oid === CRL_NUMBER) number = listNumber(value);
    else if (oid === DELTA_INDICATOR) baseNumber = listNumber(value);
    else if (oid === ISSUING_DISTRIBUTION_POINT) scope = readScope(value);
    else if (critical) throw new DerFault(`critical extension ${oid}`);
  }
  return { number, baseNumber, scope };
}

function listNumber(value: Buffer): string {
  return unsignedInteger(readWhole(value, TAG.integer)).toString('hex');
}

const ONLY = new Map<number, CrlScope['only']>([
  [implicit(1), 'users'],
  [implicit(2), 'authorities'],
  [implicit(5), 'attributes'],
]);

function readScope(value: Buffer): CrlScope {
  let scope: CrlScope = { only: 'all', place: null, reasons: null, isIndirect: false };
  for (const field of children(readWhole(value, TAG.sequence))) {
    const only = ONLY.get(field.tag);
    if (field.tag === context(0)) scope = { ...scope, place: readPlaceName(field) };
    else if (field.tag === implicit(3)) scope = { ...scope, reasons: namedBits(field, field.tag) };
    else if (field.tag === implicit(4)) scope = { ...scope, isIndirect: isTrue(field) };
    else if (only === undefined) throw new DerFault('issuing distribution point');
    else if (isTrue(field)) {
      // RFC 5280 section 5.2.5: at most one of them.
      if (scope.only !== 'all') throw new DerFault('issuing distribution point');
      scope = { ...scope, only };
    }
  }
  return scope;
}

const isTrue = (field: DerNode): boolean => contentOf(field)[0] !== 0;

/**
 * One walk over the entries; a critical extension that is not understood ends it. In an indirect list an entry that names
 * an issuer speaks for those after it too (section 5.3.3).
 */
function indexEntries(
  list: DerNode | undefined,
  issuerKey: string,
  isIndirect: boolean,
): Pick<Crl, 'entries' | 'entriesByIssuer'> {
  const direct = new Map<string, number>();
  const entriesByIssuer = new Map<string, Map<string, number>>();
  if (list === undefined) return { entries: direct, entriesByIssuer };
  const { source, end } = list;
  let entries = direct;
  for (let at = list.content; at < end;) {
    const entry = expectTag(readNode(source, at, end), TAG.sequence);
    const serial = expectTag(readNode(source, entry.content, entry.end), TAG.integer);
    const date = readNode(source, serial.end, entry.end);
    if (date.end < entry.end && !isPlainReason(source, date.end, entry.end)) {
      const extensions = readEntryExtensions(readNode(source, date.end, entry.end), entry.end, isIndirect);
      if (extensions === issuerKey) entries = direct;
      else if (extensions !== undefined) entries = entriesOf(entriesByIssuer, extensions);
    }
    // A certificate with a negative serial number is never accepted, so nothing needs to be known of it.
    if ((source[serial.content] ?? 0) < 0x80) entries.set(unsignedInteger(serial).toString('latin1'), at);
    at = entry.end;
  }
  return { entries: direct, entriesByIssuer };
}

function entriesOf(entriesByIssuer: Map<string, Map<string, number>>, issuerKey: string): Map<string, number> {
  const bySerial = entriesByIssuer.get(issuerKey);
  if (bySerial !== undefined) return bySerial;
  const entries = new Map<string, number>();
  entriesByIssuer.set(issuerKey, entries);
  return entries;
}

/** `SEQUENCE { SEQUENCE { reasonCode, OCTET STRING { ENUMERATED } } }` up to the reason: what nearly every entry ends with. */
const PLAIN_REASON = Buffer.from('300c300a0603551d1504030a01', 'hex');

function isPlainReason(source: Buffer, start: number, end: number): boolean {
  if (end - start !== PLAIN_REASON.length + 1) return false;
  return source.compare(PLAIN_REASON, 0, PLAIN_REASON.length, start, end - 1) === 0;
}

/** Answers the comparable name of the issuer that an entry names, if it does. */
function readEntryExtensions(extensions: DerNode, end: number, isIndirect: boolean): string | undefined {
  if (extensions.end !== end) throw new DerFault('entry');
  let issuer: string | undefined;
  for (const { oid, critical, value } of rawExtensions(expectTag(extensions, TAG.sequence))) {
    if (oid === ENTRY_ISSUER && isIndirect) [issuer] = readDirectoryNames(readWhole(value, TAG.sequence));
    else if (critical && oid !== ENTRY_REASON) throw new DerFault(`critical entry extension ${oid}`);
  }
  return issuer;
}

/** The list's entry for a serial number (hex) of an issuer, by default its own; undefined: it has none. */
export function findRevocation(crl: Crl, serial: string, issuerKey = crl.issuerKey): Revocation | undefined {
  const entries = issuerKey === crl.issuerKey ? crl.entries : crl.entriesByIssuer.get(issuerKey);
  const offset = entries?.get(Buffer.from(serial, 'hex').toString('latin1'));
  if (offset === undefined) return undefined;
  const source = crl.signed.source;
  const [, date, extensions] = children(readNode(source, offset, source.length));
  const reason =
    extensions === undefined ? undefined : rawExtensions(extensions).find(({ oid }) => oid === ENTRY_REASON);
  const number = reason === undefined ? 0 : (contentOf(readWhole(reason.value, TAG.enumerated))[0] ?? 0);
  return { at: timeValue(date), reason: CRL_REASONS[number] ?? 'unspecified' };
}
