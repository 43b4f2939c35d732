// A message: its submission, its content, its copies and its timeline.

import { z } from 'zod';
import { REACHES } from '../../core/exchange/effects.ts';
import { SECRECY_LEVELS } from '../../core/message/message.ts';
import { FORM_NAMES } from '../../core/message/rendering.ts';
import { FindingAnswer } from '../problem.ts';
import type { Shape } from '../shape.ts';
import {
  businessCode,
  code,
  disposition,
  facts,
  firstDisposition,
  id,
  instant,
  kind,
  organCode,
  recall,
  sha256,
  transport,
  verdict,
} from '../values.ts';
import { staff } from './staff.ts';

export const SubmitHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(128)
    .optional()
    .meta({ description: 'The same key and bytes give the same receipt' }),
  'Lienthong-Secrecy': z
    .enum(SECRECY_LEVELS)
    .optional()
    .meta({ description: 'How secret the sender says the document is; anything but none is refused' }),
});

export const ReceiptAnswer = z
  .strictObject({
    body: z.base64().meta({ description: 'Canonical JSON bytes' }),
    signature: z.base64().meta({ description: 'DER signature over exactly these bytes' }),
    keyId: z.string(),
  })
  .meta({ id: 'Receipt' });
export type ReceiptAnswer = Shape<typeof ReceiptAnswer>;

export const ReceivedAnswer = z
  .strictObject({
    id,
    kind,
    documentId: z.string(),
    verdict,
    disposition: firstDisposition,
    sha256,
    size: z.int(),
    receivedAt: instant,
    findings: z.array(FindingAnswer),
    deliveries: z.array(z.strictObject({ id, organisation: z.string() })),
    receipt: ReceiptAnswer,
  })
  .meta({ id: 'Received' });
export type ReceivedAnswer = Shape<typeof ReceivedAnswer>;

export const DeliveryAnswer = z
  .strictObject({
    id,
    organisation: z.string(),
    organisationName: z.string().nullable(),
    connection: z.string(),
    transport,
    business: z.strictObject({ latest: businessCode.nullable(), furthest: businessCode.nullable() }),
    recall,
    reach: z.enum(REACHES).nullable().meta({
      description: 'Why it goes here although the package does not name this addressee, or takes it off the list',
    }),
    attempts: z.int(),
    handedOverAt: instant.nullable(),
    arrivedAt: instant.nullable(),
    nextAttemptAt: instant.nullable(),
    problem: z.strictObject({ code, title: z.string(), todo: z.string(), actor: z.string(), facts }).nullable(),
  })
  .meta({ id: 'Delivery' });
export type DeliveryAnswer = Shape<typeof DeliveryAnswer>;

const relatedMessages = z.array(
  z
    .strictObject({
      id,
      kind,
      documentId: z.string(),
      receivedAt: instant,
      answers: z
        .array(z.strictObject({ organisation: z.string(), recall }))
        .meta({ description: 'Where it asks its addressees: how each has answered' }),
    })
    .meta({ id: 'RelatedMessage' }),
);

export const MessageAnswer = z
  .strictObject({
    id,
    kind,
    documentId: z.string(),
    code: z.string().meta({ description: 'Number and notation as printed' }),
    subject: z.string().nullable(),
    sender: z.string(),
    issuer: z.string(),
    sha256,
    size: z.int(),
    receivedAt: instant,
    verdict,
    disposition,
    urgent: z.boolean(),
    findings: z.array(FindingAnswer),
    receipt: ReceiptAnswer,
    summary: z.strictObject({
      arrived: z.int().meta({ description: 'Known to be in the system that the addressee designated' }),
      handedOver: z.int().meta({ description: 'Taken by the next system, arrival not yet known' }),
      total: z.int(),
    }),
    deliveries: z.array(DeliveryAnswer),
    related: z.strictObject({
      actsOn: relatedMessages.meta({ description: 'What this revocation, update or replacement acts on' }),
      actedOnBy: relatedMessages.meta({ description: 'What revokes, updates or replaces this one' }),
      answers: relatedMessages.meta({ description: 'What its ResponseFor names' }),
      answeredBy: relatedMessages,
      previous: relatedMessages.meta({ description: 'The version of the same document before this one' }),
      next: relatedMessages,
    }),
  })
  .meta({ id: 'Message' });
export type MessageAnswer = Shape<typeof MessageAnswer>;

export const TraceAnswer = z
  .strictObject({
    id,
    timeline: z.array(
      z.strictObject({
        at: instant,
        act: z.string(),
        actor: z.string(),
        organisation: z.string().nullable(),
        delivery: z.string().nullable(),
        outcome: z.string(),
        title: z.string(),
        details: facts,
      }),
    ),
  })
  .meta({ id: 'Trace' });
export type TraceAnswer = Shape<typeof TraceAnswer>;

export const PackageQuery = z.object({
  format: z.enum(FORM_NAMES).default('edxml').meta({
    description: 'edxml: the accepted bytes themselves. Another form is made from them; see Lienthong-Losses',
  }),
});

export const AttachmentQuery = z.object({
  wrapped: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'The attachment as it lies in the package, in the archive a library wrapped it in' }),
});

export const RecallRequest = z
  .strictObject({
    reason: z.string().max(2000),
    organisations: z.array(organCode).min(1).max(10_000).optional().meta({ description: 'All addressees when absent' }),
    staff: staff.optional(),
  })
  .meta({ id: 'RecallRequest' });

export const RecallAnswer = z
  .strictObject({ messages: z.array(z.strictObject({ id, organisation: z.string() })) })
  .meta({ id: 'Recall' });
