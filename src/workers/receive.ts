// The way of a document into the gateway: the one function to read first. Every other face (HTTP today, queues and
// folders as they come) hands its bytes to `receive` and answers with what it says.

import { refuse, step, type Finding, type Refusal, type Step, type Verdict } from '../core/finding.ts';
import { isUrgent, type Message } from '../core/message.ts';
import type { OpenedPackage } from '../core/opened.ts';
import { PackageReader } from '../core/pipeline.ts';
import { receiptBody, type Submitted } from '../core/receipt.ts';
import { address, standingOf, type Addressed } from '../core/route/address.ts';
import { namedDocuments, targetsIn } from '../core/route/effects.ts';
import { group, type GroupedTransmission } from '../core/route/group.ts';
import { identityOf } from '../core/route/identity.ts';
import type { Registry } from '../core/route/registry.ts';
import { validate } from '../core/validate/validate.ts';
import type { SignerCache } from '../core/pki/signer.ts';
import type { Report } from '../core/verify/report.ts';
import { firstCause, mayGoUnchecked, verify } from '../core/verify/verify.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContentStore } from '../ports/content-store.ts';
import type { MalwareScanner } from '../ports/malware-scanner.ts';
import type { Signer } from '../ports/signer.ts';
import type { Acceptance, Disposition, MessageStore, Receipt, RegistryStore, StatusEffect } from '../ports/store.ts';
import { doingOf, type Doing } from './doing.ts';
import type { EvidenceGatherer } from './evidence.ts';
import { Scanning } from './scanning.ts';
import { Staging } from './staging.ts';

/** A package as a face received it, from a client it has authenticated. */
export interface Submission {
  readonly connection: string;
  readonly client: string;
  readonly idempotencyKey?: string;
  readonly body: AsyncIterable<Buffer>;
  /** Of a status that was said of one delivery: that delivery. A package names the document only. */
  readonly delivery?: string;
  /** Where the package is not what the client gave but made from it: what was given, and what was noticed on the way. */
  readonly made?: { readonly submitted: Submitted; readonly findings: readonly Finding[] };
}

export interface Received {
  /** The same package came before: this is the first answer again. */
  readonly repeated: boolean;
  readonly id: string;
  readonly kind: Message['kind'];
  readonly documentId: string;
  readonly verdict: Verdict;
  readonly disposition: Disposition;
  readonly sha256: string;
  readonly size: number;
  readonly receivedAt: Date;
  readonly findings: readonly Finding[];
  readonly deliveries: readonly { readonly id: string; readonly organisation: string }[];
  readonly receipt: Receipt;
}

/** What receiving needs from the world. */
export interface ReceiveParts {
  readonly messages: MessageStore;
  readonly registry: RegistryStore;
  readonly content: ContentStore;
  readonly signer: Signer;
  /** Null: attachments are not scanned. */
  readonly scanner: MalwareScanner | null;
  readonly clock: Clock;
  readonly newId: (at: Date) => string;
  readonly gatherEvidence: EvidenceGatherer;
  readonly signers: SignerCache;
  /** Which way the connection's adapter delivers. */
  readonly directionOf: (connection: string, registry: Registry) => 'push' | 'pull';
  /** Public address, as receipts state it. */
  readonly gateway: string;
  readonly events: {
    accepted(received: Received, connection: string): void;
    refused(refusal: Refusal, connection: string): void;
    statusRecorded(effect: Pick<StatusEffect, 'delivery' | 'code' | 'origin'>): void;
  };
}

/**
 * Receives one package: reads, verifies, validates and addresses it, makes its bytes durable, and accepts it with
 * everything it brings about in one transaction. A refusal leaves an audit line and nothing else.
 */
export async function receive(submission: Submission, parts: ReceiveParts): Promise<Step<Received>> {
  const staging = new Staging(parts.content);
  const scanning = parts.scanner === null ? null : new Scanning(parts.scanner);
  try {
    const opened = await read(submission.body, staging, scanning);
    if (!opened.ok) return await refused(opened, submission, parts);

    let besides: readonly string[] = [];
    for (;;) {
      const receivedAt = parts.clock.now();
      const registry = await parts.registry.snapshot();
      const decided = await decide(opened.value, scanning, registry, submission, receivedAt, parts);
      if (!decided.ok) return await refused(decided, submission, parts);

      const inline = await staging.commit(opened.value.sha256);
      const decision = without(besides, decided.value);
      const acceptance = await statement(opened.value, decision, registry, inline, submission, receivedAt, parts);
      const result = await parts.messages.accept(acceptance);

      switch (result.kind) {
        case 'accepted':
          return accepted(acceptance, result.findings ?? [], parts);
        case 'repeated':
          return await repeated(acceptance.message, result.message, result.receipt, submission, parts);
        case 'held-already':
          besides = result.by;
          continue;
        case 'registry-changed':
        case 'targets-changed':
          continue;
        case 'document-conflict':
        case 'idempotency-key-reused':
          return await refused(
            refuse(result.kind, { documentId: documentIdOf(acceptance.message) }),
            submission,
            parts,
          );
      }
    }
  } finally {
    scanning?.abandon();
    await staging.discard();
  }
}

/** Receive and read: one streaming pass, the bytes staged and the attachments scanned while they are read. */
async function read(
  body: AsyncIterable<Buffer>,
  staging: Staging,
  scanning: Scanning | null,
): Promise<Step<OpenedPackage>> {
  const reader = new PackageReader({ tap: scanning });
  for await (const chunk of body) {
    const refusal = reader.feed(chunk);
    if (refusal !== undefined) return refusal;
    await scanning?.drain();
    await staging.write(chunk);
  }
  return reader.end();
}

interface Decision {
  readonly report: Report;
  readonly findings: readonly Finding[];
  readonly addressed: Addressed;
  /** What it does to deliveries of other messages, and how it belongs to those. */
  readonly doing: Doing;
  /** Addressees that have it from an earlier version. */
  readonly besides?: readonly string[];
}

/** Verify, validate and address: pure functions over gathered evidence, one registry snapshot and what the record knows. */
async function decide(
  opened: OpenedPackage,
  scanning: Scanning | null,
  registry: Registry,
  submission: Submission,
  instant: Date,
  parts: ReceiveParts,
): Promise<Step<Decision>> {
  const { message } = opened;
  const connection = registry.connections.get(submission.connection);
  if (connection === undefined) return refuse('forbidden');

  const evidence = parts.gatherEvidence(message, registry, connection, instant, scanning?.answers ?? null);
  const report = verify(opened, evidence, parts.signers);
  const cause = firstCause(report);
  if (report.verdict === 'failed' && cause !== null) return because(report.findings, cause);

  const remarks = validate(message, instant);
  const fault = remarks.find((finding) => finding.severity === 'error');
  if (fault !== undefined) return because(remarks, fault);

  const standing = standingOf(message, registry, connection, instant);
  if (!standing.ok) return standing;
  const named = namedDocuments(message);
  const known = named.length === 0 ? [] : await parts.messages.knownMessages(named, standing.value.sender);
  const targets = targetsIn(message, standing.value, known, registry, instant);
  if (!targets.ok) return targets;
  const addressed = address(message, registry, connection, instant, targets.value?.reached);
  if (!addressed.ok) return addressed;

  const doing = await doingOf(message, addressed.value, targets.value, known, parts.messages, submission.delivery);
  if (!doing.ok) return doing;

  const { findings } = doing.value;
  return step({
    report,
    findings: [
      ...(submission.made?.findings ?? []),
      ...opened.findings,
      ...report.findings,
      ...remarks,
      ...addressed.value.findings,
      ...findings,
    ],
    addressed: addressed.value,
    doing: doing.value,
  });
}

/** The decision for those who do not have it yet. */
function without(besides: readonly string[], decision: Decision): Decision {
  if (besides.length === 0) return decision;
  const { addressed } = decision;
  const recipients = addressed.recipients.filter(({ organisation }) => !besides.includes(organisation));
  return { ...decision, besides, addressed: { ...addressed, recipients } };
}

function because(findings: readonly Finding[], cause: Finding): Refusal {
  return { ...refuse(cause.code, cause.facts, cause.place), findings };
}

/** Everything the acceptance writes, the signed receipt included. */
async function statement(
  opened: OpenedPackage,
  decision: Decision,
  registry: Registry,
  inline: Buffer | undefined,
  submission: Submission,
  receivedAt: Date,
  parts: ReceiveParts,
): Promise<Acceptance> {
  const { message } = opened;
  const { addressed, report } = decision;
  const { order, effect, act, answers, number } = decision.doing;
  const id = parts.newId(receivedAt);
  const urgent = isUrgent(message);
  const unchecked = urgent && mayGoUnchecked(report);
  const disposition: Disposition = report.verdict === 'undecided' && !unchecked ? 'held' : 'accepted';
  const transmissions = group(addressed.recipients, () => parts.newId(receivedAt));
  const body = receiptBody({
    message: id,
    kind: message.kind,
    sha256: opened.sha256,
    size: opened.size,
    acceptedAt: receivedAt,
    sender: addressed.sender,
    issuer: addressed.issuer,
    documentId: documentIdOf(message),
    recipients: addressed.recipients.map((recipient) => recipient.organisation),
    verdict: report.verdict,
    disposition,
    gateway: parts.gateway,
    ...(submission.made === undefined ? {} : { submitted: submission.made.submitted }),
  });
  return {
    id,
    message,
    connection: submission.connection,
    sender: addressed.sender,
    issuer: addressed.issuer,
    identity: identityOf(message, addressed.issuer, addressed.sender, opened.sha256, submission.delivery),
    ...(submission.idempotencyKey === undefined ? {} : { idempotencyKey: submission.idempotencyKey }),
    sha256: opened.sha256,
    size: opened.size,
    ...(inline === undefined ? {} : { inline }),
    receivedAt,
    verdict: report.verdict,
    disposition,
    urgent,
    report,
    findings: decision.findings,
    receipt: { body, signature: await parts.signer.sign(body), keyId: parts.signer.keyId },
    ...rowsOf(transmissions, registry, order, parts),
    ...(effect === undefined ? {} : { effect }),
    ...(act === undefined ? {} : { act }),
    ...(answers === undefined ? {} : { answers }),
    ...(number === undefined ? {} : { number }),
    ...(decision.besides === undefined ? {} : { besides: decision.besides }),
    registryVersion: registry.version,
    audit: [
      {
        actor: `client:${submission.client}`,
        act: message.kind === 'status' ? 'status.accept' : 'message.accept',
        object: id,
        outcome: 'ok',
        details: { sha256: opened.sha256, size: opened.size, verdict: report.verdict, disposition },
      },
    ],
  };
}

function rowsOf(
  grouped: readonly GroupedTransmission[],
  registry: Registry,
  [orderKey = '', ...alsoAfter]: readonly string[],
  parts: Pick<ReceiveParts, 'directionOf'>,
): Pick<Acceptance, 'deliveries' | 'transmissions'> {
  return {
    transmissions: grouped.map(({ id, connection }) => ({
      id,
      connection,
      direction: parts.directionOf(connection, registry),
    })),
    deliveries: grouped.flatMap((transmission) =>
      transmission.deliveries.map((delivery) => ({
        ...delivery,
        transmission: transmission.id,
        orderKey,
        ...(alsoAfter.length === 0 ? {} : { alsoAfter }),
      })),
    ),
  };
}

/** `noticed`: what only the record could. */
function accepted(acceptance: Acceptance, noticed: readonly Finding[], parts: ReceiveParts): Step<Received> {
  const { id, message, verdict, disposition, sha256, size, receivedAt, deliveries, receipt } = acceptance;
  const findings = [...acceptance.findings, ...noticed];
  const received: Received = {
    repeated: false,
    id,
    kind: message.kind,
    documentId: documentIdOf(message),
    verdict,
    disposition,
    sha256,
    size,
    receivedAt,
    findings,
    deliveries: deliveries.map((delivery) => ({ id: delivery.id, organisation: delivery.organisation })),
    receipt,
  };
  parts.events.accepted(received, acceptance.connection);
  if (acceptance.effect !== undefined) {
    const { delivery, code, origin } = acceptance.effect;
    parts.events.statusRecorded({ delivery, code, origin });
  }
  return step(received);
}

/** The first acceptance again, receipt and all. */
async function repeated(
  again: Message,
  id: string,
  receipt: Receipt,
  submission: Submission,
  parts: ReceiveParts,
): Promise<Step<Received>> {
  const first = await parts.messages.message(id, { connection: submission.connection });
  if (first === null) {
    return await refused(refuse('document-conflict', { documentId: documentIdOf(again) }), submission, parts);
  }
  return step({
    repeated: true,
    id,
    kind: first.message.kind,
    documentId: documentIdOf(first.message),
    verdict: first.verdict,
    disposition: first.disposition === 'held' ? 'held' : 'accepted',
    sha256: first.sha256,
    size: first.size,
    receivedAt: first.receivedAt,
    findings: first.findings,
    deliveries: first.deliveries.map((delivery) => ({ id: delivery.id, organisation: delivery.organisation })),
    receipt,
  });
}

/** Leaves the audit line of a refusal. */
export async function refused(
  refusal: Refusal,
  submission: Pick<Submission, 'client' | 'connection'>,
  parts: Pick<ReceiveParts, 'messages' | 'events'>,
): Promise<Refusal> {
  await parts.messages.record([
    {
      actor: `client:${submission.client}`,
      act: 'message.refuse',
      object: '',
      outcome: refusal.code,
      details: refusal.place === undefined ? {} : { place: refusal.place },
    },
  ]);
  parts.events.refused(refusal, submission.connection);
  return refusal;
}

/** The document a message is, or speaks of. */
function documentIdOf(message: Message): string {
  return message.kind === 'status' ? message.responseFor.documentId : message.documentId;
}
