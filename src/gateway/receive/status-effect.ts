// Finds the delivery that a business status is about, whether this sender may report on it, and what the status asks or
// answers.

import { refuse, ok, type Result } from '../../core/problems/finding.ts';
import type { StatusMessage } from '../../core/message/message.ts';
import type { Addressed } from '../../core/exchange/address.ts';
import type { KnownMessage } from '../../core/exchange/effects.ts';
import { isBeforeReceipt } from '../../core/validate/status-date.ts';
import type { Act, MessageStore, StatusEffect } from '../../ports/messages.ts';

/** The consequences of a status. */
export interface StatusDecision {
  readonly effect: StatusEffect;
  /** For 13: the sender recalls the copy of one addressee. */
  readonly act?: Act;
  /** Order key of the delivery that the status is about: a 13 leaves in the order of the document. */
  readonly orderKey: string;
}

/**
 * The effect of a status on its delivery. `not-found` when this agency never received (for 13: never sent) such a
 * document, which tells a stranger nothing; `date-invalid` when the status is older than the document. `known`: the
 * versions of the document that a 13 is about; `spokenOf`: the delivery itself, where the reporting system names it.
 */
export async function statusEffect(
  message: StatusMessage,
  addressed: Addressed,
  candidates: readonly KnownMessage[],
  messages: Pick<MessageStore, 'findDelivery' | 'openQuestion'>,
  spokenOf?: string,
): Promise<Result<StatusDecision>> {
  const { statusCode, description, timestamp } = message;
  const recall = statusCode === '13';
  const addresseeCode = addressed.recipients[0]?.organisation ?? '';
  // The document's sender sends 13 to an addressee; an addressee sends every other status to the sender.
  const [sender, addressee] = recall ? [addressed.sender, addresseeCode] : [addresseeCode, addressed.sender];
  const documentId = message.responseFor.documentId.normalize('NFC');
  const delivery = await messages.findDelivery(sender, documentId, addressee, spokenOf);
  // The sender may recall a held message; no other party may learn of it.
  if (delivery === null || (delivery.held && !recall)) return refuse('not-found');

  if (isBeforeReceipt(timestamp, delivery.receivedAt)) return refuse('date-invalid', { field: 'Timestamp' });

  const answers =
    statusCode === '15' || statusCode === '16'
      ? await messages.openQuestion(sender, documentId, addressee, spokenOf)
      : null;
  const versions = candidates.filter((version) => version.sender === sender).map((version) => version.message);
  return ok({
    effect: {
      delivery: delivery.id,
      code: statusCode,
      ...(description === undefined ? {} : { description }),
      statedAt: timestamp,
      origin: 'organisation',
      ...(answers === null ? {} : { answers }),
    },
    ...(recall
      ? {
          act: {
            kind: 'recall',
            documents: [documentId],
            messages: [...new Set([...versions, delivery.message])],
            organisation: addressee,
          },
        }
      : {}),
    orderKey: delivery.orderKey,
  });
}
