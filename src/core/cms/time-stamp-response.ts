// Reads the answer of a time-stamping authority (RFC 3161 section 2.4.2): a token, or a status that says why there is
// none.

import { type Result, refuse, ok } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import {
  DerFault,
  type DerNode,
  TAG,
  children,
  encodingOf,
  expectTag,
  namedBits,
  readWhole,
  smallInteger,
} from '../crypto/der.ts';
import { type TimeStampToken, readTimeStamp } from './time-stamp.ts';

export interface Stamped {
  /** `TimeStampToken`, DER: to be kept. */
  readonly token: Buffer;
  readonly stamp: TimeStampToken;
}

/** `granted` and `grantedWithMods`: only these bring a token. */
const GRANTED = [0, 1];

/**
 * Reads a TimeStampResp. The token is not judged: the caller compares imprint and nonce with its question. Refuses
 * with a `document-signature-…` code, or with `time-stamp-unusable` where the authority refused.
 */
export function readTimeStampResponse(bytes: Buffer): Result<Stamped, ProblemCode> {
  try {
    const [info, token, ...rest] = children(readWhole(bytes, TAG.sequence));
    if (rest.length > 0) throw new DerFault('trailing bytes');
    const status = statusOf(info);
    if (status !== undefined) return refuse('time-stamp-unusable', { reason: status });
    const encoding = encodingOf(expectTag(token, TAG.sequence));
    const stamp = readTimeStamp(encoding);
    return stamp.ok ? ok({ token: encoding, stamp: stamp.value }) : stamp;
  } catch (error) {
    if (error instanceof DerFault) return refuse('document-signature-malformed', { reason: error.reason });
    throw error;
  }
}

/** Bits of PKIFailureInfo, as far as they are used. */
const FAILURES: ReadonlyMap<number, string> = new Map([
  [1 << 0, 'badAlg'],
  [1 << 2, 'badRequest'],
  [1 << 5, 'badDataFormat'],
]);

/** Why nothing was granted; undefined where it was. */
function statusOf(node: DerNode | undefined): string | undefined {
  const [status, ...rest] = children(expectTag(node, TAG.sequence));
  const code = smallInteger(status);
  if (GRANTED.includes(code)) return undefined;
  const failure = rest.find(({ tag }) => tag === TAG.bitString);
  const failureName = failure === undefined ? undefined : FAILURES.get(namedBits(failure));
  return failureName ?? `status ${code}`;
}
