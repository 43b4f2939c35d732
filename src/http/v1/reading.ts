// Reads accepted content; the gateway audits that before the first byte leaves.

import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ContentLocation } from '../../ports/content-store.ts';
import type { MessageStore } from '../../ports/messages.ts';
import type { Events } from '../../telemetry/events.ts';
import type { Principal } from '../auth.ts';

export interface ReadingPorts {
  readonly messages: Pick<MessageStore, 'content'>;
  readonly events: Pick<Events, 'contentRead'>;
}

/**
 * The location of a message's bytes, for a reader of `part`; `not-found` or `delivery-cancelled` where the reader may
 * have none.
 */
export async function messageContent(
  { messages, events }: ReadingPorts,
  { client, connection }: Pick<Principal, 'client' | 'connection'>,
  message: string,
  part: string,
): Promise<ContentLocation> {
  const location = await messages.content(
    message,
    { connection },
    { actor: `client:${client}`, act: 'message.read', object: message, outcome: 'ok', details: { part } },
  );
  const place = available(location);
  events.contentRead({ message, connection, part });
  return place;
}

/** The location that the record answered, or its problem. */
export function available<Location extends ContentLocation>(location: Location | 'cancelled' | null): Location {
  if (location === null) throw new ProblemError('not-found');
  if (location === 'cancelled') throw new ProblemError('delivery-cancelled');
  return location;
}
