// Which delivery a business status speaks of, and whether this agency may speak of it; and what it asks or answers.

import { refuse, ok, type Result } from '../../core/problems/finding.ts';
import type { StatusMessage } from '../../core/message/message.ts';
import type { Addressed } from '../../core/exchange/address.ts';
import type { KnownMessage } from '../../core/exchange/effects.ts';
import { isBeforeReceipt } from '../../core/validate/status-date.ts';
import type { Act, MessageStore, StatusEffect } from '../../ports/messages.ts';

/** What a status brings about. */
export interface StatusDecision {
  readonly effect: StatusEffect;
  /** 13: the sender takes back what one addressee holds. */
  readonly act?: Act;
  /** Of the delivery it speaks of: a 13 leaves in the order of the document. */
  readonly orderKey: string;
}

/**
 * The effect of a status on its delivery. `not-found` when this agency never received (for 13: never sent) such a document,
 * which tells a stranger nothing; `date-invalid` when the status is older than the document. `known`: the versions of the
 * document a 13 speaks of; `spokenOf`: the delivery itself, where whoever says it knows it.
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
  // 13 is the sender's own word to an addressee; every other status is an addressee's word to the sender.
  const [sender, addressee] = recall ? [addressed.sender, addresseeCode] : [addresseeCode, addressed.sender];
  const documentId = message.responseFor.documentId.normalize('NFC');
  const delivery = await messages.findDelivery(sender, documentId, addressee, spokenOf);
  // What is held its sender may take back; nobody else knows of it.
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
