// The way of a document into the gateway: the one function to read first. Every other face (HTTP today, queues and
// folders as they come) hands its bytes to `receive` and answers with what it says.

import {
  refuse,
  refuseFor,
  step,
  type Finding,
  type Refusal,
  type Step,
  type Verdict,
} from '../../core/problems/finding.ts';
import { documentIdOf, type Message } from '../../core/message/message.ts';
import { address, standingOf } from '../../core/exchange/address.ts';
import { namedDocuments, targetsIn } from '../../core/exchange/effects.ts';
import { validate } from '../../core/validate/validate.ts';
import type { Proofs } from '../../core/pki/proof.ts';
import type { FirstDisposition } from '../../core/exchange/disposition.ts';
import type { SignerCache } from '../../core/pki/signer.ts';
import { refusalCause } from '../../core/verify/cause.ts';
import { verify } from '../../core/verify/verify.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import type { AcceptResult, Acceptance, MessageStore, Receipt, StatusEffect } from '../../ports/messages.ts';
import type { ProofStore } from '../../ports/proofs.ts';
import type { RegistryStore } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import { acceptanceOf, type AcceptancePorts } from './acceptance.ts';
import { doingOf } from './doing.ts';
import type { EvidenceGatherer, Looked } from '../basis/evidence.ts';
import { readPackage, type ReadPorts } from './read-package.ts';
import { Staging } from './staging.ts';
import type { Case, Decision, Submission } from './submission.ts';

export interface Received {
  /** The same package came before: this is the first answer again. */
  readonly repeated: boolean;
  readonly id: string;
  readonly kind: Message['kind'];
  readonly documentId: string;
  readonly verdict: Verdict;
  readonly disposition: FirstDisposition;
  readonly sha256: string;
  readonly size: number;
  readonly receivedAt: Date;
  readonly findings: readonly Finding[];
  readonly deliveries: readonly { readonly id: string; readonly organisation: string }[];
  readonly receipt: Receipt;
}

/** What receiving asks others for. */
export interface ReceivePorts extends AcceptancePorts, ReadPorts {
  readonly messages: MessageStore;
  readonly proofs: Pick<ProofStore, 'keep'>;
  readonly registry: RegistryStore;
  readonly content: ContentStore;
  readonly gatherEvidence: EvidenceGatherer;
  readonly signers: SignerCache;
  readonly events: {
    accepted(received: Received, connection: string): void;
    refused(refusal: Refusal, connection: string): void;
    statusRecorded(effect: Pick<StatusEffect, 'delivery' | 'code' | 'origin'>): void;
  };
}

export type ReceiveWorld = Pick<World, 'now' | 'newId'>;

/** A package's way in: what a face hands a submission to. */
export type Receive = (submission: Submission) => Promise<Step<Received>>;

/**
 * Answers what receives one package: reads, verifies, validates and addresses it, makes its bytes durable, and accepts it
 * with everything it brings about in one transaction. A refusal leaves an audit line and nothing else.
 */
export function receiver(ports: ReceivePorts, { now, newId }: ReceiveWorld): Receive {
  return async (submission) => {
    const staging = new Staging(ports.content);
    try {
      const read = await readPackage(submission.body, ports, (chunk) => staging.write(chunk));
      if (!read.ok) return await refused(read, submission, ports);
      const { opened, looked } = read.value;

      let besides: readonly string[] = [];
      for (;;) {
        const receivedAt = now();
        const registry = await ports.registry.snapshot();
        const judged: Case = { submission, opened, registry, receivedAt };
        const decided = await decide(judged, looked, ports);
        if (!decided.ok) return (await takenBefore(judged, ports)) ?? (await refused(decided, submission, ports));

        const inline = await staging.commit(opened.sha256);
        await ports.proofs.keep(decided.value.proofs.values());
        const acceptance = await acceptanceOf(judged, without(besides, decided.value), inline, ports, newId);
        const result = await ports.messages.accept(acceptance);

        switch (result.kind) {
          case 'accepted':
            return accepted(acceptance, result.findings ?? [], ports);
          case 'repeated':
            return await repeated(judged, result, ports);
          case 'held-already':
            besides = result.by;
            continue;
          case 'registry-changed':
          case 'targets-changed':
            continue;
          case 'document-conflict':
          case 'idempotency-key-reused':
            return await refused(refusedFor(result.kind, judged), submission, ports);
        }
      }
    } finally {
      await staging.discard();
    }
  };
}

/** Verify, validate and address: pure functions over gathered evidence, one registry snapshot and what the record knows. */
async function decide(
  { submission, opened, registry, receivedAt }: Case,
  looked: Looked,
  ports: Pick<ReceivePorts, 'messages' | 'gatherEvidence' | 'signers'>,
): Promise<Step<Decision>> {
  const { message } = opened;
  const connection = registry.connections.get(submission.connection);
  if (connection === undefined) return refuse('forbidden');

  const evidence = await ports.gatherEvidence(opened, registry, connection, receivedAt, looked);
  const proofs: Proofs = new Map();
  const report = verify(opened, evidence, ports.signers, proofs);
  const cause = refusalCause(report);
  if (cause !== null) return refuseFor(cause, report.findings);

  const remarks = validate(message, receivedAt);
  const fault = remarks.find((finding) => finding.severity === 'error');
  if (fault !== undefined) return refuseFor(fault, remarks);

  const standing = standingOf(message, registry, connection, receivedAt);
  if (!standing.ok) return standing;
  const named = namedDocuments(message);
  const known = named.length === 0 ? [] : await ports.messages.knownMessages(named, standing.value.sender);
  const targets = targetsIn(message, standing.value, known, registry, receivedAt);
  if (!targets.ok) return targets;
  const addressed = address(message, registry, connection, receivedAt, targets.value?.reached);
  if (!addressed.ok) return addressed;

  const doing = await doingOf(message, addressed.value, targets.value, known, ports.messages, submission.delivery);
  if (!doing.ok) return doing;

  return step({
    report,
    proofs,
    findings: [
      ...(submission.convertedFrom?.findings ?? []),
      ...opened.findings,
      ...report.findings,
      ...remarks,
      ...addressed.value.findings,
      ...doing.value.findings,
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

/** `noticed`: what only the record could. */
function accepted(acceptance: Acceptance, noticed: readonly Finding[], ports: ReceivePorts): Step<Received> {
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
  ports.events.accepted(received, acceptance.connection);
  if (acceptance.effect !== undefined) {
    const { delivery, code, origin } = acceptance.effect;
    ports.events.statusRecorded({ delivery, code, origin });
  }
  return step(received);
}

/**
 * What was taken once stays taken: whoever lost the answer asks again, and by then the certificate may have run out or the
 * profile be another. A status that is said of one delivery is not known by its bytes alone.
 */
async function takenBefore(judged: Case, ports: ReceivePorts): Promise<Step<Received> | undefined> {
  const { submission, opened } = judged;
  if (submission.delivery !== undefined) return undefined;
  const documentId = documentIdOf(opened.message);
  const before = await ports.messages.acceptedBefore(submission.connection, documentId, opened.sha256);
  return before === null ? undefined : await repeated(judged, before, ports);
}

/** The first acceptance again, receipt and all. */
async function repeated(
  judged: Case,
  { message: id, receipt }: Pick<Extract<AcceptResult, { kind: 'repeated' }>, 'message' | 'receipt'>,
  ports: ReceivePorts,
): Promise<Step<Received>> {
  const { submission } = judged;
  const first = await ports.messages.message(id, { connection: submission.connection });
  if (first === null) return await refused(refusedFor('document-conflict', judged), submission, ports);
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

function refusedFor(code: 'document-conflict' | 'idempotency-key-reused', { opened }: Case): Refusal {
  return refuse(code, { documentId: documentIdOf(opened.message) });
}

/** Leaves the audit line of a refusal. */
export async function refused(
  refusal: Refusal,
  submission: Pick<Submission, 'client' | 'connection'>,
  ports: Pick<ReceivePorts, 'messages' | 'events'>,
): Promise<Refusal> {
  await ports.messages.record([
    {
      actor: `client:${submission.client}`,
      act: 'message.refuse',
      object: '',
      outcome: refusal.code,
      details: refusal.place === undefined ? {} : { place: refusal.place },
    },
  ]);
  ports.events.refused(refusal, submission.connection);
  return refusal;
}
