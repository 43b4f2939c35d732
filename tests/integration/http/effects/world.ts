// The world of the effects on copies: signed packages over the interface, on the real record.

import { createPublicKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { createAuthority, issue, issueCrl, newKeyPair, type Authority } from '../../../../certs/authority.ts';
import { toPem } from '../../../../src/core/crypto/pem.ts';
import type { Transport } from '../../../../src/core/exchange/lifecycle.ts';
import { signPackage } from '../../../../src/core/signature/sign.ts';
import { applyRegistry } from '../../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../../src/drivers/postgres/store.ts';
import { keySigner } from '../../../../src/drivers/signers/key-signer.ts';
import { type HttpFace } from '../../../../src/http/start.ts';
import type { Signer } from '../../../../src/ports/signer.ts';
import { type ReceivePorts } from '../../../../src/gateway/receive/receive.ts';
import { until } from '../../../support/external.ts';
import { MessageAnswer, ReceivedAnswer } from '../../../../src/api/v1/messages.ts';
import { answerOf, request, tokenOf, type Plain } from '../../../support/http.ts';
import { SECRET } from '../../../support/gateway-http.ts';
import { documentPackage, element, find, type DocumentFields } from '../../../support/packages.ts';
import { freshDatabase, stopServers } from '../../../support/postgres.ts';
import { receivePorts, startReceivingFace } from '../../../support/gateway.ts';

const NOW = new Date();
export const DISTRICT = 'H99.12';
export const [PUSHED, PULLED, THIRD, OTHER] = ['H99.12.01', 'H99.12.02', 'H99.12.03', 'H99.13'] as const;

/** Two communes are pushed to, one pulls; one body has no connection, one is a district of its own. */
const REGISTRY = {
  connections: [
    { id: 'huyen', name: 'Huyện', adapter: 'inbox', sendsFor: [DISTRICT], receivesFor: [DISTRICT] },
    { id: 'khac', name: 'Huyện khác', adapter: 'inbox', sendsFor: [OTHER], receivesFor: [OTHER] },
    ...[PUSHED, THIRD].map((code) => ({
      id: `xa-${code.slice(-2)}`,
      name: code,
      adapter: 'http-push',
      settings: { url: 'http://127.0.0.1:9/' },
      sendsFor: [code],
      receivesFor: [code],
      concurrency: 100,
    })),
    { id: `xa-${PULLED.slice(-2)}`, name: 'Xã', adapter: 'inbox', sendsFor: [PULLED], receivesFor: [PULLED] },
  ],
  organisations: [
    { code: DISTRICT, name: 'UBND huyện Mẫu', receivingConnection: 'huyen' },
    { code: OTHER, name: 'UBND huyện Thử', receivingConnection: 'khac' },
    ...[PUSHED, PULLED, THIRD].map((code) => ({ code, name: code, receivingConnection: `xa-${code.slice(-2)}` })),
  ],
} as const;

export let store: PostgresStore;
let face: HttpFace;
let folder: string;
export let ports: ReceivePorts;
let authority: Authority;
let leaf: Buffer;
let signer: Signer;
const gateway = { url: '' };
const tokens: Record<string, string> = {};

beforeAll(async () => {
  const database = await freshDatabase();
  store = await openStore({ url: database.runUrl, name: 'effects-test', connections: 8, log: () => undefined });
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-effects-'));
  authority = await createAuthority({ name: [['CN', 'Gốc thử']], key: 'rsa-2048', now: NOW, days: 30 });
  const key = await newKeyPair('rsa-2048');
  const publicKey = createPublicKey(key);
  leaf = issue(authority, { subject: [['CN', 'Cơ quan']], publicKey, now: NOW, days: 20 }).certificate;
  signer = keySigner('test', key, [leaf]);
  await trust(true);
  ports = await receivePorts(store, folder, {
    signer: keySigner('receipts', await newKeyPair('ec'), []),
    directionOf: (connection, registry) =>
      registry.connections.get(connection)?.adapter === 'inbox' ? 'pull' : 'push',
  });
  face = await startReceivingFace(store, ports);
  gateway.url = `http://localhost:${face.port}`;
  for (const { id } of REGISTRY.connections) tokens[id] = await tokenOf(gateway, id);
}, 120_000);

afterAll(async () => {
  try {
    await face.stop(200);
    await store.close();
  } finally {
    await stopServers();
    await rm(folder, { recursive: true });
  }
});

/** Without the list of revoked certificates nothing can be decided. */
export async function trust(listed: boolean): Promise<void> {
  const crl = issueCrl(authority, { now: new Date(), days: 7, number: Math.floor(Date.now() / 1000), revoked: [] });
  const { version } = await applyRegistry(store.pool, {
    ...REGISTRY,
    clients: REGISTRY.connections.map(({ id }) => ({ id, connection: id, secret: SECRET })),
    anchors: [
      {
        certificate: toPem('CERTIFICATE', authority.chain[0]),
        purposes: ['package-signature'],
        revocation: 'required',
      },
    ],
    enrolments: [DISTRICT, OTHER].map((organisation) => ({ organisation, certificate: toPem('CERTIFICATE', leaf) })),
    crls: listed ? [toPem('X509 CRL', crl)] : [],
  });
  await until(
    'the registry is seen',
    10,
    async () => (await store.registry.snapshot()).version === version || undefined,
  );
}

let counter = 0;

/** A DocumentId of its own, and with it a number of its own. */
export function fresh(organId: string = DISTRICT): { DocumentId: string; CodeNumber: string } {
  counter += 1;
  return { DocumentId: `${organId},2026/11/20,${counter}/UBND-VP`, CodeNumber: String(counter) };
}

export interface Letter extends DocumentFields {
  readonly receivers?: readonly (readonly [organId: string, type: 'added' | 'removed'])[];
  /** With those it concerns, where it says so. */
  readonly replaces?: readonly (string | readonly [documentId: string, ...organIds: string[]])[];
}

export function to(...codes: readonly string[]): { OrganId: string }[] {
  return codes.map((OrganId) => ({ OrganId }));
}

export function letter({ receivers = [], replaces = [], ...fields }: Letter): Promise<Buffer> {
  const bytes = documentPackage({
    fields: { From: { OrganId: DISTRICT }, To: to(PUSHED, PULLED), DueDate: null, ...fields },
    edit: (root) => {
      const { children } = find(root, 'Bussiness');
      const item = (name: string, ...inner: Parameters<typeof element>[1] & object) => element(name, inner);
      if (receivers.length > 0) {
        const list = receivers.map(([organId, type]) =>
          item('Receiver', item('OrganId', organId), item('ReceiverType', type === 'added' ? '1' : '0')),
        );
        children.push(item('BussinessDocumentInfo', item('DocumentReceiver', '1'), item('ReceiverList', ...list)));
      }
      if (replaces.length > 0) {
        const list = replaces.map((replaced) => {
          const [documentId, ...organIds] = typeof replaced === 'string' ? [replaced] : replaced;
          const named = organIds.map((organId) => item('OrganId', organId));
          const concerned = named.length === 0 ? [] : [item('OrganIdList', ...named)];
          return item('ReplacementInfo', item('DocumentId', documentId), ...concerned);
        });
        children.push(item('ReplacementInfoList', ...list));
      }
    },
  });
  return signPackage(bytes, signer);
}

export function send(as: string, body: Buffer): Promise<Plain> {
  return request(gateway, '/v1/messages', {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, 'Content-Type': 'application/xml' },
    body: new Uint8Array(body),
  });
}

export async function sent(fields: Letter, as = 'huyen'): Promise<ReceivedAnswer> {
  const answer = await send(as, await letter(fields));
  if (answer.status !== 202) throw new Error(answer.text);
  await store.sequencer.sequence();
  return answerOf(answer, ReceivedAnswer);
}

export const get = (as: string, where: string): Promise<Plain> =>
  request(gateway, where, { headers: { Authorization: `Bearer ${tokens[as] ?? ''}` } });

export const post = (as: string, where: string, body: unknown): Promise<Plain> =>
  request(gateway, where, {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

export async function seen(id: string, as = 'huyen'): Promise<MessageAnswer> {
  const answer = await get(as, `/v1/messages/${id}`);
  expect(answer.status).toBe(200);
  return answerOf(answer, MessageAnswer);
}

/** `organisation transport recall` of each delivery. */
export async function states(id: string): Promise<readonly string[]> {
  return (await seen(id)).deliveries.map((one) => `${one.organisation} ${one.transport} ${one.recall}`);
}

/** Of all that is noticed, what belongs to effects. */
const OURS = new Set([
  'copy-stopped',
  'document-newer-version',
  'holder-unreachable',
  'number-reused',
  'receiver-not-holding',
  'recipient-reached',
  'response-unresolved',
  'revocation-refused',
  'status-out-of-order',
]);

export const codes = (said: { readonly findings: ReceivedAnswer['findings'] }): readonly string[] =>
  said.findings.filter(({ code }) => OURS.has(code)).map(({ code }) => code);

export const deliveryTo = (said: ReceivedAnswer, organisation: string): string =>
  said.deliveries.find((one) => one.organisation === organisation)?.id ?? '';

/** The way of a pushed copy: a worker leases it, and it ends in the given state. */
export async function pushed(
  said: ReceivedAnswer,
  organisation: string,
  ends: Transport | 'sending',
  code?: 'receiver-timeout',
) {
  const { rows } = await store.pool.query<{ transmission: string }>('select transmission from delivery where id = $1', [
    deliveryTo(said, organisation),
  ]);
  const [lease] = await store.work.lease([rows[0]?.transmission ?? ''], 'worker');
  if (lease === undefined) throw new Error('nothing to lease');
  const settle = (transport: Transport): Promise<readonly boolean[]> =>
    store.work.settleTries([
      {
        lease,
        outcome:
          transport === 'arrived'
            ? { kind: 'done', sha256: '00' }
            : { kind: 'retry', code: code ?? 'receiver-unreachable', facts: { reason: 'ECONNREFUSED' } },
        transport,
        ...(transport === 'retrying' ? { retryAfter: 300 } : {}),
        took: 1,
        audit: [],
      },
    ]);
  if (ends !== 'sending') await settle(ends);
  return settle;
}

export const read = (said: ReceivedAnswer, organisation: string = PULLED): Promise<Plain> =>
  get(
    organisation === OTHER ? 'khac' : `xa-${organisation.slice(-2)}`,
    `/v1/deliveries/${deliveryTo(said, organisation)}/package`,
  );

export const answer = (delivery: string, code: '15' | '16', as = `xa-${PULLED.slice(-2)}`): Promise<Plain> =>
  post(as, `/v1/deliveries/${delivery}/statuses`, { code, description: 'Đã xem xét' });

export async function acknowledge(said: ReceivedAnswer): Promise<Plain> {
  const { rows } = await store.pool.query<{ sha256: string }>('select sha256 from message where id = $1', [said.id]);
  return await post(`xa-${PULLED.slice(-2)}`, `/v1/deliveries/${deliveryTo(said, PULLED)}/ack`, {
    sha256: rows[0]?.sha256,
  });
}
