// The bytes that must stay what they were: forms of messages, receipts, the audit chain, evidence containers, each made from
// fixed facts with a fixed RSA key, whose signatures are the same every time. tests/vectors/golden holds them as the program
// wrote them when they were first promised. They are not written again: a difference is a broken promise.

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../src/config/paths.ts';
import { CHAIN_START, canonicalDetails, chainHash, headBytes } from '../../src/core/exchange/audit-chain.ts';
import { receiptBody, type ReceiptFacts } from '../../src/core/exchange/receipt.ts';
import { writeDocument } from '../../src/core/formats/edxml/write.ts';
import { FORMS } from '../../src/core/formats/forms.ts';
import type { Finding } from '../../src/core/problems/finding.ts';
import { signPackage } from '../../src/core/signature/sign.ts';
import { keySigner } from '../../src/drivers/signers/key-signer.ts';
import type { AuditEntry } from '../../src/ports/audit.ts';
import type { DeliveryView, TraceLine } from '../../src/ports/messages.ts';
import type { Signer } from '../../src/ports/signer.ts';
import { openedPdf } from './document-pki.ts';
import { ACCEPTED, collected, evidenceOf, MESSAGE, type EvidenceFacts } from './evidence.ts';
import { GOLDEN_DRAFTS } from './golden-messages.ts';

/** Where the files are, and under `inputs` what they are made from besides the facts here. */
export const GOLDEN_FOLDER = packagePath('tests', 'vectors', 'golden');

type Files = Record<string, Buffer>;

/** Every golden file as today's program makes it, by its path in the folder. */
export async function goldenFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const signers = { agency: agencySigner(), gateway: keySigner('gateway', inputKey('gateway.key.pem'), []) };
  return new Map(
    Object.entries({
      ...(await renderedMessages()),
      ...(await signedPackages(signers.agency)),
      ...(await signedReceipts(signers.gateway)),
      ...(await auditChain(signers.gateway)),
      ...(await evidenceContainers(signers)),
    }),
  );
}

export function goldenInput(name: string): Buffer {
  return readFileSync(join(GOLDEN_FOLDER, 'inputs', name));
}

/** Of throw-away keys that sign nothing but these files. */
function inputKey(name: string): KeyObject {
  return createPrivateKey(goldenInput(name));
}

function agencySigner(): Signer {
  return keySigner('agency', inputKey('agency.key.pem'), [goldenInput('agency.cer'), goldenInput('root.cer')]);
}

/** Each message in each form, and what each form could not carry. */
async function renderedMessages(): Promise<Files> {
  const files: Files = {};
  const losses: string[] = [];
  for (const [name, draft] of Object.entries(GOLDEN_DRAFTS)) {
    for (const form of Object.values(FORMS)) {
      const rendering = form.render(draft);
      files[`${form.name}/${name}.${form.extension}`] = await collected(rendering.bytes);
      losses.push(...rendering.losses.map((loss) => `${name} ${form.name} ${lossLine(loss)}\n`));
    }
  }
  return { ...files, 'losses.txt': Buffer.from(losses.join('')) };
}

function lossLine({ code, severity, facts, place }: Finding): string {
  return `${severity} ${code} ${JSON.stringify(facts)} ${place ?? ''}`.trimEnd();
}

/** The strict writer with a signature at its place, and a package that is really signed. */
async function signedPackages(agency: Signer): Promise<Files> {
  const { message } = GOLDEN_DRAFTS['new-least'] ?? {};
  if (message === undefined || message.kind === 'status') throw new Error('the least message is a document');
  const signature = Buffer.from('<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>');
  const letter = { contentId: 'van-ban', attachmentName: 'cong-van.pdf', content: goldenInput('letter.pdf') };
  return {
    'edxml/place-of-signature.edxml': await collected(writeDocument(message, [], { signature })),
    'edxml/signed.edxml': await signPackage(await collected(writeDocument(message, [letter])), agency),
  };
}

const RECEIPT: ReceiptFacts = {
  message: MESSAGE,
  kind: 'new',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  size: 8466,
  acceptedAt: ACCEPTED,
  sender: 'H99.12',
  issuer: 'H99.12',
  documentId: 'H99.12,2026/11/20,15/QĐ-UBND “thử” 𠮷\n\t\\/',
  recipients: ['H99.12.01', 'H99.12.02', 'H99'],
  verdict: 'passed',
  disposition: 'accepted',
  gateway: 'https://lienthong.example/cổng',
};

const RECEIPTS: Readonly<Record<string, ReceiptFacts>> = {
  accepted: RECEIPT,
  held: { ...RECEIPT, verdict: 'undecided', disposition: 'held', recipients: [] },
  failed: { ...RECEIPT, kind: 'revoke', verdict: 'failed', issuer: 'H98' },
  status: { ...RECEIPT, kind: 'status', acceptedAt: new Date('2026-11-22T03:00:00.007Z') },
  submitted: {
    ...RECEIPT,
    submitted: {
      container: 'zip',
      parts: [
        { name: 'metadata.json', size: 412, sha256: 'a'.repeat(64) },
        { name: 'Quyết định 15.pdf', size: 0, sha256: 'b'.repeat(64) },
      ],
    },
  },
  'submitted-form': { ...RECEIPT, submitted: { container: 'multipart', parts: [] } },
};

async function signedReceipts(gateway: Signer): Promise<Files> {
  const files: Files = {};
  for (const [name, facts] of Object.entries(RECEIPTS)) {
    const body = receiptBody(facts);
    files[`receipts/${name}.json`] = body;
    files[`receipts/${name}.sig`] = await gateway.sign(body);
  }
  return files;
}

/** Acts of any name: the chain holds what older versions did too. */
const ENTRIES: readonly (Omit<AuditEntry, 'act'> & { readonly act: string })[] = [
  {
    actor: 'client:huyen',
    act: 'message.accept',
    object: MESSAGE,
    outcome: 'ok',
    details: { sha256: RECEIPT.sha256, size: 8466, verdict: 'passed', disposition: 'accepted' },
  },
  {
    actor: 'client:xã-mẫu',
    act: 'message.refuse',
    object: '',
    outcome: 'signature-invalid',
    details: { place: 'edXML/Đ“”' },
  },
  { actor: 'worker', act: 'delivery.send', object: MESSAGE, outcome: 'ok', details: {} },
  {
    actor: 'operator',
    act: 'connection.trust',
    object: 'huyen',
    outcome: 'ok',
    details: { b: true, a: -1, Z: 'z', é: '\u0000\u001f' },
  },
  { actor: 'sequencer', act: 'head.sign', object: '4', outcome: 'ok', details: { seq: '9007199254740993' } },
];

/** A line a row: place, hash, details as they are hashed; the head over them, and its signature. */
async function auditChain(gateway: Signer): Promise<Files> {
  let hash = CHAIN_START;
  const lines = ENTRIES.map((entry, index) => {
    const [seq, at] = [BigInt(index + 1), new Date(ACCEPTED.getTime() + index * 61_001)];
    const details = canonicalDetails(entry.details);
    hash = chainHash(hash, { ...entry, details, seq, at, id: `01890000-0000-7000-8000-00000000000${index}` });
    return `${seq} ${hash.toString('hex')} ${details}\n`;
  });
  const head = headBytes({ seq: BigInt(ENTRIES.length), hash, at: ACCEPTED });
  return {
    'audit/chain.txt': Buffer.from(lines.join('')),
    'audit/head.json': head,
    'audit/head.sig': await gateway.sign(head),
  };
}

const DELIVERY: DeliveryView = {
  id: '01890000-0000-7000-8000-0000000000d1',
  organisation: 'H99.12.01',
  connection: 'xa-mot',
  transmission: '01890000-0000-7000-8000-0000000000e1',
  transport: 'arrived',
  business: { latest: '03', furthest: '04' },
  recall: 'none',
  reach: null,
  attempts: 1,
  handedOverAt: new Date('2026-11-22T03:00:01.000Z'),
  arrivedAt: new Date('2026-11-22T03:00:02.500Z'),
  problem: null,
  nextAttemptAt: null,
  blockedBy: null,
};

const TRANSPORTS = ['queued', 'sending', 'handed-over', 'retrying', 'parked', 'returned', 'cancelled'] as const;
const RECALLS = ['none', 'asked', 'agreed', 'refused'] as const;

const DELIVERIES: readonly DeliveryView[] = [
  DELIVERY,
  ...TRANSPORTS.map((transport, index) => ({
    ...DELIVERY,
    organisation: `H99.12.1${index}`,
    transport,
    recall: RECALLS[index % RECALLS.length] ?? 'none',
    business: { latest: null, furthest: null },
    arrivedAt: null,
    problem: transport === 'parked' ? { code: 'receiver-unreachable' as const, facts: { host: 'xa.example' } } : null,
  })),
];

const TRACE: readonly TraceLine[] = [
  {
    at: ACCEPTED,
    act: 'message.accept',
    actor: 'client:huyen',
    delivery: null,
    organisation: null,
    outcome: 'ok',
    details: { size: 8466 },
  },
  {
    at: new Date('2026-11-22T03:00:01.000Z'),
    act: 'delivery.send',
    actor: 'worker',
    delivery: DELIVERY.id,
    organisation: 'H99.12.01',
    outcome: 'receiver-unreachable',
    details: { host: 'xa.example', attempt: 1 },
  },
];

/** How a report looks on paper is no promise; that it lies in the container is. */
const PAPER = Buffer.from('%PDF-1.7\n% the report\n%%EOF\n');

/** One whose verdict is `passed`, of a gateway that has only a key; one `undecided`, of a gateway that has a certificate. */
async function evidenceContainers({ agency, gateway }: Record<'agency' | 'gateway', Signer>): Promise<Files> {
  const { 'edxml/signed.edxml': packageBytes = Buffer.alloc(0) } = await signedPackages(agency);
  const facts: EvidenceFacts = {
    packageBytes,
    root: goldenInput('root.cer'),
    certificate: goldenInput('agency.cer'),
    crls: [goldenInput('root.crl')],
    signer: gateway,
    profile: { profile: 'strict', evidence: 'document' },
    documentsOf: ({ attachments }) =>
      new Map(
        attachments.map(({ offset }) => {
          return [offset, openedPdf(goldenInput('letter.pdf'))];
        }),
      ),
    deliveries: DELIVERIES,
    trace: TRACE,
    ports: { printReport: () => Promise.resolve(PAPER) },
  };
  return {
    'evidence/passed.asice': await evidenceOf(facts),
    'evidence/undecided.asice': await evidenceOf({ ...facts, crls: [], signer: agency }),
    'evidence/gateway-key.pem': Buffer.from(
      createPublicKey(inputKey('gateway.key.pem')).export({ type: 'spki', format: 'pem' }),
    ),
  };
}
