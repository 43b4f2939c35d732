import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** http or https. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** A stream is read once and destroyed when the request fails; its length belongs into the headers. */
  readonly body?: Buffer | Readable;
  /** Ends the request or the reading of its answer. */
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte in either direction before the connection counts as lost. Absent: the signal alone decides. */
  readonly silence?: number;
  /** Addresses to connect to, without resolving the host. Absent: the system resolves it. */
  readonly addresses?: readonly string[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The whole request had left when the answer began. */
  readonly sentWhole: boolean;
  /** The bytes as they come; the caller reads or destroys them. */
  readonly body: IncomingMessage;
  /** All of the body, or null where it is longer than `limit` bytes. Rejects where it is cut off. */
  bytes(limit: number): Promise<Buffer | null>;
}

export interface HttpOptions {
  /** Milliseconds for which an idle connection is kept for the next request; 0: each request has a connection of its own. */
  readonly keptFor: number;
  /** PEM of the authorities that are trusted in place of the system's. */
  readonly ca?: string;
  /** Lower-case hex SHA-256 of the public key that the server's certificate must hold besides. */
  readonly pin?: string;
}

/**
 * Promises of every implementation:
 * - One request and no second: a failure is reported and not tried again.
 * - No redirect is followed, no cookie, proxy or compression is used; a head is at most 16 KB.
 */
export interface HttpClient {
  /**
   * Resolves with any status that a server answers. Rejects where no answer came, with an error whose `code` is Node's
   * name of the reason (`ECONNREFUSED`, `CERT_HAS_EXPIRED`, …), or `PIN_MISMATCH`, or `HTTP_UPGRADE` where the server
   * wants to speak another protocol.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Closes idle connections and cuts off requests under way. */
  close(): void;
}

export type OpenHttp = (options: HttpOptions) => HttpClient;
