// The evidence container (hồ sơ chứng cứ) of a message: an ASiC-E archive that proves its verdict again with public
// tools alone, even when this gateway is gone. It is made while it is sent, and no package stands in memory.

import type { KeyObject } from 'node:crypto';
import type { KnownEnrolments } from '../../core/evidence/enrolments.ts';
import { CONTAINER_TYPE, ENTRY, proofEntry } from '../../core/evidence/entries.ts';
import { zip } from '../../core/archive/zip.ts';
import { documentIdOf } from '../../core/message/message.ts';
import { toPem } from '../../core/crypto/pem.ts';
import type { Registry } from '../../core/registry/registry.ts';
import type { Report } from '../../core/verify/report.ts';
import type { ContentLocation, ContentStore } from '../../ports/content-store.ts';
import type { ReportPrinter } from '../../ports/report-printer.ts';
import type { SigningKey } from '../../ports/signer.ts';
import type { KeyStore } from '../../ports/keys.ts';
import type { MessageStore, MessageView, TraceLine, Viewer } from '../../ports/messages.ts';
import type { ProofStore } from '../../ports/proofs.ts';
import type { RegistryStore } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import { contentOf } from '../content/content.ts';
import {
  sealCertificates,
  entryOf,
  sealEntries,
  type CertificateChain,
  type HashedEntry,
  type SealPorts,
} from './evidence-seals.ts';
import { printedReportOf } from './printed-report.ts';

export interface EvidencePorts extends SealPorts {
  readonly messages: Pick<MessageStore, 'message' | 'report' | 'trace'>;
  readonly proofs: Pick<ProofStore, 'find' | 'open'>;
  readonly registry: Pick<RegistryStore, 'snapshot'>;
  readonly keys: Pick<KeyStore, 'list'>;
  readonly content: Pick<ContentStore, 'open'>;
  readonly printReport: ReportPrinter;
}

/** The container of a message as one viewer may see it, in pieces; null where the viewer may see no such message. */
export type EvidencePacker = (
  id: string,
  viewer: Viewer,
  location: ContentLocation,
) => Promise<AsyncIterable<Buffer> | null>;

/** Makes the packer. A signer without a certificate gets one, made once. */
export function createEvidencePacker(ports: EvidencePorts, world: Pick<World, 'now' | 'randomBytes'>): EvidencePacker {
  let certificates: Promise<CertificateChain> | undefined;
  return async (id, viewer, location) => {
    const { messages, signer } = ports;
    const [view, report, trace] = [
      await messages.message(id, viewer),
      await messages.report(id, viewer),
      await messages.trace(id, viewer),
    ];
    if (view === null || report === null || trace === null) return null;
    certificates ??= sealCertificates(signer).catch((error: unknown) => {
      certificates = undefined;
      throw error;
    });
    const chain = await certificates;
    const registry = await ports.registry.snapshot();
    const entries = [
      packageEntry(location, ports.content),
      ...statementEntries(view, report, trace),
      enrolmentEntry(view, registry),
      entryOf(ENTRY.printedReport, await ports.printReport(printedReportOf(view, report, registry, 'vi'))),
      ...keyEntries(view, await ports.keys.list(), chain),
      ...(await proofEntries(report, ports.proofs)),
    ];
    const seals = await sealEntries(entries, chain, ports, world);
    return zip([entryOf(ENTRY.mimetype, Buffer.from(CONTAINER_TYPE)), ...entries, ...seals]);
  };
}

async function* pieces(
  from: Buffer | Promise<AsyncIterable<Buffer> | Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const bytes = await from;
  if (Buffer.isBuffer(bytes)) yield bytes;
  else yield* bytes;
}

/** The entry carries the recorded hash; a verifier of the container detects changed bytes. */
function packageEntry(location: ContentLocation, content: EvidencePorts['content']): HashedEntry {
  const { sha256, size } = location;
  return { name: ENTRY.package, sha256, size, open: () => pieces(contentOf(location, content).open()) };
}

function jsonEntry(name: string, value: unknown): HashedEntry {
  return entryOf(name, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
}

/** The gateway's statements about the message: receipt, report, and the states of each copy. */
function statementEntries(view: MessageView, report: Report, trace: readonly TraceLine[]): readonly HashedEntry[] {
  const { id, sender, issuer, sha256, size, receivedAt, verdict, disposition, receipt } = view;
  const deliveries = view.deliveries.map(
    ({ organisation, transport, business, recall, handedOverAt, arrivedAt, problem }) => ({
      organisation,
      transport,
      business,
      recall,
      handedOverAt,
      arrivedAt,
      problem,
    }),
  );
  return [
    entryOf(ENTRY.receipt, receipt.body),
    entryOf(ENTRY.receiptSignature, receipt.signature),
    jsonEntry(ENTRY.report, report),
    jsonEntry(ENTRY.statuses, {
      message: id,
      kind: view.message.kind,
      documentId: documentIdOf(view.message),
      sender,
      issuer,
      sha256,
      size,
      receivedAt,
      verdict,
      disposition,
      deliveries,
    }),
    jsonEntry(ENTRY.trace, trace),
  ];
}

/** Enrolments of every date: a verifier uses those of its instant. */
function enrolmentEntry({ issuer, sender }: MessageView, { enrolments }: Registry): HashedEntry {
  const entry: KnownEnrolments = { issuer: enrolments.get(issuer) ?? [], sender: enrolments.get(sender) ?? [] };
  return jsonEntry(ENTRY.enrolments, entry);
}

/** The receipt's key, which may be older than the present one, and the certificate of the manifest's signature. */
function keyEntries(
  { receipt }: MessageView,
  keys: readonly SigningKey[],
  chain: readonly Buffer[],
): readonly HashedEntry[] {
  const key = keys
    .filter(({ keyId }) => keyId === receipt.keyId)
    .map(({ publicKey }) => entryOf(ENTRY.receiptKey, publicPem(publicKey)));
  const pem = chain.map((der) => toPem('CERTIFICATE', der)).join('');
  return [...key, entryOf(ENTRY.gatewayCertificate, Buffer.from(pem))];
}

function publicPem(key: KeyObject): Buffer {
  return Buffer.from(key.export({ type: 'spki', format: 'pem' }).toString());
}

async function proofEntries(report: Report, proofs: EvidencePorts['proofs']): Promise<readonly HashedEntry[]> {
  const proofsOfReport = await proofs.find(report.proofs.map(({ sha256 }) => sha256));
  return proofsOfReport.map((proof) => {
    const { sha256, size } = proof;
    return { name: proofEntry(proof), sha256, size, open: () => proofs.open(sha256) };
  });
}
