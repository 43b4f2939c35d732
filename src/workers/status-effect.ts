// Which delivery a business status speaks of, and whether this agency may speak of it.

import { refuse, step, type Step } from '../core/finding.ts';
import type { Message } from '../core/message.ts';
import type { Addressed } from '../core/route/address.ts';
import { isBeforeReceipt } from '../core/validate/status-date.ts';
import type { MessageStore, StatusEffect } from '../ports/store.ts';

/**
 * The effect of a status on its delivery; undefined for documents. `not-found` when this agency never received (for 13:
 * never sent) such a document, which tells a stranger nothing; `date-invalid` when the status is older than the document.
 */
export async function statusEffect(
  message: Message,
  addressed: Addressed,
  messages: Pick<MessageStore, 'findDelivery'>,
): Promise<Step<StatusEffect | undefined>> {
  if (message.kind !== 'status') return step(undefined);
  const other = addressed.recipients[0]?.organisation ?? '';
  // 13 is the sender's own word to an addressee; every other status is an addressee's word to the sender.
  const [sender, addressee] = message.statusCode === '13' ? [addressed.sender, other] : [other, addressed.sender];
  const delivery = await messages.findDelivery(sender, message.responseFor.documentId, addressee);
  if (delivery === null) return refuse('not-found');

  if (isBeforeReceipt(message.timestamp, delivery.receivedAt)) return refuse('date-invalid', { field: 'Timestamp' });

  return step({
    delivery: delivery.id,
    code: message.statusCode,
    ...(message.description === undefined ? {} : { description: message.description }),
    statedAt: message.timestamp,
    origin: 'organisation',
  });
}
