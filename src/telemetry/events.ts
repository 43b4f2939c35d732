// One function per business fact: one log line and its numbers together. Ids go to the log, never into a metric's label.

import type { Refusal } from '../core/problems/finding.ts';
import type { Message, StatusCode } from '../core/message/message.ts';
import type { Outcome } from '../core/exchange/outcome.ts';
import type { ProblemCode } from '../core/problems/problems.ts';
import type { Incident, Waiting } from '../ports/rechecks.ts';
import { errorFields, type Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** An accepted package as the log tells it. */
export interface AcceptedFacts {
  readonly id: string;
  readonly kind: Message['kind'];
  readonly verdict: string;
  readonly disposition: string;
  readonly sha256: string;
  readonly size: number;
  readonly repeated: boolean;
  readonly deliveries: readonly unknown[];
}

/** A try at a transmission, whatever came of it. */
export interface AttemptFacts {
  readonly transmission: string;
  readonly message: string;
  readonly connection: string;
  readonly attempt: number;
  /** Milliseconds. */
  readonly took: number;
}

type WaitingCounts = Pick<Waiting, 'held' | 'parked' | 'delivered' | 'incidents'>;

export type Events = ReturnType<typeof createEvents>;

export function createEvents(log: Log, metrics: Metrics) {
  return {
    accepted(message: AcceptedFacts, connection: string): void {
      const { id, kind, verdict, disposition, sha256, size } = message;
      metrics.accepted.inc({ kind, verdict, disposition });
      metrics.packageBytes.observe(size);
      log.info('message.accepted', {
        id,
        kind,
        connection,
        verdict,
        disposition,
        sha256,
        size,
        deliveries: message.deliveries.length,
      });
    },

    refused(refusal: Pick<Refusal, 'code' | 'place'>, connection: string): void {
      metrics.refused.inc({ code: refusal.code });
      log.info('message.refused', { code: refusal.code, place: refusal.place, connection });
    },

    /** A try at a transmission came to an outcome: delivered, retried, parked or returned. */
    attempted(facts: AttemptFacts, outcome: Outcome, retryAfter?: number): void {
      metrics.transmissions.inc({ outcome: outcome.kind });
      metrics.sendSeconds.observe({ outcome: outcome.kind }, facts.took / 1000);
      if (outcome.kind === 'done') {
        log.info('transmission.delivered', { ...facts });
        return;
      }
      metrics.problems.inc({ code: outcome.code });
      const event = { retry: 'transmission.retried', park: 'transmission.parked', return: 'transmission.returned' }[
        outcome.kind
      ];
      log[outcome.kind === 'retry' ? 'info' : 'warn'](event, { ...facts, code: outcome.code, retryAfter });
    },

    /** The lease had gone to another worker; nothing was written. */
    leaseLost(facts: { readonly transmission: string; readonly epoch: number }): void {
      log.warn('transmission.lease-lost', { ...facts });
    },

    acknowledged(facts: {
      readonly delivery: string;
      readonly connection: string;
      readonly transport: string;
      readonly repeated: boolean;
    }): void {
      metrics.acknowledged.inc({ repeated: String(facts.repeated) });
      log.info('delivery.acknowledged', { ...facts });
    },

    statusRecorded(facts: {
      readonly delivery: string;
      readonly code: StatusCode;
      readonly origin: 'organisation' | 'gateway';
    }): void {
      metrics.statuses.inc({ code: facts.code, origin: facts.origin });
      log.info('status.recorded', { ...facts });
    },

    inboxRead(facts: { readonly connection: string; readonly entries: number }): void {
      metrics.inboxPages.inc();
      log.debug('inbox.read', { ...facts });
    },

    contentRead(facts: { readonly message: string; readonly connection: string; readonly part: string }): void {
      log.info('content.read', { ...facts });
    },

    published(references: number, confirmed: number): void {
      metrics.published.inc({ confirmed: 'true' }, confirmed);
      metrics.published.inc({ confirmed: 'false' }, references - confirmed);
      if (confirmed < references) log.warn('references.unconfirmed', { references, confirmed });
    },

    sequenced(counts: { readonly entries: number; readonly rows: number }): void {
      metrics.sequenced.inc(counts.entries);
      metrics.chained.inc(counts.rows);
      if (counts.entries + counts.rows > 0) log.debug('record.sequenced', { ...counts });
    },

    auditHeadSigned(): void {
      log.info('audit.head-signed');
    },

    auditHeadStamped(facts: { readonly seq: string; readonly at: string }): void {
      metrics.timeStamps.inc({ outcome: 'kept' });
      log.info('audit.head-stamped', { ...facts });
    },

    timeStampFailed({ code, facts }: Pick<Refusal, 'code' | 'facts'>): void {
      metrics.timeStamps.inc({ outcome: 'failed' });
      log.warn('audit.time-stamp-failed', { code, ...facts });
    },

    /** An undecided verdict was judged again, and something came of it. */
    rechecked(facts: { readonly message: string; readonly to: string }): void {
      metrics.rechecked.inc({ to: facts.to });
      log[facts.to === 'released' || facts.to === 'confirmed' ? 'info' : 'warn']('message.rechecked', { ...facts });
    },

    /** The silence of an authority or a scanner keeps messages waiting: told once, however many wait. */
    incidentOpened({ subject, messages }: Incident): void {
      log.error('incident.opened', { subject, messages });
    },

    incidentClosed({ subject, messages, openedAt, closedAt }: Incident): void {
      const seconds = Math.round(((closedAt ?? openedAt).getTime() - openedAt.getTime()) / 1000);
      log.warn('incident.closed', { subject, messages, seconds });
    },

    waiting({ held, parked, delivered, incidents }: WaitingCounts): void {
      metrics.waiting.set({ state: 'held' }, held);
      metrics.waiting.set({ state: 'parked' }, parked);
      metrics.waiting.set({ state: 'delivered' }, delivered);
      metrics.incidents.set(incidents);
    },

    /** The result of a document that was delivered unchecked reached one who has it, or did not yet. */
    noticeTold(facts: {
      readonly notice: string;
      readonly connection: string;
      readonly code: ProblemCode | null;
    }): void {
      const { code, ...ids } = facts;
      if (code === null) log.info('notice.told', ids);
      else log.warn('notice.untold', { ...ids, code });
    },

    swept(references: number): void {
      if (references > 0) log.info('references.swept', { references });
    },

    tokenIssued(facts: { readonly client: string; readonly connection: string }): void {
      metrics.tokens.inc({ outcome: 'issued' });
      log.info('token.issued', { ...facts });
    },

    tokenRefused(facts: { readonly code: ProblemCode }): void {
      metrics.tokens.inc({ outcome: facts.code });
      log.warn('token.refused', { ...facts });
    },

    requestAnswered(facts: {
      readonly operation: string;
      readonly status: number;
      readonly took: number;
      readonly request: string;
    }): void {
      metrics.httpRequests.inc({ operation: facts.operation, status: String(facts.status) });
      metrics.httpSeconds.observe({ operation: facts.operation }, facts.took / 1000);
      log.debug('http.answered', { ...facts });
    },

    requestRefused(facts: { readonly operation: string; readonly code: ProblemCode; readonly request: string }): void {
      log.info('http.refused', { ...facts });
    },

    /** A surprise: the request got 500, or its connection was cut, and the operator should look. */
    requestFailed(facts: { readonly operation: string; readonly request: string }, error: unknown): void {
      log.error('http.failed', { ...facts, ...errorFields(error) });
    },

    /** Something in the background failed and will be tried again. */
    taskFailed(task: string, error: unknown): void {
      log.error('task.failed', { task, ...errorFields(error) });
    },
  };
}
