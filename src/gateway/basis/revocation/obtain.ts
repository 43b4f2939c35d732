// From a place to proved bytes in the shared cache: claim it, fetch, check, keep. No transaction stands while a fetch is
// under way.

import { parseCertificate } from '../../../core/pki/certificate.ts';
import { parseCrl } from '../../../core/pki/crl.ts';
import { ocspRequest, parseOcspResponse } from '../../../core/pki/ocsp.ts';
import { receiveAnswer, receiveList } from '../../../core/pki/revocation.ts';
import type { SignatureMemory } from '../../../core/pki/signature-memory.ts';
import type { Trust } from '../../../core/pki/trust.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { CachePlace, Obtained, RevocationCache, Unobtained } from '../../../ports/revocation-cache.ts';
import type { Fetched, RevocationSource } from '../../../ports/revocation-source.ts';
import type { Pause } from '../../loop.ts';
import type { WantedPlace } from './places.ts';

export interface ObtainParts {
  readonly cache: RevocationCache;
  readonly source: RevocationSource;
  readonly clock: Clock;
  readonly signatures: SignatureMemory;
  /** 32 random bytes (RFC 9654). */
  readonly nonce: () => Buffer;
  readonly pause: Pause;
}

/** Seconds a claim outlasts the longest fetch of its kind, so that a process that died keeps nobody waiting for long. */
export const CLAIM_SECONDS = { ocsp: 5, crl: 70 } as const;

/** Milliseconds between two looks whether another process has come to an end, and how often it is looked. */
const BUSY = { pause: 100, looks: 20 } as const;

const never = new AbortController().signal;

/** Fetches what is wanted, unless it was tried a moment ago; what came of it is in the cache. */
export async function obtain(place: WantedPlace, trust: Trust, parts: ObtainParts): Promise<void> {
  const { cache, pause } = parts;
  for (let looks = 0; looks < BUSY.looks; looks += 1) {
    const claim = await cache.claim(place, CLAIM_SECONDS[place.kind]);
    if (claim === 'tried') return;
    if (claim === 'claimed') {
      await (place.kind === 'crl' ? fetchList(place, parts) : fetchAnswer(place, trust, parts));
      return;
    }
    await pause(BUSY.pause, never);
  }
}

/** Of a place that is claimed. */
export async function fetchList(place: CachePlace, parts: ObtainParts): Promise<void> {
  const fetched = await parts.source.fetch({ kind: 'crl', url: place.url });
  await record(place, fetched, parts, (bytes) => checkedList(bytes, place, parts));
}

async function fetchAnswer(place: WantedPlace, trust: Trust, parts: ObtainParts): Promise<void> {
  const { certificate, issuer } = place.wanted;
  const nonce = parts.nonce();
  const request = ocspRequest(certificate, issuer, nonce);
  const fetched = await parts.source.fetch({ kind: 'ocsp', url: place.url, request });
  await record(place, fetched, parts, (bytes) => checkedAnswer(bytes, place, nonce, trust, parts));
}

type Checked = Obtained | Unobtained['reason'];

async function record(
  { key, url }: CachePlace,
  fetched: Fetched,
  { cache }: ObtainParts,
  check: (bytes: Buffer) => Checked,
): Promise<void> {
  if (fetched.kind === 'failed') {
    await cache.fail(key, { reason: fetched.reason, host: fetched.host });
    return;
  }
  const checked = check(fetched.bytes);
  const { hostname: host } = new URL(url);
  if (typeof checked === 'string') await cache.fail(key, { reason: checked, host });
  else if (!(await cache.keep(key, checked))) await cache.fail(key, { reason: 'older', host });
}

function checkedList(bytes: Buffer, { issuer }: CachePlace, { clock, signatures }: ObtainParts): Checked {
  const crl = parseCrl(bytes);
  const authority = parseCertificate(issuer);
  if (!crl.ok || !authority.ok) return 'invalid';
  const list = receiveList(crl.value, authority.value, clock.now().getTime(), signatures);
  if (!list.ok) return 'invalid';
  const { fingerprint, thisUpdate, nextUpdate } = list.value;
  return { sha256: fingerprint, bytes, ...times(thisUpdate, nextUpdate) };
}

function checkedAnswer(
  bytes: Buffer,
  { wanted: { certificate, issuer } }: WantedPlace,
  nonce: Buffer,
  trust: Trust,
  { clock, signatures }: ObtainParts,
): Checked {
  const answer = parseOcspResponse(bytes);
  if (!answer.ok) return answer.facts['reason'] === 'tryLater' ? 'try-later' : 'invalid';
  const now = clock.now().getTime();
  const believed = receiveAnswer(answer.value, { certificate, issuer, now, nonce }, trust, signatures);
  if (!believed.ok) return 'invalid';
  const { status, thisUpdate, nextUpdate } = believed.value.statement;
  if (status.kind === 'unknown') return 'unknown';
  return { sha256: answer.value.fingerprint, bytes, ...times(thisUpdate, nextUpdate) };
}

function times(thisUpdate: number, nextUpdate: number | null): Pick<Obtained, 'thisUpdate' | 'nextUpdate'> {
  return { thisUpdate: new Date(thisUpdate), nextUpdate: nextUpdate === null ? null : new Date(nextUpdate) };
}
