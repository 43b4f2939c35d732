// The record's views as the interface shows them. They have no return types of their own: one would hide from `answer()`
// what a view has besides, and answers must have no member that their schema does not declare.

import { documentIdOf, printedCode } from '../../core/message/message.ts';
import { PROBLEMS } from '../../core/problems/problems.ts';
import { describe } from '../../texts/describe.ts';
import type { Received } from '../../gateway/receive/receive.ts';
import type { Registry } from '../../core/registry/registry.ts';
import type { Notice } from '../../ports/notices.ts';
import type { InboxEntry } from '../../ports/inbox.ts';
import type { DeliveryView, MessageView, Receipt, RelatedMessage, TraceLine } from '../../ports/messages.ts';
import type { Language } from '../../core/message/language.ts';
import { findingBody } from '../problem.ts';
import { titleOf } from '../../texts/acts.ts';

export function receivedJson(received: Received, language: Language) {
  return {
    id: received.id,
    kind: received.kind,
    documentId: received.documentId,
    verdict: received.verdict,
    disposition: received.disposition,
    sha256: received.sha256,
    size: received.size,
    receivedAt: received.receivedAt.toISOString(),
    findings: received.findings.map((finding) => findingBody(finding, language)),
    deliveries: received.deliveries,
    receipt: receiptJson(received.receipt),
  };
}

function receiptJson(receipt: Receipt) {
  return {
    body: receipt.body.toString('base64'),
    signature: receipt.signature.toString('base64'),
    keyId: receipt.keyId,
  };
}

export function messageJson(view: MessageView, registry: Registry, language: Language) {
  const { message, deliveries } = view;
  return {
    id: view.id,
    kind: message.kind,
    documentId: documentIdOf(message),
    code: message.kind === 'status' ? message.responseFor.code : printedCode(message.code),
    subject: message.kind === 'status' ? null : message.subject,
    sender: view.sender,
    issuer: view.issuer,
    sha256: view.sha256,
    size: view.size,
    receivedAt: view.receivedAt.toISOString(),
    verdict: view.verdict,
    disposition: view.disposition,
    urgent: view.urgent,
    findings: view.findings.map((finding) => findingBody(finding, language)),
    receipt: receiptJson(view.receipt),
    summary: {
      arrived: deliveries.filter((delivery) => delivery.transport === 'arrived').length,
      handedOver: deliveries.filter((delivery) => delivery.transport === 'handed-over').length,
      total: deliveries.length,
    },
    deliveries: deliveries.map((delivery) => deliveryJson(delivery, registry, language)),
    related: {
      actsOn: view.related.actsOn.map(relatedJson),
      actedOnBy: view.related.actedOnBy.map(relatedJson),
      answers: view.related.answers.map(relatedJson),
      answeredBy: view.related.answeredBy.map(relatedJson),
      previous: view.related.previous.map(relatedJson),
      next: view.related.next.map(relatedJson),
    },
  };
}

function relatedJson({ id, kind, documentId, receivedAt, answers }: RelatedMessage) {
  return { id, kind, documentId, receivedAt: receivedAt.toISOString(), answers };
}

function deliveryJson(delivery: DeliveryView, registry: Registry, language: Language) {
  const { problem } = delivery;
  return {
    id: delivery.id,
    organisation: delivery.organisation,
    organisationName: registry.organisations.get(delivery.organisation)?.name ?? null,
    connection: delivery.connection,
    transport: delivery.transport,
    business: { latest: delivery.business.latest, furthest: delivery.business.furthest },
    recall: delivery.recall,
    reach: delivery.reach,
    attempts: delivery.attempts,
    handedOverAt: instant(delivery.handedOverAt),
    arrivedAt: instant(delivery.arrivedAt),
    nextAttemptAt: instant(delivery.nextAttemptAt),
    problem: problem === null ? null : problemJson(problem, language),
  };
}

function problemJson(problem: NonNullable<DeliveryView['problem']>, language: Language) {
  const { code, facts } = problem;
  const { title, todo } = describe(code, facts, language);
  return { code, title, todo, actor: PROBLEMS[code].actor, facts };
}

export function traceJson(id: string, lines: readonly TraceLine[], language: Language) {
  return {
    id,
    timeline: lines.map((line) => ({
      at: line.at.toISOString(),
      act: line.act,
      actor: line.actor,
      organisation: line.organisation,
      delivery: line.delivery,
      outcome: line.outcome,
      title: titleOf(line, language),
      details: line.details,
    })),
  };
}

export function inboxEntryJson(entry: InboxEntry) {
  return {
    delivery: entry.delivery,
    transmission: entry.transmission,
    message: entry.message,
    kind: entry.kind,
    organisation: entry.organisation,
    sender: entry.sender,
    issuer: entry.issuer,
    documentId: entry.documentId,
    subject: entry.subject,
    urgent: entry.urgent,
    unchecked: entry.unchecked,
    verdict: entry.verdict,
    referenceOnly: entry.referenceOnly,
    sha256: entry.sha256,
    size: entry.size,
    receivedAt: entry.receivedAt.toISOString(),
    acknowledgedAt: instant(entry.acknowledgedAt),
  };
}

export function noticeJson({ id, message, delivery, verdict, madeAt }: Notice) {
  return { notice: id, message, delivery, verdict, madeAt: madeAt.toISOString() };
}

export function instant(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
