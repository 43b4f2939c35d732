// Asking a time-stamp authority (RFC 3161 section 2.4): what is sent, and whether what came back is an answer to it.

import { type Refusal, type Result, refuse } from '../problems/finding.ts';
import { boolean, integer, derNull, octetString, oid, sequence } from '../crypto/der-writer.ts';
import { contentOf, readWhole, TAG } from '../crypto/der.ts';
import { SHA256 } from '../pki/signed.ts';
import { type Stamped, readTimeStampResponse } from './time-stamp-response.ts';

export interface TimeStampQuestion {
  /** SHA-256 of what is to be stamped. */
  readonly digest: Buffer;
  /** Never used before; it ties the answer to this question. */
  readonly nonce: Buffer;
}

/** `TimeStampReq`, asking for the authority's certificate too. DER. */
export function timeStampRequest({ digest, nonce }: TimeStampQuestion): Buffer {
  const imprint = sequence(sequence(oid(SHA256), derNull()), octetString(digest));
  return sequence(integer(1), imprint, integer(nonce), boolean(true));
}

/**
 * Reads a `TimeStampResp` that answers the question: granted, with its imprint and nonce. Who stamped, and whether
 * its signature is right, is not judged here. Refuses with `time-stamp-failed`.
 */
export function readTimeStampAnswer(answer: Buffer, { digest, nonce }: TimeStampQuestion): Result<Stamped> {
  const response = readTimeStampResponse(answer);
  if (!response.ok) return failure(String(response.facts['reason'] ?? response.code));
  const { imprint, nonce: returned } = response.value.stamp;
  if (imprint.hash !== 'sha256' || !imprint.digest.equals(digest)) return failure('imprint');
  if (returned !== contentOf(readWhole(integer(nonce), TAG.integer)).toString('hex')) return failure('nonce');
  return response;
}

function failure(reason: string): Refusal {
  return refuse('time-stamp-failed', { reason });
}
