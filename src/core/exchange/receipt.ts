// The receipt (biên nhận): the gateway's statement that it accepted exactly these bytes at this time. Its bytes are
// canonical JSON (RFC 8785 for the values of a receipt: keys sorted, no white space, strings and whole numbers only),
// so that a verifier can rebuild them; the signature over them is detached, so that `openssl dgst -verify` alone can
// check it.

import type { FirstDisposition } from './disposition.ts';
import type { Verdict } from '../problems/finding.ts';

/** The parts that a sender submitted, where the gateway made the package from them. */
export interface Submitted {
  readonly container: 'zip' | 'multipart';
  /** The metadata first, then the files in its order. Sizes in bytes, hashes lower-case hex SHA-256. */
  readonly parts: readonly { readonly name: string; readonly size: number; readonly sha256: string }[];
}

export interface ReceiptFacts {
  readonly message: string;
  readonly kind: string;
  readonly sha256: string;
  readonly size: number;
  readonly acceptedAt: Date;
  readonly sender: string;
  readonly issuer: string;
  readonly documentId: string;
  /** Addressees' registry codes. */
  readonly recipients: readonly string[];
  readonly verdict: Verdict;
  readonly disposition: FirstDisposition;
  /** Public address of the gateway that issues the receipt. */
  readonly gateway: string;
  /** Absent when the sender submitted the package itself. */
  readonly submitted?: Submitted;
}

/** The exact bytes a receipt's signature covers. */
export function receiptBody(facts: ReceiptFacts): Buffer {
  return canonicalJson({
    acceptedAt: facts.acceptedAt.toISOString(),
    disposition: facts.disposition,
    documentId: facts.documentId,
    gateway: facts.gateway,
    issuer: facts.issuer,
    kind: facts.kind,
    message: facts.message,
    recipients: [...facts.recipients],
    sender: facts.sender,
    sha256: facts.sha256,
    size: facts.size,
    ...(facts.submitted === undefined ? {} : { submitted: manifest(facts.submitted) }),
    type: 'lienthong.receipt.v1',
    verdict: facts.verdict,
  });
}

/** Names every member: only this function decides the content of a receipt. */
function manifest({ container, parts }: Submitted): Canonical {
  return { container, parts: parts.map(({ name, size, sha256 }) => ({ name, sha256, size })) };
}

type Canonical = string | number | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical };

/** RFC 8785 for strings, booleans, null, safe integers, arrays and objects. */
export function canonicalJson(value: Canonical): Buffer {
  return Buffer.from(render(value), 'utf8');
}

function render(value: Canonical): string {
  if (Array.isArray(value)) return `[${value.map(render).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    // RFC 8785 sorts by UTF-16 code units, which is what comparing JavaScript strings does.
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${render(member)}`).join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError('only whole numbers are canonical here');
  return JSON.stringify(value);
}
