// Evidence containers as a gateway makes them, of a package that is really signed and judged, and ways to take them apart.

import { createHash, createPublicKey } from 'node:crypto';
import { createAuthority, issue, issueCrl, newKeyPair, type Authority } from '../../certs/authority.ts';
import { parseCertificate } from '../../src/core/pki/certificate.ts';
import { matchByKey } from '../../src/core/pki/enrolment.ts';
import type { Proofs } from '../../src/core/pki/proof.ts';
import { readTrust } from '../../src/core/pki/trust.ts';
import { receiptBody } from '../../src/core/exchange/receipt.ts';
import type { TrustProfile } from '../../src/core/registry/profile.ts';
import type { Registry } from '../../src/core/registry/registry.ts';
import { buildRegistry } from '../../src/core/registry/snapshot.ts';
import { signPackage } from '../../src/core/signature/sign.ts';
import type { Report } from '../../src/core/verify/report.ts';
import { verify } from '../../src/core/verify/verify.ts';
import type { Basis } from '../../src/core/verify/basis.ts';
import type { DocumentMessage } from '../../src/core/message/message.ts';
import { machine } from '../../src/drivers/machine.ts';
import { printReport } from '../../src/drivers/paper/report-printer.ts';
import { keySigner } from '../../src/drivers/signers/key-signer.ts';
import type { Signer } from '../../src/ports/signer.ts';
import type { DeliveryView, MessageView, TraceLine } from '../../src/ports/messages.ts';
import { createEvidencePacker, type EvidencePorts } from '../../src/gateway/evidence/evidence-container.ts';
import { openPackage } from './open-package.ts';
import { documentPackage } from './packages.ts';
import { zip } from './archive.ts';

export const ACCEPTED = new Date('2026-11-22T03:00:00.000Z');
const DAY = 24 * 3600 * 1000;
export const MESSAGE = '01890000-0000-7000-8000-000000000001';

export interface MadeEvidence {
  readonly container: Buffer;
  readonly authority: Authority;
  readonly signer: Signer;
  readonly packageBytes: Buffer;
}

export interface EvidenceOptions {
  /** Of the gateway; a P-256 key without certificate unless told otherwise. */
  readonly signer?: Signer;
  /** Whether the authority's list was at hand. */
  readonly isListed?: boolean;
  readonly ports?: Partial<EvidencePorts>;
}

/** The sources of a container: the package, the gateway's trust, and its facts about the message. */
export interface EvidenceFacts {
  readonly packageBytes: Buffer;
  /** DER of the trusted root and of the certificate that is enrolled for who issues. */
  readonly root: Buffer;
  readonly certificate: Buffer;
  readonly crls: readonly Buffer[];
  readonly signer: Signer;
  readonly profile?: TrustProfile;
  /** The PDF files among the attachments, as they were read. */
  readonly documentsOf?: (message: DocumentMessage) => Basis['documents'];
  readonly deliveries?: readonly DeliveryView[];
  readonly trace?: readonly TraceLine[];
  readonly ports?: Partial<EvidencePorts> | undefined;
}

/** A package that was judged, as a report tells of it. */
export async function judgedEvidence(): Promise<MessageView & { readonly report: Report }> {
  const { view, report } = await judged(await freshFacts({}));
  return { ...view, report };
}

/** The container of one package that was taken at `ACCEPTED`. */
export async function makeEvidence(options: EvidenceOptions = {}): Promise<MadeEvidence> {
  const facts = await freshFacts(options);
  const { authority, signer, packageBytes } = facts;
  return { container: await evidenceOf(facts), authority, signer, packageBytes };
}

/** Of authorities and keys that have never been there before. */
async function freshFacts(options: EvidenceOptions): Promise<EvidenceFacts & { readonly authority: Authority }> {
  const authority = await createAuthority({
    name: [['CN', 'Gốc thử']],
    key: 'ec',
    now: new Date(ACCEPTED.getTime() - 30 * DAY),
    days: 365,
  });
  const key = await newKeyPair('ec');
  const { certificate } = issue(authority, {
    subject: [['CN', 'UBND huyện Mẫu']],
    publicKey: createPublicKey(key),
    now: new Date(ACCEPTED.getTime() - 20 * DAY),
    days: 100,
  });
  const crls =
    options.isListed === false ? [] : [issueCrl(authority, { now: ACCEPTED, days: 7, number: 1, revoked: [] })];
  const packageBytes = await signPackage(documentPackage(), keySigner('agency', key, [certificate]));
  const signer = options.signer ?? keySigner('gateway', await newKeyPair('ec'), []);
  return { authority, root: authority.chain[0], certificate, crls, packageBytes, signer, ports: options.ports };
}

/** The container that a gateway makes a day later. */
export async function evidenceOf(facts: EvidenceFacts): Promise<Buffer> {
  const { packageBytes, certificate, signer, trace = [] } = facts;
  const { view, report, proofs } = await judged(facts);
  const packer = createEvidencePacker(
    {
      messages: {
        message: () => Promise.resolve(view),
        report: () => Promise.resolve(report),
        trace: () => Promise.resolve(trace),
      },
      proofs: keptProofs(proofs),
      keys: { list: () => Promise.resolve([{ ...signer, firstUsed: ACCEPTED, lastUsed: ACCEPTED }]) },
      printReport,
      stamper: null,
      registry: { snapshot: () => Promise.resolve(registryOf(certificate)) },
      content: { open: () => Promise.reject(new Error('the package lies in the record')) },
      signer,
      ...facts.ports,
    },
    { ...machine, now: () => new Date(ACCEPTED.getTime() + DAY) },
  );
  const { sha256, size } = view;
  const pieces = await packer(MESSAGE, { connection: 'huyen' }, { sha256, size, inline: packageBytes });
  if (pieces === null) throw new Error('no container');
  return collected(pieces);
}

async function judged(facts: EvidenceFacts) {
  const { packageBytes, root, crls, signer, documentsOf, deliveries = [] } = facts;
  const opened = openPackage([packageBytes]);
  if (!opened.ok) throw new Error(opened.code);
  const { sha256, size, message } = opened.value;
  const trust = readTrust({
    anchors: [{ certificate: root, purposes: ['package-signature', 'document-signature'], revocation: 'required' }],
    intermediates: [],
    crls,
  });
  const { report, proofs } = verify(opened.value, {
    ...trust,
    instant: ACCEPTED,
    profile: facts.profile ?? { profile: 'strict', evidence: 'package' },
    enrolments: null,
    senderEnrolments: null,
    scans: null,
    documents: documentsOf === undefined || message.kind === 'status' ? new Map() : documentsOf(message),
  });
  const body = receiptBody({
    message: MESSAGE,
    kind: message.kind,
    sha256,
    size,
    acceptedAt: ACCEPTED,
    sender: 'H99.12',
    issuer: 'H99.12',
    documentId: 'd',
    recipients: ['H99.12.01'],
    verdict: report.verdict,
    disposition: 'accepted',
    gateway: 'http://gateway.test',
  });
  const view: MessageView = {
    id: MESSAGE,
    message,
    connection: 'huyen',
    sender: 'H99.12',
    issuer: 'H99.12',
    sha256,
    size,
    receivedAt: ACCEPTED,
    verdict: report.verdict,
    disposition: 'accepted',
    urgent: false,
    findings: report.findings,
    receipt: { body, signature: await signer.sign(body), keyId: signer.keyId },
    deliveries,
    related: { actsOn: [], actedOnBy: [], answers: [], answeredBy: [], previous: [], next: [] },
  };
  return { view, report, proofs };
}

/** In which the certificate is enrolled for who issues. */
function registryOf(der: Buffer): Registry {
  const certificate = parseCertificate(der);
  if (!certificate.ok) throw new Error(certificate.code);
  return buildRegistry({
    version: 1,
    organisations: [],
    connections: [],
    clients: [],
    enrolments: [{ organisation: 'H99.12', match: matchByKey(certificate.value) }],
    anchors: [],
    intermediates: [],
    crls: [],
  });
}

function keptProofs(proofs: Proofs): EvidencePorts['proofs'] {
  return {
    find: (hashes) =>
      Promise.resolve(
        hashes.flatMap((sha256) => {
          const proof = proofs.get(sha256);
          return proof === undefined ? [] : [{ kind: proof.kind, sha256, size: proof.der.length }];
        }),
      ),
    async *open(sha256) {
      yield await Promise.resolve(proofs.get(sha256)?.der ?? Buffer.alloc(0));
    },
  };
}

export async function collected(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

export interface ContainerEntry {
  name: string;
  content: Buffer;
}

/** The entries of an archive that stores them, front to back. */
export function entriesOf(container: Buffer): ContainerEntry[] {
  const entries: ContainerEntry[] = [];
  for (let at = 0; container.readUInt32LE(at) === 0x04034b50;) {
    const [size, nameLength] = [container.readUInt32LE(at + 22), container.readUInt16LE(at + 26)];
    const start = at + 30 + nameLength;
    entries.push({
      name: container.subarray(at + 30, start).toString(),
      content: container.subarray(start, start + size),
    });
    at = start + size;
  }
  return entries;
}

/** An archive of these entries, all stored. */
export function stored(entries: readonly ContainerEntry[]): Buffer {
  return zip(entries.map(({ name, content }) => ({ name, content, method: 'stored' as const })));
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
