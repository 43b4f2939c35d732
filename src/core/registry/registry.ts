// The registry as facts: organisations, connections and the organisations each may speak for, at one version.
// Addressing and verification are pure functions over such a snapshot; the accept transaction checks that its version
// still stands.

import type { RenderingChoice } from '../message/rendering.ts';
import type { Anchor } from './anchor.ts';
import type { TrustProfile } from './profile.ts';

export interface Organisation {
  /** QĐ 20/2020 code, at most 35 characters. */
  readonly code: string;
  readonly name: string;
  /** Old 13-character codes and other codes that name this organisation in traffic. */
  readonly aliases: readonly string[];
  /** Inclusive, ISO `yyyy-MM-dd`. */
  readonly validFrom?: string;
  /** Exclusive, ISO `yyyy-MM-dd`. */
  readonly validTo?: string;
  readonly successor?: string;
  readonly suspended: boolean;
  /** The one connection designated to receive for it; absent when it has none today. */
  readonly receivingConnection?: string;
}

export interface Connection {
  readonly id: string;
  readonly name: string;
  /** A name of the list in `adapters/index.ts`. */
  readonly adapter: string;
  /** As the adapter's settings schema defines them. */
  readonly settings: unknown;
  /**
   * `endpoint`: the addressee's own system; a package it takes has arrived. `hub`: passes packages on; a package it
   * takes is handed over.
   */
  readonly role: 'endpoint' | 'hub';
  readonly trust: TrustProfile;
  /** Organisations in whose name it may send (`From`). */
  readonly sendsFor: readonly string[];
  /** Organisations whose documents it may read. */
  readonly receivesFor: readonly string[];
  /** Issuing organisations whose documents it may send (copies and forwards included). */
  readonly issuers: readonly string[];
  readonly paused: boolean;
  /** Most transmissions under way at once, over all workers. */
  readonly concurrency: number;
  /** The form it takes packages in; absent: byte for byte as they were accepted. */
  readonly rendering?: RenderingChoice;
}

/** A certificate that may sign for an organisation: by its key, or by issuer and exact subject. A common name is never parsed. */
export interface Enrolment {
  readonly organisation: string;
  readonly match:
    | { readonly by: 'key'; /** Lower-case hex SHA-256 of SubjectPublicKeyInfo. */ readonly keySha256: string }
    | {
        readonly by: 'subject';
        /** Base64 DER of the names, compared byte for byte. */ readonly issuer: string;
        readonly subject: string;
      };
  /** The holder of the certificate: the organisation itself, or a person who is competent to sign for it. */
  readonly holder?: 'organisation' | 'person';
  readonly validFrom?: string;
  readonly validTo?: string;
}

/** A machine client; its authority is that of its one connection. */
export interface Client {
  readonly id: string;
  readonly connection: string;
  /** Lower-case hex SHA-256 of the secret (a secret is 32 random bytes, so it needs no slow hash). */
  readonly secretSha256: string;
  readonly scopes: readonly string[];
  readonly suspended: boolean;
}

export interface Registry {
  readonly version: number;
  readonly organisations: ReadonlyMap<string, Organisation>;
  /** Every alias and every code → code. */
  readonly codes: ReadonlyMap<string, string>;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly clients: ReadonlyMap<string, Client>;
  readonly enrolments: ReadonlyMap<string, readonly Enrolment[]>;
  readonly anchors: readonly Anchor[];
  /** DER of intermediate certificates known to the gateway. */
  readonly intermediates: readonly Buffer[];
  /** DER of the certificate revocation lists at hand. */
  readonly crls: readonly Buffer[];
}
