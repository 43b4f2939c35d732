// Brings checked data of a place into the shared cache: claim, fetch, check, keep. No transaction is open during a
// fetch.

import { parseCertificate } from '../../../core/pki/certificate.ts';
import { parseCrl } from '../../../core/pki/crl.ts';
import { ocspRequest, parseOcspResponse } from '../../../core/pki/ocsp.ts';
import { receiveAnswer, receiveList } from '../../../core/pki/revocation.ts';
import type { Trust } from '../../../core/pki/trust.ts';
import type { CachePlace, Obtained, RevocationCache, Unobtained } from '../../../ports/revocation-cache.ts';
import type { Fetched, RevocationSource } from '../../../ports/revocation-source.ts';
import type { World } from '../../../ports/world.ts';
import type { WantedPlace } from './places.ts';

export interface ObtainPorts {
  readonly cache: RevocationCache;
  readonly source: RevocationSource;
}

export type ObtainWorld = Pick<World, 'now' | 'pause' | 'randomBytes'>;

/** Bytes of a nonce: the length that RFC 9654 section 2.1 requires of clients. */
const NONCE_BYTES = 32;

/**
 * Seconds a claim outlasts the longest fetch of its kind, so that a dead process does not keep the others waiting for
 * long.
 */
export const CLAIM_SECONDS = { ocsp: 5, crl: 70 } as const;

/** Milliseconds between two looks whether another process has finished, and the number of looks. */
const BUSY = { pause: 100, looks: 20 } as const;

const never = new AbortController().signal;

/** Fetches the data of a place, unless a process tried a moment ago; leaves the result in the cache. */
export async function obtain(place: WantedPlace, trust: Trust, ports: ObtainPorts, world: ObtainWorld): Promise<void> {
  const { cache } = ports;
  for (let looks = 0; looks < BUSY.looks; looks += 1) {
    const claim = await cache.claim(place, CLAIM_SECONDS[place.kind]);
    if (claim === 'tried') return;
    if (claim === 'claimed') {
      await (place.kind === 'crl' ? fetchList(place, ports, world) : fetchAnswer(place, trust, ports, world));
      return;
    }
    await world.pause(BUSY.pause, never);
  }
}

/** Fetches the list of a claimed place. */
export async function fetchList(place: CachePlace, ports: ObtainPorts, { now }: Pick<World, 'now'>): Promise<void> {
  const answer = await ports.source.fetch({ kind: 'crl', url: place.url });
  await record(place, answer, ports, (bytes) => checkedList(bytes, place, now()));
}

async function fetchAnswer(
  place: WantedPlace,
  trust: Trust,
  ports: ObtainPorts,
  { now, randomBytes }: ObtainWorld,
): Promise<void> {
  const { certificate, issuer } = place.wanted;
  const nonce = randomBytes(NONCE_BYTES);
  const request = ocspRequest(certificate, issuer, nonce);
  const answer = await ports.source.fetch({ kind: 'ocsp', url: place.url, request });
  await record(place, answer, ports, (bytes) => checkedAnswer(bytes, place, { nonce, now: now(), trust }));
}

type Checked = Obtained | Unobtained['reason'];

async function record(
  { key, url }: CachePlace,
  answer: Fetched,
  { cache }: ObtainPorts,
  check: (bytes: Buffer) => Checked,
): Promise<void> {
  if (answer.kind === 'failed') {
    await cache.fail(key, { reason: answer.reason, host: answer.host });
    return;
  }
  const result = check(answer.bytes);
  const { hostname: host } = new URL(url);
  if (typeof result === 'string') await cache.fail(key, { reason: result, host });
  else if (!(await cache.keep(key, result))) await cache.fail(key, { reason: 'older', host });
}

function checkedList(bytes: Buffer, { issuer }: CachePlace, now: Date): Checked {
  const crl = parseCrl(bytes);
  const authority = parseCertificate(issuer);
  if (!crl.ok || !authority.ok) return 'invalid';
  const list = receiveList(crl.value, authority.value, now.getTime());
  if (!list.ok) return 'invalid';
  const { fingerprint, thisUpdate, nextUpdate } = list.value;
  return { sha256: fingerprint, bytes, ...times(thisUpdate, nextUpdate) };
}

function checkedAnswer(
  bytes: Buffer,
  { wanted: { certificate, issuer } }: WantedPlace,
  { nonce, now, trust }: { readonly nonce: Buffer; readonly now: Date; readonly trust: Trust },
): Checked {
  const answer = parseOcspResponse(bytes);
  if (!answer.ok) return answer.facts['reason'] === 'tryLater' ? 'try-later' : 'invalid';
  const believed = receiveAnswer(answer.value, { certificate, issuer, now: now.getTime(), nonce }, trust);
  if (!believed.ok) return 'invalid';
  const { status, thisUpdate, nextUpdate } = believed.value.statement;
  if (status.kind === 'unknown') return 'unknown';
  return { sha256: answer.value.fingerprint, bytes, ...times(thisUpdate, nextUpdate) };
}

function times(thisUpdate: number, nextUpdate: number | null): Pick<Obtained, 'thisUpdate' | 'nextUpdate'> {
  return { thisUpdate: new Date(thisUpdate), nextUpdate: nextUpdate === null ? null : new Date(nextUpdate) };
}
