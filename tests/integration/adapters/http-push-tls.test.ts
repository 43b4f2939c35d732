import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import forge from 'node-forge';
import { httpPush } from '../../../adapters/http-push/index.ts';
import { openHttp } from '../../../src/drivers/http-client.ts';
import type { Outcome } from '../../../src/core/exchange/outcome.ts';
import { connected, parcelOf } from '../../contract/adapter-suite.ts';
import { startPeer, type Peer } from '../../support/peers.ts';

interface ServerKey {
  readonly key: string;
  readonly cert: string;
  readonly pin: string;
}

/** A server certificate that stands for itself. */
function selfSigned(name: string, days: { readonly from: number; readonly to: number }): ServerKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificate = forge.pki.createCertificate();
  const secret = forge.pki.privateKeyFromPem(key);
  certificate.publicKey = forge.pki.setRsaPublicKey(secret.n, secret.e);
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() + days.from * 86_400_000);
  certificate.validity.notAfter = new Date(Date.now() + days.to * 86_400_000);
  const subject = [{ name: 'commonName', value: name }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
  ]);
  certificate.sign(secret, forge.md.sha256.create());
  const cert = forge.pki.certificateToPem(certificate);
  const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return { key, cert, pin: createHash('sha256').update(spki).digest('hex') };
}

const GOOD = selfSigned('localhost', { from: -1, to: 1 });
const EXPIRED = selfSigned('localhost', { from: -2, to: -1 });
const ELSEWHERE = selfSigned('h99.example', { from: -1, to: 1 });

const peers = new Map<ServerKey, Peer>();
beforeAll(async () => {
  for (const tls of [GOOD, EXPIRED, ELSEWHERE]) peers.set(tls, await startPeer({ tls, token: 'secret' }));
});
afterAll(async () => {
  for (const peer of peers.values()) await peer.close();
});

async function send(server: ServerKey, trust: Readonly<Record<string, string>>): Promise<readonly Outcome[]> {
  const settings = () => ({ url: peers.get(server)?.url, token: 'secret', ...trust });
  const sender = connected({ adapter: httpPush(openHttp), settings }, { url: '' });
  const { signal } = new AbortController();
  try {
    // Twice, so that a resumed session is tried as well.
    const first = await sender.send(parcelOf(Buffer.from('<edXML/>')), signal);
    return [first, await sender.send(parcelOf(Buffer.from('<edXML/>')), signal)];
  } finally {
    await sender.close();
  }
}

test.each([
  ['an authority of our own', { ca: GOOD.cert }],
  ['and the right pin', { ca: GOOD.cert, pin: GOOD.pin }],
])('a receiver is trusted by %s', async (_, trust) => {
  expect((await send(GOOD, trust)).map(({ kind }) => kind)).toEqual(['done', 'done']);
});

test.each<[string, ServerKey, Readonly<Record<string, string>>, string]>([
  ['of no trusted authority', GOOD, {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['that has expired', EXPIRED, { ca: EXPIRED.cert }, 'CERT_HAS_EXPIRED'],
  ['of another name', ELSEWHERE, { ca: ELSEWHERE.cert }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['with another key than the pinned one', GOOD, { ca: GOOD.cert, pin: EXPIRED.pin }, 'PIN_MISMATCH'],
])('a receiver with a certificate %s gets not one byte', async (_, server, trust, reason) => {
  const before = peers.get(server)?.requests;
  const expected = { kind: 'retry', code: 'receiver-unreachable', facts: { reason } };
  expect(await send(server, trust)).toMatchObject([expected, expected]);
  expect(peers.get(server)?.requests).toBe(before);
});
