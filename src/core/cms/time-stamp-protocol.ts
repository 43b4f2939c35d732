// Asking a time-stamp authority (RFC 3161 section 2.4): what is sent, and whether what came back is an answer to it.

import { refuse, step } from '../finding.ts';
import type { Step } from '../finding.ts';
import { boolean, integer, nothing, octetString, oid, sequence } from '../pki/der-writer.ts';
import { children, contentOf, DerFault, encodingOf, expectTag, readWhole, smallInteger, TAG } from '../pki/der.ts';
import { readTimeStamp } from './time-stamp.ts';
import type { TimeStampToken } from './time-stamp.ts';

const SHA256 = '2.16.840.1.101.3.4.2.1';

export interface TimeStampQuestion {
  /** SHA-256 of what is to be stamped. */
  readonly digest: Buffer;
  /** Never used before; it ties the answer to this question. */
  readonly nonce: Buffer;
}

/** `TimeStampReq`, asking for the authority's certificate too. DER. */
export function timeStampRequest({ digest, nonce }: TimeStampQuestion): Buffer {
  const imprint = sequence(sequence(oid(SHA256), nothing()), octetString(digest));
  return sequence(integer(1), imprint, integer(nonce), boolean(true));
}

export interface StampedAnswer {
  /** `TimeStampToken`, DER: to be kept. */
  readonly token: Buffer;
  readonly stamp: TimeStampToken;
}

/** PKIStatus: granted, grantedWithMods. */
const GRANTED: readonly number[] = [0, 1];

/**
 * Reads a `TimeStampResp` that answers the question: granted, with its imprint and nonce. Who stamped, and whether
 * its signature is right, is not judged here. Refuses with `time-stamp-failed`.
 */
export function readTimeStampAnswer(answer: Buffer, { digest, nonce }: TimeStampQuestion): Step<StampedAnswer> {
  try {
    const [info, content] = children(readWhole(answer, TAG.sequence));
    const status = smallInteger(children(expectTag(info, TAG.sequence))[0]);
    if (!GRANTED.includes(status)) return refuse('time-stamp-failed', { reason: `status ${status}` });
    const token = encodingOf(expectTag(content, TAG.sequence));
    const read = readTimeStamp(token);
    if (!read.ok) return refuse('time-stamp-failed', { reason: String(read.facts['reason'] ?? read.code) });
    const { imprint } = read.value;
    if (imprint.hash !== 'sha256' || !imprint.digest.equals(digest)) throw new DerFault('imprint');
    if (read.value.nonce !== contentOf(readWhole(integer(nonce), TAG.integer)).toString('hex'))
      throw new DerFault('nonce');
    return step({ token, stamp: read.value });
  } catch (error) {
    if (error instanceof DerFault) return refuse('time-stamp-failed', { reason: error.reason });
    throw error;
  }
}
