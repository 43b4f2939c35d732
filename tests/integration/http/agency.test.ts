// Agency packages through the interface and into the real record: what is accepted, what the receipt states, and that
// nothing is left of what is refused.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Check } from '../../../src/core/verify/check.ts';
import { CHECKS } from '../../../src/core/verify/checks/index.ts';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { type HttpFace } from '../../../src/http/start.ts';
import { acceptance, PULLED, REGISTRY } from '../../support/acceptances.ts';
import { AGENCY_DOCUMENT, archiveOf } from '../../support/agency-packages.ts';
import { filePart, FORM_TYPE, formOf, metadataPart } from '../../support/forms.ts';
import { SECRET } from '../../support/gateway-http.ts';
import { ProblemAnswer } from '../../../src/api/problem.ts';
import { ReceivedAnswer } from '../../../src/api/v1/messages.ts';
import { answerOf, expectProblem, request, tokenOf, type Plain } from '../../support/http.ts';
import { documentPackage, pdf } from '../../support/packages.ts';
import { documentOf } from '../../support/read-package.ts';
import { freshDatabase, stopServers } from '../../support/postgres.ts';
import { receivePorts, startReceivingFace } from '../../support/gateway.ts';

let store: PostgresStore;
let face: HttpFace;
let folder: string;
const gateway = { url: '', port: 0 };
const tokens: Record<string, string> = {};
const content = () => path.join(folder, 'content');
const spool = () => path.join(folder, 'spool');

beforeAll(async () => {
  const database = await freshDatabase();
  store = await openStore({ url: database.runUrl, name: 'agency-test', connections: 5, log: () => undefined });
  const clients = ['huyen', 'xa-hai'].map((id) => ({ id, connection: id, secret: SECRET }));
  await applyRegistry(store.pool, { ...REGISTRY, clients });
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-agency-http-'));
  const receiving = await receivePorts(store, folder);
  face = await startReceivingFace(store, receiving, { limits: { maxPackageBytes: 4 << 20 } });
  gateway.url = `http://localhost:${face.port}`;
  for (const { id } of clients) tokens[id] = await tokenOf(gateway, id);
}, 120_000);

afterAll(async () => {
  await face.stop(200);
  await store.close();
  await stopServers();
  await rm(folder, { recursive: true });
});

/** Every package of this suite has this in its subject, so that it can be looked for. */
const MARK = 'Dấu vết cần tìm';

let counter = 0;
function document(over: object = {}) {
  counter += 1;
  return {
    ...AGENCY_DOCUMENT,
    to: [{ organId: PULLED.organisation }],
    documentId: `H99.12,2026/11/20,${counter}/QĐ-UBND`,
    code: { codeNumber: `${counter}`, codeNotation: 'QĐ-UBND' },
    subject: `${MARK} ${counter}`,
    files: [{ name: 'Quyết định.pdf' }],
    ...over,
  };
}

function zipOf(metadata: object, file = pdf()): Promise<Buffer> {
  return archiveOf([
    ['metadata.json', JSON.stringify(metadata)],
    ['Quyết định.pdf', file],
  ]);
}

function send(as: string, type: string, body: Buffer, headers: Record<string, string> = {}): Promise<Plain> {
  return request(gateway, '/v1/messages', {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, 'Content-Type': type, ...headers },
    body: new Uint8Array(body),
  });
}

const acceptedOf = (answer: Plain) => answerOf(answer, ReceivedAnswer);
const receiptOf = (answer: Plain) =>
  JSON.parse(Buffer.from(acceptedOf(answer).receipt.body, 'base64').toString()) as Record<string, unknown>;

/** Runs `work` without any check of signatures, as the laxest trust profile would. */
async function trusting<T>(work: () => Promise<T>): Promise<T> {
  const checks = CHECKS as Check[];
  const real = checks.splice(0);
  try {
    return await work();
  } finally {
    checks.push(...real);
  }
}

/** Files below a folder, none where there is no folder. */
async function filesIn(where: string): Promise<readonly string[]> {
  const found = await readdir(where, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Rows of any table in which the text stands, as itself or in bytes. */
async function rowsWith(text: string): Promise<number> {
  const tables = await store.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')`,
  );
  expect(tables.rows.length).toBeGreaterThan(5);
  let count = 0;
  for (const { name } of tables.rows) {
    const { rows } = await store.pool.query<{ n: string }>(
      `select count(*) as n from ${name} as t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0`,
      [text, Buffer.from(text).toString('hex')],
    );
    count += Number(rows[0]?.n ?? 0);
  }
  return count;
}

afterEach(async () => expect(await filesIn(spool())).toEqual([]));

describe('a document', () => {
  test('without a signature over it is refused under the strict profile, and nothing of it is left', async () => {
    const big = Buffer.concat([pdf(), randomBytes(300_000)]);
    for (const [type, body] of [
      ['application/zip', await zipOf(document(), big)],
      [FORM_TYPE, formOf([metadataPart(document()), filePart('Quyết định.pdf', big)])],
    ] as const)
      expectProblem(await send('huyen', type, body), 422, 'signature-missing');
    expect(await filesIn(content())).toEqual([]);
    expect(await rowsWith(MARK)).toBe(0);
  });

  test('is accepted as the edXML it makes, with a receipt of what was given, and once', async () => {
    const metadata = document({ circulation: ['internal'] });
    const archive = await zipOf(metadata);
    await trusting(async () => {
      const first = await send('huyen', 'application/zip', archive);
      expect([first.status, first.text]).toEqual([202, first.text]);
      const { id, sha256, findings } = acceptedOf(first);
      expect(findings.map(({ code }) => code)).toContain('field-carried-elsewhere');
      const json = Buffer.from(JSON.stringify(metadata));
      const stated = (name: string, bytes: Buffer) => ({
        name,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        size: bytes.length,
      });
      expect(receiptOf(first)).toMatchObject({
        sha256,
        submitted: { container: 'zip', parts: [stated('metadata.json', json), stated('Quyết định.pdf', pdf())] },
      });

      const kept = await fetch(`${gateway.url}/v1/messages/${id}/package`, {
        headers: { Authorization: `Bearer ${tokens['huyen'] ?? ''}` },
      });
      const edxml = Buffer.from(await kept.arrayBuffer());
      expect(createHash('sha256').update(edxml).digest('hex')).toBe(sha256);
      expect(documentOf(edxml)).toMatchObject({ subject: metadata.subject, circulation: ['internal'] });

      const again = await send('huyen', 'application/zip', archive);
      expect([again.status, acceptedOf(again).receipt]).toEqual([200, acceptedOf(first).receipt]);
      const form = formOf([filePart('Quyết định.pdf', pdf()), metadataPart(metadata)]);
      const asForm = await send('huyen', FORM_TYPE, form);
      expect([asForm.status, acceptedOf(asForm).receipt]).toEqual([200, acceptedOf(first).receipt]);
    });
    expect(await rowsWith(MARK)).toBeGreaterThan(0);
  });

  test('too large for the database goes the same way', async () => {
    const file = Buffer.concat([pdf(), randomBytes(1_000_000)]);
    const answer = await trusting(async () => send('huyen', 'application/zip', await zipOf(document(), file)));
    expect(answer.status).toBe(202);
    expect(await filesIn(content())).toEqual([acceptedOf(answer).sha256]);
    await rm(content(), { recursive: true });
  });

  test('has every fault of its metadata told at once', async () => {
    const answer = await send('huyen', 'application/zip', await zipOf(document({ subject: '', a: 1, dueDate: 'mai' })));
    expectProblem(answer, 422, 'field-missing');
    const { findings = [] } = answerOf(answer, ProblemAnswer);
    expect(findings.map(({ place }) => place).sort()).toEqual(['/a', '/dueDate', '/subject']);
  });
});

test('a status is accepted on the word of its connection', async () => {
  const { version } = await store.registry.snapshot();
  const sent = acceptance(version, { to: [PULLED] });
  expect(await store.messages.accept(sent)).toMatchObject({ kind: 'accepted' });
  if (sent.message.kind === 'status') throw new Error('not a document');
  const status = {
    kind: 'status',
    from: { organId: PULLED.organisation },
    responseFor: { organId: sent.message.from.organId, documentId: sent.message.documentId, code: '1/UBND' },
    statusCode: '03',
    timestamp: new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 19),
  };
  const answer = await send('xa-hai', FORM_TYPE, formOf([metadataPart(status)]));
  expect([answer.status, answer.text]).toEqual([202, answer.text]);
  expect(receiptOf(answer)).toMatchObject({ kind: 'status', submitted: { container: 'multipart' } });
});

describe('a classified document', () => {
  const secret = 'Nội dung không được vào';
  const big = Buffer.concat([pdf(), Buffer.from(secret), randomBytes(200_000)]);

  test.each(['mat', 'toi-mat', 'tuyet-mat', 'MAT', 'none, mat', ''])(
    'declared “%s” in the header is refused in any form',
    async (declared) => {
      const edxml = documentPackage({ fields: { Subject: secret } });
      for (const [type, body] of [
        ['application/xml', edxml],
        ['application/zip', await zipOf(document({ subject: secret }), big)],
        [FORM_TYPE, formOf([metadataPart(document({ subject: secret })), filePart('Quyết định.pdf', big)])],
      ] as const)
        expectProblem(await send('huyen', type, body, { 'Lienthong-Secrecy': declared }), 422, 'secrecy-forbidden');
      expect(await rowsWith(secret)).toBe(0);
    },
  );

  test('declared in its metadata is refused, and no byte of it is left', async () => {
    const metadata = document({ subject: secret, secrecy: 'mat' });
    for (const [type, body] of [
      ['application/zip', await zipOf(metadata, big)],
      [FORM_TYPE, formOf([filePart('Quyết định.pdf', big), metadataPart(metadata)])],
      [FORM_TYPE, formOf([metadataPart(metadata), filePart('Quyết định.pdf', big)])],
    ] as const)
      expectProblem(await trusting(() => send('huyen', type, body)), 422, 'secrecy-forbidden');
    expect(await filesIn(content())).toEqual([]);
    expect(await rowsWith(secret)).toBe(0);
    const refusals = await store.pool.query(`select 1 from audit where outcome = 'secrecy-forbidden'`);
    expect(refusals.rows.length).toBeGreaterThanOrEqual(3);
  });

  test('that is none says nothing', async () => {
    const body = await zipOf(document({ secrecy: 'none' }));
    const answer = await trusting(() => send('huyen', 'application/zip', body, { 'Lienthong-Secrecy': 'none' }));
    expect(answer.status).toBe(202);
    expect(acceptedOf(answer).findings.map(({ code }) => code)).not.toContain('field-not-carried');
  });
});
