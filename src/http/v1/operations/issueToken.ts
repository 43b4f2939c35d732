import type { IncomingMessage } from 'node:http';
import { TokenAnswer, TokenRequest } from '../../../api/v1/token.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { Client, Registry } from '../../../core/registry/registry.ts';
import type { RegistryStore } from '../../../ports/registry.ts';
import type { Events } from '../../../telemetry/events.ts';
import { checkSecret, TOKEN_SECONDS, type Tokens } from '../../auth.ts';
import { isScope, type Scope } from '../../../core/registry/scopes.ts';
import { formOf, noQuery } from '../../inputs.ts';
import { answer, publicOperation } from '../../operation.ts';
import type { FailureLimiter } from '../../rate.ts';
import { decodeForm } from '../../strictness.ts';

/**
 * Counts wrong secrets: of one client from one address, so that an attacker elsewhere cannot lock the client out, and
 * of one address over all clients, so that an attacker cannot try them one by one.
 */
export interface TokenFailures {
  readonly byClient: FailureLimiter;
  readonly byAddress: FailureLimiter;
}

/** RFC 6749, section 4.4: client credentials, by Basic or in the form, never both. */
export const issueToken = publicOperation(
  {
    id: 'issueToken',
    method: 'post',
    path: '/oauth/token',
    summary: 'Get an access token with client credentials',
    query: noQuery,
    body: formOf(TokenRequest),
    produces: 'application/json',
    answers: { 200: { description: 'A token', schema: TokenAnswer } },
  },
  (parts: {
    readonly registry: Pick<RegistryStore, 'snapshot'>;
    readonly tokens: Pick<Tokens, 'issue'>;
    readonly failures: TokenFailures;
    readonly events: Pick<Events, 'tokenIssued' | 'tokenRefused'>;
  }) =>
    async ({ request, body }) => {
      if (body.grant_type === undefined) throw new ProblemError('invalid_request');
      if (body.grant_type !== 'client_credentials') throw new ProblemError('unsupported_grant_type');
      const credentials = credentialsOf(request, body);
      const client = identify(await parts.registry.snapshot(), credentials, request.socket.remoteAddress ?? '', parts);
      const scopes = grant(client, body.scope);
      parts.events.tokenIssued({ client: client.id, connection: client.connection });
      const granted = {
        access_token: await parts.tokens.issue(client, scopes),
        token_type: 'Bearer' as const,
        expires_in: TOKEN_SECONDS,
        scope: scopes.join(' '),
      };
      return answer(200, TokenAnswer, granted, { Pragma: 'no-cache' });
    },
);

interface Credentials {
  readonly id: string;
  readonly secret: string;
}

function credentialsOf(request: IncomingMessage, body: TokenRequest): Credentials {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    if (body.client_id === undefined || body.client_secret === undefined) throw new ProblemError('invalid_client');
    return { id: body.client_id, secret: body.client_secret };
  }
  if (body.client_secret !== undefined) throw new ProblemError('invalid_request');
  const encoded = /^Basic +([A-Za-z0-9+/]{1,2000}={0,2})$/i.exec(authorization)?.[1];
  const pair = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1) throw new ProblemError('invalid_client');
  const id = decodeForm(pair.slice(0, colon));
  if (body.client_id !== undefined && body.client_id !== id) throw new ProblemError('invalid_request');
  return { id, secret: decodeForm(pair.slice(colon + 1)) };
}

function identify(
  registry: Registry,
  { id, secret }: Credentials,
  address: string,
  { failures, events }: { readonly failures: TokenFailures; readonly events: Pick<Events, 'tokenRefused'> },
): Client {
  const caller = `${address} ${id}`;
  const limited = (wait: number): ProblemError => {
    events.tokenRefused({ code: 'rate-limited' });
    return new ProblemError('rate-limited', { after: wait });
  };
  const wait = failures.byClient.wait(caller);
  if (wait > 0) throw limited(wait);
  const client = checkSecret(registry, id, secret);
  if (client !== undefined) {
    failures.byClient.succeeded(caller);
    return client;
  }
  failures.byClient.noteFailure(caller);
  // Behind a proxy all clients have one address: one client's wrong secrets must not keep out a client with the right
  // one.
  const addressWait = failures.byAddress.wait(address);
  if (addressWait > 0) throw limited(addressWait);
  failures.byAddress.noteFailure(address);
  events.tokenRefused({ code: 'invalid_client' });
  throw new ProblemError('invalid_client');
}

/** The requested scopes, if the client has them all; without a request, all scopes of the client. */
function grant(client: Client, request: string | undefined): readonly Scope[] {
  const granted = client.scopes.filter(isScope);
  if (request === undefined || request === '') return granted;
  const scopes = request.split(' ').filter(isScope);
  if (scopes.length !== request.split(' ').length || !scopes.every((scope) => granted.includes(scope))) {
    throw new ProblemError('invalid_scope');
  }
  return [...new Set(scopes)];
}
