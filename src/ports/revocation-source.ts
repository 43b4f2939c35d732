/** A request to an authority: one question about one certificate (OCSP), or a whole list (CRL). */
export type RevocationRequest =
  | { readonly kind: 'ocsp'; readonly url: string; /** DER OCSPRequest. */ readonly request: Buffer }
  | { readonly kind: 'crl'; readonly url: string };

/**
 * Why nothing was obtained.
 *
 * - `forbidden-address`: an address to which no certificate may send the gateway: another scheme than http and https, a
 *   password, an odd way of writing it, or an inner address that is not listed with its port.
 * - `not-allowed`: its host is not on the list of the configuration.
 * - `resting`: the host failed repeatedly and is left alone for a while.
 * - `unresolved`, `unreachable`, `timeout`, `status`, `content-type`, `too-large`: as it says.
 */
export type FetchFailure =
  | 'forbidden-address'
  | 'not-allowed'
  | 'resting'
  | 'unresolved'
  | 'unreachable'
  | 'timeout'
  | 'status'
  | 'content-type'
  | 'too-large';

export interface NotFetched {
  readonly kind: 'failed';
  readonly reason: FetchFailure;
  /** Lower case, without port; empty where the address has no readable host. */
  readonly host: string;
  /** HTTP status, where that is the reason. */
  readonly status?: number;
}

export type Fetched = { readonly kind: 'fetched'; readonly bytes: Buffer } | NotFetched;

/**
 * Fetches from the places that certificates name. A certificate may name any place, so the operator's list of hosts
 * decides where the gateway fetches.
 *
 * Promises of every implementation:
 * - Nothing rejects, and nothing hangs: each fetch ends within the limits of its kind.
 * - A forbidden address is refused before a packet leaves; the gateway connects to the very address that it checked.
 * - No redirect is followed, no cookie, credential or proxy is used.
 * - Bytes are as they came and prove nothing: the core checks their signatures.
 */
export interface RevocationSource {
  fetch(request: RevocationRequest): Promise<Fetched>;
  /** The reason why an address would not even be looked up; null: it would. For callers that skip a useless fetch. */
  refusal(url: string): NotFetched | null;
  /** Fetches under way end at once as `timeout`. */
  close(): Promise<void>;
}
