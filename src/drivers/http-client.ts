// The one HTTP client (src/decisions/0014-http-client.md): requests over Node's own http and https.

import { createHash, X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline } from 'node:stream';
import { checkServerIdentity } from 'node:tls';
import type { HttpAnswer, HttpOptions, HttpRequest, OpenHttp } from '../ports/http-client.ts';

/** Node's default, stated because an option of the process may change that. */
const HEAD_BYTES = 16 * 1024;

interface Agents {
  readonly plain: http.Agent;
  readonly secure: https.Agent;
}

export const openHttp: OpenHttp = (options) => {
  const agents = agentsOf(options);
  return {
    send: (request) => send(request, agents),
    close() {
      agents.plain.destroy();
      agents.secure.destroy();
    },
  };
};

function agentsOf({ keptFor, ca, pin }: HttpOptions): Agents {
  const kept = keptFor === 0 ? {} : { keepAlive: true, timeout: keptFor };
  return {
    plain: new http.Agent(kept),
    secure: new https.Agent({
      ...kept,
      ...(ca === undefined ? {} : { ca }),
      // A resumed session presents no certificate to compare, so a pinned connection makes a full handshake each time.
      ...(pin === undefined ? {} : { maxCachedSessions: 0, checkServerIdentity: identityWithPin(pin) }),
    }),
  };
}

function identityWithPin(pin: string): typeof checkServerIdentity {
  return (host, certificate) => {
    const spki = new X509Certificate(certificate.raw).publicKey.export({ type: 'spki', format: 'der' });
    if (createHash('sha256').update(spki).digest('hex') === pin) return checkServerIdentity(host, certificate);
    return failure('PIN_MISMATCH', 'the certificate has another key than the pinned one');
  };
}

function send(asked: HttpRequest, agents: Agents): Promise<HttpAnswer> {
  const { url, method, headers, body, signal, silence, addresses } = asked;
  const isSecure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(url, {
      method,
      headers,
      signal,
      agent: isSecure ? agents.secure : agents.plain,
      timeout: silence,
      maxHeaderSize: HEAD_BYTES,
      lookup: addresses === undefined ? undefined : pinnedTo(addresses),
    });
    if (silence !== undefined)
      request.once('timeout', () => request.destroy(failure('ETIMEDOUT', `no byte for ${silence} ms`)));
    request.once('response', (response) => resolve(answerOf(request, response)));
    // Node would end the request in silence.
    request.once('upgrade', (_response, socket) => {
      socket.destroy();
      reject(failure('HTTP_UPGRADE', 'the server wants another protocol'));
    });
    // A server may answer before it has read everything and then hang up: the answer counts, and these come too late.
    request.on('error', reject);
    request.once('close', () => reject(failure('closed', 'the connection was closed')));
    if (body === undefined || Buffer.isBuffer(body)) request.end(body);
    // A fault of the stream destroys the request and arrives there as its error.
    else pipeline(body, request, () => undefined);
  });
}

function pinnedTo(addresses: readonly string[]): LookupFunction {
  return (_host, options, found) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first = { address: '', family: 0 }] = all;
    if (options.all === true) found(null, all);
    else found(null, first.address, first.family);
  };
}

function answerOf(request: http.ClientRequest, response: http.IncomingMessage): HttpAnswer {
  const sentWhole = request.writableEnded;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    sentWhole,
    body: response,
    async bytes(limit) {
      try {
        return await read(response, limit);
      } finally {
        // Nobody will read the rest of what is being sent, nor of what is too long.
        if (!sentWhole || !response.complete) request.destroy();
      }
    },
  };
}

async function read(response: http.IncomingMessage, limit: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > limit) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

function failure(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}
