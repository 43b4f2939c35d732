// Certificate revocation lists (RFC 5280 section 5). A list that holds something critical which is not understood here
// (delta lists, indirect lists, some reasons only) is not used at all: it would answer another question than the one asked.

import { createHash } from 'node:crypto';
import { refuse, step } from '../finding.ts';
import type { Step } from '../finding.ts';
import {
  children,
  context,
  contentOf,
  DerFault,
  encodingOf,
  expectTag,
  implicit,
  readNode,
  readWhole,
  smallInteger,
  TAG,
  timeValue,
  unsignedInteger,
} from './der.ts';
import type { DerNode } from './der.ts';
import { readPlaceName } from './distribution-point.ts';
import type { PlaceName } from './distribution-point.ts';
import { rawExtensions } from './extensions.ts';
import { nameKey, nameText } from './name.ts';
import { readSigned } from './signed.ts';
import type { Signed } from './signed.ts';

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

/** Which certificates of its issuer a list speaks of (issuingDistributionPoint). */
interface CrlScope {
  readonly only: 'all' | 'users' | 'authorities';
  /** The place it is published at; null: not divided by place. */
  readonly place: PlaceName | null;
}

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
  readonly scope: CrlScope;
  readonly signed: Signed;
  /** Serial number (bytes as Latin-1 text) → offset of its entry; a list may have millions. */
  readonly entries: ReadonlyMap<string, number>;
}

export interface Revocation {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: CrlReason;
}

/** Reads one DER list, or refuses it as `crl-invalid` with the reason. The signature is not checked here. */
export function parseCrl(der: Buffer): Step<Crl> {
  if (der.length > MAX_CRL_BYTES) return refuse('crl-invalid', { reason: 'size' });
  try {
    return step(readCrl(der));
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
  return {
    fingerprint: createHash('sha256').update(der).digest('hex'),
    issuer: issuerName,
    issuerKey: nameKey(issuerName),
    issuerText: nameText(issuerName),
    thisUpdate: timeValue(thisUpdate),
    nextUpdate: next === undefined ? null : timeValue(next),
    ...readCrlExtensions(extensions),
    signed,
    entries: entries === undefined ? new Map<string, number>() : indexEntries(entries),
  };
}

/** nextUpdate, revokedCertificates and `[0]` extensions, each optional, in this order. */
function optionalFields(fields: readonly DerNode[]): (DerNode | undefined)[] {
  const queue = [...fields];
  const take = (...tags: readonly number[]): DerNode | undefined =>
    queue[0] !== undefined && tags.includes(queue[0].tag) ? queue.shift() : undefined;
  const found = [take(TAG.utcTime, TAG.generalizedTime), take(TAG.sequence), take(context(0))];
  if (queue.length > 0) throw new DerFault('unexpected field');
  return found;
}

const CRL_NUMBER = '2.5.29.20';
const ISSUING_DISTRIBUTION_POINT = '2.5.29.28';
const ENTRY_REASON = '2.5.29.21';

function readCrlExtensions(node: DerNode | undefined): { readonly number: string | null; readonly scope: CrlScope } {
  let number: string | null = null;
  let scope: CrlScope = { only: 'all', place: null };
  if (node === undefined) return { number, scope };
  const [list, ...rest] = children(node);
  if (rest.length > 0) throw new DerFault('extensions');
  for (const { oid, critical, value } of rawExtensions(expectTag(list, TAG.sequence))) {
    if (oid === CRL_NUMBER) number = unsignedInteger(readWhole(value, TAG.integer)).toString('hex');
    else if (oid === ISSUING_DISTRIBUTION_POINT) scope = readScope(value);
    else if (critical) throw new DerFault(`critical extension ${oid}`);
  }
  return { number, scope };
}

/** Indirect lists and lists of some reasons only are refused: they say nothing about whoever they leave out. */
function readScope(value: Buffer): CrlScope {
  let only: CrlScope['only'] = 'all';
  let place: PlaceName | null = null;
  for (const field of children(readWhole(value, TAG.sequence))) {
    if (field.tag === context(0)) {
      place = readPlaceName(field);
    } else if (field.tag === implicit(1) || field.tag === implicit(2)) {
      if (contentOf(field)[0] !== 0) only = field.tag === implicit(1) ? 'users' : 'authorities';
    } else {
      throw new DerFault('issuing distribution point');
    }
  }
  return { only, place };
}

/** One walk over the entries; a critical extension that is not understood ends it. */
function indexEntries(list: DerNode): Map<string, number> {
  const { source, end } = list;
  const entries = new Map<string, number>();
  for (let at = list.content; at < end;) {
    const entry = expectTag(readNode(source, at, end), TAG.sequence);
    const serial = readNode(source, entry.content, entry.end);
    const date = readNode(source, serial.end, entry.end);
    if (date.end < entry.end && !isPlainReason(source, date.end, entry.end)) {
      checkEntryExtensions(readNode(source, date.end, entry.end), entry.end);
    }
    entries.set(unsignedInteger(serial).toString('latin1'), at);
    at = entry.end;
  }
  return entries;
}

/** `SEQUENCE { SEQUENCE { reasonCode, OCTET STRING { ENUMERATED } } }` up to the reason: what nearly every entry ends with. */
const PLAIN_REASON = Buffer.from('300c300a0603551d1504030a01', 'hex');

function isPlainReason(source: Buffer, start: number, end: number): boolean {
  if (end - start !== PLAIN_REASON.length + 1) return false;
  return source.compare(PLAIN_REASON, 0, PLAIN_REASON.length, start, end - 1) === 0;
}

function checkEntryExtensions(extensions: DerNode, end: number): void {
  if (extensions.end !== end) throw new DerFault('entry');
  for (const { oid, critical } of rawExtensions(expectTag(extensions, TAG.sequence))) {
    if (critical && oid !== ENTRY_REASON) throw new DerFault(`critical entry extension ${oid}`);
  }
}

/** What the list says of a serial number (hex); undefined: nothing. */
export function findRevocation(crl: Crl, serial: string): Revocation | undefined {
  const offset = crl.entries.get(Buffer.from(serial, 'hex').toString('latin1'));
  if (offset === undefined) return undefined;
  const source = crl.signed.source;
  const [, date, extensions] = children(readNode(source, offset, source.length));
  const reason =
    extensions === undefined ? undefined : rawExtensions(extensions).find(({ oid }) => oid === ENTRY_REASON);
  const number = reason === undefined ? 0 : (contentOf(readWhole(reason.value, TAG.enumerated))[0] ?? 0);
  return { at: timeValue(date), reason: CRL_REASONS[number] ?? 'unspecified' };
}
