// Signatures inside the documents, through the interface and into the real record: what each profile makes of them, for the
// sender, for the addressee and in the report.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { list } from '../../../certs/test-pki.ts';
import { toPem } from '../../../src/core/crypto/pem.ts';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { InboxAnswer, type InboxEntryAnswer } from '../../../src/api/v1/inbox.ts';
import { MessageAnswer, ReceivedAnswer } from '../../../src/api/v1/messages.ts';
import { ReportAnswer } from '../../../src/api/v1/report.ts';
import { type HttpFace } from '../../../src/http/start.ts';
import type { ReceivePorts } from '../../../src/gateway/receive/receive.ts';
import { createRecheck } from '../../../src/gateway/recheck/recheck.ts';
import { PULLED, REGISTRY } from '../../support/acceptances.ts';
import { AGENCY_DOCUMENT, archiveOf } from '../../support/agency-packages.ts';
import { wrapped } from '../../support/archive.ts';
import { createDocumentPki, NOW, type DocumentPki, type DocumentSigner } from '../../support/document-pki.ts';
import { filePart, FORM_TYPE, formOf, metadataPart } from '../../support/forms.ts';
import { SECRET } from '../../support/gateway-http.ts';
import { answerOf, expectProblem, request, tokenOf, type Plain } from '../../support/http.ts';
import { until } from '../../support/external.ts';
import { documentPackage, type AttachmentFields, type DocumentFields } from '../../support/packages.ts';
import { addSignature, makeDocument, withFields } from '../../support/pdf.ts';
import { freshDatabase, stopServers } from '../../support/postgres.ts';
import { machine } from '../../../src/drivers/machine.ts';
import { receivePorts, startReceivingFace } from '../../support/gateway.ts';
import type { World } from '../../../src/ports/world.ts';

/** One connection of the district for each profile. */
const WORLD: World = { ...machine, now: () => NOW };

const PROFILES = {
  'huyen-goi': { profile: 'strict', evidence: 'package' },
  'huyen-van-ban': { profile: 'strict', evidence: 'document' },
  'huyen-truc': { profile: 'axis', evidence: 'document' },
} as const;

type Sender = keyof typeof PROFILES;

let store: PostgresStore;
let face: HttpFace;
let folder: string;
let pki: DocumentPki;
let receiving: ReceivePorts;
const gateway = { url: '', port: 0 };
const tokens: Record<string, string> = {};
const resolved: { message: string; to: string }[] = [];

beforeAll(async () => {
  const database = await freshDatabase();
  store = await openStore({ url: database.runUrl, name: 'documents-test', connections: 5, log: () => undefined });
  pki = await createDocumentPki();
  await trust('good');
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-documents-'));
  receiving = await receivePorts(store, folder, {}, WORLD);
  face = await startReceivingFace(store, receiving, { limits: { maxPackageBytes: 4 << 20 }, world: WORLD });
  gateway.url = `http://localhost:${face.port}`;
  for (const id of [...Object.keys(PROFILES), PULLED.connection]) tokens[id] = await tokenOf(gateway, id);
}, 120_000);

afterAll(async () => {
  await face.stop(200);
  await store.close();
  await stopServers();
  await rm(folder, { recursive: true });
});

afterEach(async () => expect(await readdir(path.join(folder, 'spool')).catch(() => [])).toEqual([]));

/** `none`: no revocation lists are at hand. */
async function trust(lists: 'none' | 'good'): Promise<void> {
  const pem = (certificate: Buffer): string => toPem('CERTIFICATE', certificate);
  const crls = [list(pki.root, NOW), list(pki.sub, NOW)].map((crl) => toPem('X509 CRL', crl));
  const { version } = await applyRegistry(store.pool, {
    organisations: REGISTRY.organisations,
    connections: [
      ...REGISTRY.connections,
      ...Object.entries(PROFILES).map(([id, profile]) => {
        return { id, name: id, adapter: 'inbox', sendsFor: ['H99.12'], receivesFor: [], trust: profile };
      }),
    ],
    clients: [...Object.keys(PROFILES), PULLED.connection].map((id) => ({ id, connection: id, secret: SECRET })),
    anchors: [{ certificate: pem(pki.root.chain[0]), purposes: ['document-signature'], revocation: 'required' }],
    enrolments: [{ organisation: 'H99.12', certificate: pem(pki.agency.certificate) }],
    crls: lists === 'none' ? [] : crls,
  });
  await until(
    'the registry is seen',
    10,
    async () => (await store.registry.snapshot()).version === version || undefined,
  );
}

function signedBy({ cms }: DocumentSigner, file = makeDocument()): Buffer {
  return addSignature(file, { field: 10, name: 'S', cms, objects: withFields([10]) });
}

/** Changes the signed content. */
function changed(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  copy.write('Pay 900', copy.indexOf('Pay 100'), 'latin1');
  return copy;
}

let counter = 0;

function packageOf(files: readonly (Buffer | AttachmentFields)[], fields: DocumentFields = {}): Buffer {
  counter += 1;
  return documentPackage({
    fields: {
      From: { OrganId: 'H99.12' },
      To: [{ OrganId: PULLED.organisation }],
      DocumentId: `H99.12,2026/11/20,${counter}/UBND-VP`,
      CodeNumber: String(counter),
      ...fields,
    },
    attachments: files.map((file, index) => ({
      name: `tep-${index + 1}.pdf`,
      contentId: `tep-${index + 1}`,
      ...(Buffer.isBuffer(file) ? { bytes: file } : file),
    })),
  });
}

function send(as: Sender, body: Buffer, type = 'application/xml'): Promise<Plain> {
  return request(gateway, '/v1/messages', {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, 'Content-Type': type },
    body: new Uint8Array(body),
  });
}

const read = (as: string, address: string): Promise<Plain> =>
  request(gateway, address, { headers: { Authorization: `Bearer ${tokens[as] ?? ''}` } });

async function accepted(as: Sender, body: Buffer, type?: string): Promise<ReceivedAnswer> {
  const answer = await send(as, body, type);
  expect([answer.status, answer.text]).toEqual([202, answer.text]);
  return answerOf(answer, ReceivedAnswer);
}

/** As the addressee sees it. */
async function reportOf(id: string): Promise<ReportAnswer> {
  return answerOf(await read(PULLED.connection, `/v1/messages/${id}/report`), ReportAnswer);
}

/** The addressee's entry of a message, if it has one. */
async function entryOf(id: string): Promise<InboxEntryAnswer | undefined> {
  await store.sequencer.sequence();
  const { entries } = answerOf(await read(PULLED.connection, '/v1/inbox?limit=500'), InboxAnswer);
  return entries.find(({ message }) => message === id);
}

const lines = ({ documents }: ReportAnswer) =>
  documents.map(({ attachmentName, verdict, main, signatures }) => [
    attachmentName,
    main,
    verdict,
    signatures.map((signature) => `${signature.verdict} ${signature.signerKind}`),
  ]);

describe('strict over the documents', () => {
  test('takes what the agency signed, and shows each file and signature', async () => {
    const main = signedBy(pki.agency);
    const annex = signedBy(pki.person);
    const { id, verdict, disposition } = await accepted('huyen-van-ban', packageOf([main, annex, makeDocument()]));
    expect([verdict, disposition]).toEqual(['passed', 'accepted']);
    const report = await reportOf(id);
    expect(report.profile).toBe('strict/document');
    expect(report.findings.map(({ code }) => code)).toEqual(['envelope-unsigned']);
    expect(lines(report)).toEqual([
      ['tep-1.pdf', true, 'passed', ['passed agency']],
      ['tep-2.pdf', false, 'passed', ['passed other']],
      ['tep-3.pdf', false, 'passed', []],
    ]);
    expect(report.documents[0]?.sha256).toBe(createHash('sha256').update(main).digest('hex'));
    expect(report.documents[0]?.signatures[0]?.judgedAt).toBe(NOW.toISOString());
    expect(await entryOf(id)).toMatchObject({ verdict: 'passed', referenceOnly: false });
  });

  test('finds the file that a library wrapped in an archive, small or large', async () => {
    const padding = Buffer.concat([Buffer.from('\n% '), Buffer.from(randomBytes(400_000).toString('base64'))]);
    const large = signedBy(pki.agency, Buffer.concat([makeDocument(), padding, Buffer.from('\n')]));
    for (const file of [signedBy(pki.agency), large]) {
      const { id } = await accepted('huyen-van-ban', packageOf([{ bytes: wrapped(file, 'x.pdf') }]));
      const report = await reportOf(id);
      expect(lines(report)).toEqual([['tep-1.pdf', true, 'passed', ['passed agency']]]);
      expect(report.documents[0]?.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    }
    const broken = packageOf([{ bytes: wrapped(changed(large), 'x.pdf') }]);
    expectProblem(await send('huyen-van-ban', broken), 422, 'attachment-signature-invalid');
  });

  test.each<readonly [string, () => Buffer, number, string]>([
    ['without a signature', () => makeDocument(), 422, 'document-signature-missing'],
    ['that another party signed', () => signedBy(pki.person), 403, 'signer-not-sender'],
    ['that was changed afterwards', () => changed(signedBy(pki.agency)), 422, 'attachment-signature-invalid'],
  ])('refuses a document %s', async (_name, file, status, code) => {
    expectProblem(await send('huyen-van-ban', packageOf([file()])), status, code);
  });

  test('refuses a broken signature in any of many files, in memory and beyond it', async () => {
    const padding = Buffer.from(`\n% ${randomBytes(100_000).toString('base64')}\n`);
    const files = Array.from({ length: 4 }, () => signedBy(pki.agency, Buffer.concat([makeDocument(), padding])));
    const good = await accepted('huyen-van-ban', packageOf(files));
    expect(lines(await reportOf(good.id)).map(([, , verdict]) => verdict)).toEqual(files.map(() => 'passed'));
    for (const index of files.keys()) {
      const answer = await send(
        'huyen-van-ban',
        packageOf(files.map((file, each) => (each === index ? changed(file) : file))),
      );
      expectProblem(answer, 422, 'attachment-signature-invalid');
      expect(JSON.stringify(answer.json)).toContain(`Attachment[${index + 1}]`);
    }
  });

  test('takes an agency package as it is, in both containers', async () => {
    const file = signedBy(pki.agency);
    const metadata = () => {
      counter += 1;
      return {
        ...AGENCY_DOCUMENT,
        to: [{ organId: PULLED.organisation }],
        documentId: `H99.12,2026/11/20,${counter}/QĐ-UBND`,
        code: { codeNumber: `${counter}`, codeNotation: 'QĐ-UBND' },
        files: [{ name: 'Quyết định.pdf' }],
      };
    };
    const zipped = await archiveOf([
      ['metadata.json', JSON.stringify(metadata())],
      ['Quyết định.pdf', file],
    ]);
    const form = formOf([metadataPart(metadata()), filePart('Quyết định.pdf', file)]);
    for (const [body, type] of [
      [zipped, 'application/zip'],
      [form, FORM_TYPE],
    ] as const) {
      const answer = await send('huyen-van-ban', body, type);
      expect([answer.status, answer.text]).toEqual([202, answer.text]);
      const { id, receipt } = answerOf(answer, ReceivedAnswer);
      const stated: unknown = JSON.parse(Buffer.from(receipt.body, 'base64').toString());
      expect(stated).toMatchObject({ verdict: 'passed', submitted: { parts: [{ name: 'metadata.json' }, {}] } });
      const report = await reportOf(id);
      expect(report.findings.map(({ code }) => code)).toContain('envelope-unsigned');
      expect(lines(report)).toEqual([['Quyết định.pdf', true, 'passed', ['passed agency']]]);
    }
    const broken = formOf([metadataPart(metadata()), filePart('Quyết định.pdf', changed(file))]);
    expectProblem(await send('huyen-van-ban', broken, FORM_TYPE), 422, 'attachment-signature-invalid');
  });
});

describe('axis', () => {
  test('takes an unsigned document, for reference only', async () => {
    const { id, verdict } = await accepted('huyen-truc', packageOf([makeDocument()]));
    expect(verdict).toBe('passed');
    expect(await entryOf(id)).toMatchObject({ verdict: 'passed', referenceOnly: true });
    const report = await reportOf(id);
    expect(report.findings.map(({ code }) => code)).toEqual(['envelope-unsigned', 'documents-unsigned']);
    expect(report.documents[0]?.findings.map(({ code }) => code)).toEqual(['document-unsigned']);
  });

  test('takes a broken signature, and the receiver sees that it failed', async () => {
    const { id, verdict, disposition } = await accepted('huyen-truc', packageOf([changed(signedBy(pki.agency))]));
    expect([verdict, disposition]).toEqual(['failed', 'accepted']);
    expect(await entryOf(id)).toMatchObject({ verdict: 'failed', referenceOnly: false });
    const message = answerOf(await read(PULLED.connection, `/v1/messages/${id}`), MessageAnswer);
    expect(message).toMatchObject({ verdict: 'failed' });
    const report = await reportOf(id);
    expect(report.findings.map(({ code }) => code)).toContain('attachment-signature-invalid');
    expect(lines(report)).toEqual([['tep-1.pdf', true, 'failed', ['failed agency']]]);
  });

  test('holds what cannot be decided, and lets it go when it can, judged at the time it came', async () => {
    await trust('none');
    const good = await accepted('huyen-truc', packageOf([signedBy(pki.agency)]));
    expect(good).toMatchObject({ verdict: 'undecided', disposition: 'held' });
    expect(await entryOf(good.id)).toBeUndefined();
    await trust('good');
    const rechecked = (facts: { message: string; to: string }) => void resolved.push(facts);
    const silent = () => undefined;
    const events = { rechecked, incidentOpened: silent, incidentClosed: silent, waiting: silent };
    await createRecheck({ ...receiving, rechecks: store.rechecks, heldPatience: 24 * 3600, events }, WORLD)();
    expect(resolved).toContainEqual({ message: good.id, to: 'released' });
    expect(await entryOf(good.id)).toMatchObject({ verdict: 'passed' });
    expect(lines(await reportOf(good.id))).toEqual([['tep-1.pdf', true, 'passed', ['passed agency']]]);
  });
});

test('strict over the package asks for its signature, whatever the documents bear', async () => {
  expectProblem(await send('huyen-goi', packageOf([signedBy(pki.agency)])), 422, 'signature-missing');
});
