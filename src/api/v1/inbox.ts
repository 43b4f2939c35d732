// The entries that wait for a connection.

import { z } from 'zod';
import type { Shape } from '../shape.ts';
import { id, instant, kind, sha256, verdict, wholeNumber } from '../values.ts';

export const InboxQuery = z.object({
  cursor: z.string().max(200).optional().meta({ description: 'Without it, the oldest unacknowledged entry first' }),
  limit: wholeNumber(1, 500).default(50),
  wait: wholeNumber(0, 30).default(0).meta({ description: 'Seconds to wait for an entry' }),
});

export const InboxEntryAnswer = z
  .strictObject({
    delivery: id,
    transmission: id,
    message: id,
    kind,
    organisation: z.string(),
    sender: z.string(),
    issuer: z.string(),
    documentId: z.string(),
    subject: z.string().nullable(),
    urgent: z.boolean(),
    unchecked: z.boolean().meta({ description: 'The status of the certificate could not be checked yet' }),
    verdict: verdict.meta({ description: '`failed`: a signature inside a document does not hold' }),
    referenceOnly: z.boolean().meta({ description: 'Nobody signed the documents: for reference only' }),
    sha256,
    size: z.int(),
    receivedAt: instant,
    acknowledgedAt: instant.nullable(),
  })
  .meta({ id: 'InboxEntry' });
export type InboxEntryAnswer = Shape<typeof InboxEntryAnswer>;

export const NoticeAnswer = z.strictObject({ notice: id, message: id, delivery: id, verdict, madeAt: instant }).meta({
  id: 'Notice',
  description: 'What came of a document that was delivered before it could be checked',
});
export type NoticeAnswer = Shape<typeof NoticeAnswer>;

export const InboxAnswer = z
  .strictObject({
    entries: z.array(InboxEntryAnswer),
    notices: z.array(NoticeAnswer).meta({ description: 'The oldest that were not taken yet' }),
    cursor: z.string(),
    unacknowledgedBefore: z.strictObject({ count: z.int(), oldest: instant.nullable() }),
  })
  .meta({ id: 'Inbox' });

export const NoticeTakenAnswer = z.strictObject({ notice: id }).meta({ id: 'NoticeTaken' });
