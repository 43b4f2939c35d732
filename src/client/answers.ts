// What the gateway answers, as a client of the public interface reads it. Members that are not named here pass through,
// so that an older client goes on working with a newer gateway.

import { z } from 'zod';

const instant = z.string();
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** RFC 9457, with the members of the catalogue. */
export const ProblemAnswer = z.looseObject({
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string().optional(),
  actor: z.string().optional(),
  facts: facts.optional(),
  place: z.string().optional(),
  findings: z.array(z.looseObject({ code: z.string(), severity: z.string(), title: z.string().optional() })).optional(),
});
export type ProblemAnswer = z.infer<typeof ProblemAnswer>;

export const TokenAnswer = z.looseObject({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.number(),
  scope: z.string().optional(),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

/** `body` and `signature` in base64: canonical JSON, and a DER signature over exactly these bytes. */
export const ReceiptAnswer = z.looseObject({ body: z.string(), signature: z.string(), keyId: z.string() });
export type ReceiptAnswer = z.infer<typeof ReceiptAnswer>;

export const SubmitAnswer = z.looseObject({
  id: z.string(),
  kind: z.string(),
  documentId: z.string(),
  verdict: z.string(),
  disposition: z.string(),
  sha256: z.string(),
  size: z.number(),
  receivedAt: instant,
  deliveries: z.array(z.looseObject({ id: z.string(), organisation: z.string() })),
  receipt: ReceiptAnswer,
});
export type SubmitAnswer = z.infer<typeof SubmitAnswer>;

export const DeliveryAnswer = z.looseObject({
  id: z.string(),
  organisation: z.string(),
  organisationName: z.string().nullish(),
  transport: z.string(),
  business: z.looseObject({ latest: z.string().nullable(), furthest: z.string().nullable() }),
  recall: z.string(),
  attempts: z.number(),
  handedOverAt: instant.nullable(),
  arrivedAt: instant.nullable(),
  nextAttemptAt: instant.nullable(),
  problem: z.looseObject({ code: z.string(), title: z.string(), todo: z.string() }).nullable(),
});
export type DeliveryAnswer = z.infer<typeof DeliveryAnswer>;

const RelatedAnswer = z.array(
  z.looseObject({
    id: z.string(),
    kind: z.string(),
    documentId: z.string(),
    answers: z.array(z.looseObject({ organisation: z.string(), recall: z.string() })).optional(),
  }),
);

export const MessageAnswer = z.looseObject({
  id: z.string(),
  kind: z.string(),
  documentId: z.string(),
  code: z.string().nullish(),
  subject: z.string().nullish(),
  sender: z.string(),
  issuer: z.string(),
  sha256: z.string(),
  size: z.number(),
  receivedAt: instant,
  verdict: z.string(),
  disposition: z.string(),
  findings: z.array(z.looseObject({ code: z.string(), title: z.string() })).optional(),
  summary: z.looseObject({ arrived: z.number(), handedOver: z.number(), total: z.number() }),
  deliveries: z.array(DeliveryAnswer),
  related: z
    .looseObject({
      actsOn: RelatedAnswer,
      actedOnBy: RelatedAnswer,
      answers: RelatedAnswer,
      answeredBy: RelatedAnswer,
      previous: RelatedAnswer,
      next: RelatedAnswer,
    })
    .optional(),
});
export type MessageAnswer = z.infer<typeof MessageAnswer>;

export const TraceAnswer = z.looseObject({
  id: z.string(),
  timeline: z.array(
    z.looseObject({
      at: instant,
      act: z.string(),
      actor: z.string(),
      organisation: z.string().nullish(),
      delivery: z.string().nullish(),
      outcome: z.string(),
      title: z.string(),
    }),
  ),
});
export type TraceAnswer = z.infer<typeof TraceAnswer>;

export const InboxEntryAnswer = z.looseObject({
  delivery: z.string(),
  transmission: z.string(),
  message: z.string(),
  kind: z.string(),
  organisation: z.string(),
  sender: z.string(),
  issuer: z.string(),
  documentId: z.string(),
  subject: z.string().nullish(),
  urgent: z.boolean(),
  unchecked: z.boolean(),
  // Gateways of before did not say.
  verdict: z.string().optional(),
  referenceOnly: z.boolean().optional(),
  sha256: z.string(),
  size: z.number(),
  receivedAt: instant,
  acknowledgedAt: instant.nullable(),
});
export type InboxEntryAnswer = z.infer<typeof InboxEntryAnswer>;

export const InboxAnswer = z.looseObject({
  entries: z.array(InboxEntryAnswer),
  /** What came of documents that were delivered unchecked; a gateway of an older version tells none. */
  notices: z
    .array(z.looseObject({ notice: z.string(), message: z.string(), delivery: z.string(), verdict: z.string() }))
    .default([]),
  cursor: z.string().nullable(),
  unacknowledgedBefore: z.looseObject({ count: z.number(), oldest: instant.nullable() }),
});
export type InboxAnswer = z.infer<typeof InboxAnswer>;

export const AcknowledgeAnswer = z.looseObject({
  delivery: z.string(),
  transport: z.string(),
  acknowledgedAt: instant,
});
export type AcknowledgeAnswer = z.infer<typeof AcknowledgeAnswer>;

export const StatusAnswer = z.looseObject({ id: z.string(), delivery: z.string(), code: z.string() });
export type StatusAnswer = z.infer<typeof StatusAnswer>;

export const KeysAnswer = z.looseObject({
  keys: z.array(z.looseObject({ keyId: z.string(), algorithm: z.string(), publicKey: z.string() })),
});
export type KeysAnswer = z.infer<typeof KeysAnswer>;

export const OrganisationsAnswer = z.looseObject({
  organisations: z.array(z.looseObject({ code: z.string(), name: z.string(), receives: z.boolean() })),
});
export type OrganisationsAnswer = z.infer<typeof OrganisationsAnswer>;
