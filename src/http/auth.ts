// Authenticates machine clients: takes OAuth 2 client credentials, issues short-lived ES256 tokens, and finds the
// client of a token. It checks a token against the registry at every request, so a suspended client is out at once.

import { createHash, createPublicKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { ProblemError } from '../core/problems/problem-error.ts';
import type { Client, Registry } from '../core/registry/registry.ts';
import type { World } from '../ports/world.ts';
import { isScope, type Scope } from '../core/registry/scopes.ts';

/** The calling client and its connection. */
export interface Principal {
  readonly client: string;
  readonly connection: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** `public`: every caller. `client`: any authenticated client. Otherwise one of the scopes is enough. */
export type Authority = 'public' | 'client' | readonly Scope[];

export const TOKEN_SECONDS = 600;

/** Clocks of replicas may differ by this much. */
const SKEW_SECONDS = 5;
const ALGORITHM = 'ES256';
const CACHE_SIZE = 10_000;

interface Claims {
  readonly client: string;
  readonly connection: string;
  readonly scopes: readonly Scope[];
  /** Seconds since the epoch. */
  readonly expires: number;
}

export interface Tokens {
  issue(client: Client, scopes: readonly Scope[]): Promise<string>;
  /** The claims of a token; rejects with `token-expired` or `unauthenticated`. */
  verify(token: string): Promise<Claims>;
}

/** Tokens of one issuer, which is their audience too. A verified token is remembered until it expires. */
export function createTokens(key: KeyObject, issuer: string, { now: today }: Pick<World, 'now'>): Tokens {
  const publicKey = createPublicKey(key);
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  const verified = new Map<string, Claims>();
  const seconds = (): number => Math.floor(today().getTime() / 1000);
  return {
    issue(client, scopes) {
      const now = seconds();
      return new SignJWT({ client_id: client.id, connection: client.connection, scope: scopes.join(' ') })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(client.id)
        .setIssuedAt(now)
        .setExpirationTime(now + TOKEN_SECONDS)
        .sign(key);
    },
    async verify(token) {
      const remembered = verified.get(token);
      if (remembered !== undefined) {
        if (seconds() < remembered.expires + SKEW_SECONDS) return remembered;
        verified.delete(token);
        throw new ProblemError('token-expired');
      }
      const claims = await verifyToken(token, publicKey, issuer, today());
      verified.set(token, claims);
      if (verified.size > CACHE_SIZE) forgetOldest(verified);
      return claims;
    },
  };
}

async function verifyToken(token: string, key: KeyObject, issuer: string, now: Date): Promise<Claims> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: 'at+jwt',
      issuer,
      audience: issuer,
      currentDate: now,
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    const { client_id: client, connection, scope, exp } = payload;
    if (
      typeof client === 'string' &&
      typeof connection === 'string' &&
      typeof scope === 'string' &&
      exp !== undefined
    ) {
      return { client, connection, scopes: scope.split(' ').filter(isScope), expires: exp };
    }
  } catch (error) {
    throw new ProblemError(
      error instanceof errors.JWTExpired ? 'token-expired' : 'unauthenticated',
      {},
      { cause: error },
    );
  }
  throw new ProblemError('unauthenticated');
}

function forgetOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

/** RFC 6750 syntax, with room for far more than our own tokens need. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{1,4096}=*)$/i;

/** The principal that an Authorization header proves; a ProblemError of `unauthenticated`, `token-expired` or `token-binding`. */
export async function authenticate(header: string | undefined, tokens: Tokens, registry: Registry): Promise<Principal> {
  const token = BEARER.exec(header ?? '')?.[1];
  if (token === undefined) throw new ProblemError('unauthenticated');
  const claims = await tokens.verify(token);
  const client = registry.clients.get(claims.client);
  if (client === undefined || client.suspended) throw new ProblemError('unauthenticated');
  if (client.connection !== claims.connection) throw new ProblemError('token-binding');
  return {
    client: client.id,
    connection: client.connection,
    scopes: new Set(claims.scopes.filter((scope) => client.scopes.includes(scope))),
  };
}

/** Deny by default: throws `forbidden` unless the client has a scope of the row. */
export function authorise(principal: Principal, authority: Exclude<Authority, 'public'>): void {
  if (authority === 'client') return;
  if (!authority.some((scope) => principal.scopes.has(scope))) throw new ProblemError('forbidden');
}

/** The client whose secret this is; the time of the check does not tell which part was wrong. */
export function checkSecret(registry: Registry, id: string, secret: string): Client | undefined {
  const client = registry.clients.get(id);
  const hash = createHash('sha256').update(secret).digest();
  const expectedHash = Buffer.from(client?.secretSha256 ?? '', 'hex');
  const compared = expectedHash.length === hash.length ? expectedHash : Buffer.alloc(hash.length);
  const right = timingSafeEqual(hash, compared) && compared === expectedHash;
  return right && client?.suspended === false ? client : undefined;
}
