// OCSP answers (RFC 6960 appendix A, by POST) and lists (RFC 5280 section 4.2.1.13) over http and https. Both are signed,
// so that plain http, which is what authorities publish at, loses nothing but secrecy.

import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { readWebPlace, type WebPlace } from '../../core/pki/host.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../ports/http-client.ts';
import type {
  Fetched,
  FetchFailure,
  NotFetched,
  RevocationRequest,
  RevocationSource,
} from '../../ports/revocation-source.ts';
import type { World } from '../../ports/world.ts';
import { openHttp } from '../http-client.ts';
import { allowedHosts, type Allowed } from './allowed.ts';
import { createBreaker } from './breaker.ts';
import { createPlaces } from './places.ts';

type Kind = RevocationRequest['kind'];

export interface FetchLimits {
  readonly bytes: number;
  /** Milliseconds until the head of the answer is there, and until all of it is. */
  readonly head: number;
  readonly whole: number;
  /** Fetches of the kind under way at once in this process; the others wait for their turn. */
  readonly atOnce: number;
}

/**
 * An answer with the responder's chain is 2 to 5 KB. Lists in public use reach about 60 MB; no package
 * waits for all of one, so it may take longer to come than a package waits.
 */
export const FETCH_LIMITS: Readonly<Record<Kind, FetchLimits>> = {
  ocsp: { bytes: 64 * 1024, head: 2_000, whole: 2_000, atOnce: 32 },
  crl: { bytes: 64 * 1024 * 1024, head: 2_000, whole: 60_000, atOnce: 2 },
};

/** RFC 6960 appendix A.2. For lists RFC 5280 section 4.2.1.13, and what servers say that know no better. */
const CONTENT_TYPES: Readonly<Record<Kind, readonly string[]>> = {
  ocsp: ['application/ocsp-response'],
  crl: ['application/pkix-crl', 'application/x-pkcs7-crl', 'application/x-x509-crl', 'application/octet-stream', ''],
};

/** All addresses of a host name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

export interface HttpRevocationOptions {
  /** Hosts (`ocsp.example.vn`, `crl.example.vn:8080`); addresses that are not public with their port. Empty: nothing is fetched. */
  readonly allow: readonly string[];
  readonly lookup?: Lookup;
  readonly limits?: Readonly<Record<Kind, FetchLimits>>;
}

const lookupAll: Lookup = async (host) => (await systemLookup(host, { all: true })).map(({ address }) => address);

export function openHttpRevocationSource(
  options: HttpRevocationOptions,
  world: Pick<World, 'monotonic'>,
): RevocationSource {
  const { lookup = lookupAll, limits = FETCH_LIMITS } = options;
  const http = openHttp({ keptFor: 0 });
  const allowed = allowedHosts(options.allow);
  const breaker = createBreaker(world);
  const places = { ocsp: createPlaces(limits.ocsp.atOnce), crl: createPlaces(limits.crl.atOnce) };

  const underWay = new Set<AbortController>();
  let isClosed = false;

  const placeOf = (url: string): WebPlace | NotFetched => {
    const place = readWebPlace(url);
    if (place === undefined) return failure('forbidden-address', hostIn(url));
    return allowed.hasHost(place) ? place : failure('not-allowed', place.host);
  };

  const fetchNow = async (place: WebPlace, request: RevocationRequest): Promise<Fetched> => {
    if (isClosed) return failure('timeout', place.host);
    if (!breaker.admits(place.host)) return failure('resting', place.host);
    const ending = new AbortController();
    underWay.add(ending);
    const answer = await fetchFrom(place, request, { http, allowed, lookup, limits: limits[request.kind], ending });
    underWay.delete(ending);
    breaker.tell(place.host, isWell(answer));
    return answer;
  };

  return {
    async fetch(request) {
      const place = placeOf(request.url);
      if ('kind' in place) return place;
      return await places[request.kind].with(() => fetchNow(place, request));
    },
    refusal(url) {
      const place = placeOf(url);
      return 'kind' in place ? place : null;
    },
    close() {
      isClosed = true;
      for (const ending of underWay) ending.abort();
      http.close();
      return Promise.resolve();
    },
  };
}

function failure(reason: FetchFailure, host: string, status?: number): NotFetched {
  return { kind: 'failed', reason, host, ...(status === undefined ? {} : { status }) };
}

const SICK: ReadonlySet<FetchFailure> = new Set(['unresolved', 'unreachable', 'timeout']);

/** A host that answers, be it uselessly, is there; asking it again costs no package two seconds. */
function isWell(answer: Fetched): boolean {
  return answer.kind === 'fetched' || (!SICK.has(answer.reason) && (answer.status ?? 0) < 500);
}

/** For people only. */
function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.slice(0, 253) : '';
}

interface FetchParts {
  readonly http: HttpClient;
  readonly allowed: Allowed;
  readonly lookup: Lookup;
  readonly limits: FetchLimits;
  readonly ending: AbortController;
}

async function fetchFrom(place: WebPlace, request: RevocationRequest, parts: FetchParts): Promise<Fetched> {
  const { http, limits, ending } = parts;
  const end = (): void => ending.abort();
  const late = setTimeout(end, limits.head);
  const tooLate = setTimeout(end, limits.whole);
  try {
    const addresses = await resolve(place, parts, ending.signal);
    if (typeof addresses === 'string') return failure(addresses, place.host);
    const answer = await http.send({ ...questionOf(place, request, addresses), signal: ending.signal });
    clearTimeout(late);
    return await read(answer, place.host, request.kind, limits);
  } catch {
    // The network's reason does not matter, only that it gave nothing.
    return failure(ending.signal.aborted ? 'timeout' : 'unreachable', place.host);
  } finally {
    clearTimeout(late);
    clearTimeout(tooLate);
    ending.abort();
  }
}

/** The addresses to connect to, every one of which may be; a name that also leads inside is not followed at all. */
async function resolve(
  { host, port }: WebPlace,
  { allowed, lookup }: FetchParts,
  signal: AbortSignal,
): Promise<readonly string[] | FetchFailure> {
  const addresses =
    isIP(host) === 0
      ? await unless(
          signal,
          lookup(host).catch(() => []),
        )
      : [host];
  if (addresses.length === 0) return 'unresolved';
  const isAllowed = addresses.every((address) => isIP(address) !== 0 && allowed.hasAddress(address, port));
  return isAllowed ? addresses : 'forbidden-address';
}

/** A lookup cannot be called back; its answer is then dropped. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    if (signal.aborted) reject(new Error('aborted'));
    work.then(resolve, reject);
  });
}

/** Asks at these addresses only, under the host's own name. */
function questionOf(place: WebPlace, request: RevocationRequest, addresses: readonly string[]): HttpRequest {
  const url = urlOf(place);
  if (request.kind === 'crl') return { method: 'GET', url, addresses };
  const { request: body } = request;
  const headers = { 'Content-Type': 'application/ocsp-request', 'Content-Length': body.length };
  return { method: 'POST', url, addresses, headers, body };
}

function urlOf({ secure, host, port, path }: WebPlace): URL {
  return new URL(`${secure ? 'https' : 'http'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}${path}`);
}

async function read(answer: HttpAnswer, host: string, kind: Kind, limits: FetchLimits): Promise<Fetched> {
  const { status, headers } = answer;
  if (status !== 200) return failure('status', host, status);
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!CONTENT_TYPES[kind].includes(type) || headers['content-encoding'] !== undefined)
    return failure('content-type', host);
  if (Number(headers['content-length'] ?? 0) > limits.bytes) return failure('too-large', host);
  const bytes = await answer.bytes(limits.bytes);
  return bytes === null ? failure('too-large', host) : { kind: 'fetched', bytes };
}
