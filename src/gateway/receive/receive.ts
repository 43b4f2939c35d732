// Receives a document: the one function to read first. Every face (HTTP today, queues and folders later) hands its
// bytes to `receive` and returns the answer to its client.

import {
  refuse,
  refuseFor,
  ok,
  type Finding,
  type Refusal,
  type Result,
  type Verdict,
} from '../../core/problems/finding.ts';
import { documentIdOf, type Message } from '../../core/message/message.ts';
import { resolveAddressees, speakerOf } from '../../core/exchange/address.ts';
import { namedDocuments, targetsOfAct } from '../../core/exchange/effects.ts';
import { validate } from '../../core/validate/validate.ts';
import type { FirstDisposition } from '../../core/exchange/disposition.ts';
import { refusalCause } from '../../core/verify/cause.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import type { AcceptResult, Acceptance, MessageStore, Receipt, StatusEffect } from '../../ports/messages.ts';
import type { ProofStore } from '../../ports/proofs.ts';
import type { RegistryStore } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import { acceptanceOf, type AcceptancePorts } from './acceptance.ts';
import { consequencesOf } from './consequences.ts';
import type { Inspected, Judge } from '../basis/judge.ts';
import { readPackage, type ReadPorts } from './read-package.ts';
import { Staging } from './staging.ts';
import type { Candidate, Decision, Submission } from './submission.ts';

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

/** The ports that receiving needs. */
export interface ReceivePorts extends AcceptancePorts, ReadPorts {
  readonly messages: MessageStore;
  readonly proofs: Pick<ProofStore, 'keep'>;
  readonly registry: RegistryStore;
  readonly content: ContentStore;
  readonly judge: Judge;
  readonly events: {
    accepted(received: Received, connection: string): void;
    refused(refusal: Refusal, connection: string): void;
    statusRecorded(effect: Pick<StatusEffect, 'delivery' | 'code' | 'origin'>): void;
  };
}

export type ReceiveWorld = Pick<World, 'now' | 'newId'>;

/** Receives a submission from a face. */
export type Receive = (submission: Submission) => Promise<Result<Received>>;

/**
 * Makes the function that receives one package: it reads, verifies, validates and addresses the package, makes its
 * bytes durable, and accepts it with all its consequences in one transaction. A refusal leaves only an audit line.
 */
export function createReceive(ports: ReceivePorts, { now, newId }: ReceiveWorld): Receive {
  return async (submission) => {
    const staging = new Staging(ports.content);
    try {
      const reading = await readPackage(submission.body, ports, (chunk) => staging.write(chunk));
      if (!reading.ok) return await recordRefusal(reading, submission, ports);
      const { opened, inspected } = reading.value;

      let heldAlready: readonly string[] = [];
      for (;;) {
        const receivedAt = now();
        const registry = await ports.registry.snapshot();
        const candidate: Candidate = { submission, opened, registry, receivedAt };
        const decision = await decide(candidate, inspected, ports);
        if (!decision.ok)
          return (await acceptedBefore(candidate, ports)) ?? (await recordRefusal(decision, submission, ports));

        const inline = await staging.commit(opened.sha256);
        await ports.proofs.keep(decision.value.proofs.values());
        const acceptance = await acceptanceOf(candidate, without(heldAlready, decision.value), inline, ports, newId);
        const result = await ports.messages.accept(acceptance);

        switch (result.kind) {
          case 'accepted':
            return answerAcceptance(acceptance, result.findings ?? [], ports);
          case 'repeated':
            return await answerRepeat(candidate, result, ports);
          case 'held-already':
            heldAlready = result.by;
            continue;
          case 'registry-changed':
          case 'targets-changed':
            continue;
          case 'document-conflict':
          case 'idempotency-key-reused':
            return await recordRefusal(refusalFor(result.kind, candidate), submission, ports);
        }
      }
    } finally {
      await staging.discard();
    }
  };
}

/**
 * Verify, validate and address. The rules are pure; the gateway fetches their facts in between: proofs before the
 * verdict, and the recorded documents that the message names.
 */
async function decide(
  { submission, opened, registry, receivedAt }: Candidate,
  inspected: Inspected,
  ports: Pick<ReceivePorts, 'messages' | 'judge'>,
): Promise<Result<Decision>> {
  const { message } = opened;
  const connection = registry.connections.get(submission.connection);
  if (connection === undefined) return refuse('forbidden');

  const { report, proofs } = await ports.judge({ opened, inspected }, connection, registry, receivedAt);
  const cause = refusalCause(report);
  if (cause !== null) return refuseFor(cause, report.findings);

  const remarks = validate(message, receivedAt);
  const fault = remarks.find((finding) => finding.severity === 'error');
  if (fault !== undefined) return refuseFor(fault, remarks);

  const speaker = speakerOf(message, registry, connection, receivedAt);
  if (!speaker.ok) return speaker;
  const documents = namedDocuments(message);
  const messages = documents.length === 0 ? [] : await ports.messages.knownMessages(documents, speaker.value.sender);
  const targets = targetsOfAct(message, speaker.value, messages, registry, receivedAt);
  if (!targets.ok) return targets;
  const addressed = resolveAddressees(message, registry, connection, receivedAt, targets.value?.reached);
  if (!addressed.ok) return addressed;

  const consequences = await consequencesOf(
    message,
    addressed.value,
    targets.value,
    messages,
    ports.messages,
    submission.delivery,
  );
  if (!consequences.ok) return consequences;

  return ok({
    report,
    proofs,
    findings: [
      ...(submission.convertedFrom?.findings ?? []),
      ...opened.findings,
      ...report.findings,
      ...remarks,
      ...addressed.value.findings,
      ...consequences.value.findings,
    ],
    addressed: addressed.value,
    consequences: consequences.value,
  });
}

/** The decision for addressees that do not have the document yet. */
function without(heldAlready: readonly string[], decision: Decision): Decision {
  if (heldAlready.length === 0) return decision;
  const { addressed } = decision;
  const recipients = addressed.recipients.filter(({ organisation }) => !heldAlready.includes(organisation));
  return { ...decision, heldAlready, addressed: { ...addressed, recipients } };
}

/** `noticed`: the findings of the record. */
function answerAcceptance(acceptance: Acceptance, noticed: readonly Finding[], ports: ReceivePorts): Result<Received> {
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
  return ok(received);
}

/**
 * An accepted package stays accepted: a client that lost the answer sends it again, and by then the certificate may
 * have run out or the profile may have changed. A status about one delivery is not identified by its bytes alone.
 */
async function acceptedBefore(candidate: Candidate, ports: ReceivePorts): Promise<Result<Received> | undefined> {
  const { submission, opened } = candidate;
  if (submission.delivery !== undefined) return undefined;
  const documentId = documentIdOf(opened.message);
  const before = await ports.messages.acceptedBefore(submission.connection, documentId, opened.sha256);
  return before === null ? undefined : await answerRepeat(candidate, before, ports);
}

/** The answer of the first acceptance, with its receipt. */
async function answerRepeat(
  candidate: Candidate,
  { message: id, receipt }: Pick<Extract<AcceptResult, { kind: 'repeated' }>, 'message' | 'receipt'>,
  ports: ReceivePorts,
): Promise<Result<Received>> {
  const { submission } = candidate;
  const first = await ports.messages.message(id, { connection: submission.connection });
  if (first === null) return await recordRefusal(refusalFor('document-conflict', candidate), submission, ports);
  return ok({
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

function refusalFor(code: 'document-conflict' | 'idempotency-key-reused', { opened }: Candidate): Refusal {
  return refuse(code, { documentId: documentIdOf(opened.message) });
}

/** Leaves the audit line of a refusal. */
export async function recordRefusal(
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
