/** What an authority publishes of its certificates: one answer to one question (OCSP), or a whole list (CRL). */
export type RevocationRequest =
  | { readonly kind: 'ocsp'; readonly url: string; /** DER OCSPRequest. */ readonly request: Buffer }
  | { readonly kind: 'crl'; readonly url: string };

/**
 * Why nothing was obtained.
 *
 * - `forbidden-address`: an address nobody may be sent to by a certificate: another scheme than http and https, a password,
 *   an odd way of writing it, or an inner address that is not listed with its port.
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
  /** Lower case, without port; empty where the address names none that could be told. */
  readonly host: string;
  /** HTTP status, where that is the reason. */
  readonly status?: number;
}

export type Fetched = { readonly kind: 'fetched'; readonly bytes: Buffer } | NotFetched;

/**
 * Fetches from the places that certificates name. A certificate may name anything, so the list of the configuration decides
 * who is asked.
 *
 * Promises of every implementation:
 * - Nothing rejects, and nothing hangs: each fetch ends within the limits of its kind.
 * - What is not allowed is answered before a packet leaves; the address that was judged is the one connected to.
 * - No redirect is followed, no cookie, credential or proxy is used.
 * - Bytes are as they came and prove nothing: who signed them is for core to say.
 */
export interface RevocationSource {
  fetch(request: RevocationRequest): Promise<Fetched>;
  /** Why an address would not even be looked up; null: it would. For whoever spares himself the trouble of asking. */
  refusal(url: string): NotFetched | null;
  /** What is under way ends at once as `timeout`. */
  close(): Promise<void>;
}
