// The shapes that travel over the interface. The same schemas validate requests, describe the interface in OpenAPI, and
// are held against every answer in the tests.

import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { SCOPES } from '../../core/registry/scopes.ts';

extendZodWithOpenApi(z);

const id = z.uuid();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime();
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const code = z.string().regex(/^[a-z_-]+$/);
const organCode = z.string().min(1).max(50);

const kind = z.enum(['new', 'revoke', 'update', 'replace', 'status']);
const verdict = z.enum(['passed', 'failed', 'undecided']);
const transport = z.enum([
  'queued',
  'sending',
  'handed-over',
  'arrived',
  'retrying',
  'parked',
  'returned',
  'cancelled',
]);
const recall = z.enum(['none', 'asked', 'agreed', 'refused']).meta({
  description: 'Whether the addressee was asked (13, revocation, update, replacement), and its answer (15, 16)',
});
const businessCode = z.enum(['01', '02', '03', '04', '05', '06']);

const actor = z.enum(['sender', 'receiver', 'operator', 'none']).meta({ description: 'Who has to act' });

export const FindingSchema = z
  .strictObject({
    code,
    severity: z.enum(['error', 'undecided', 'warning', 'info']),
    facts,
    place: z.string().optional().meta({ description: 'Path in the package' }),
    title: z.string(),
    detail: z.string().meta({ description: 'What to do' }),
    actor,
  })
  .openapi('Finding');

export const ProblemSchema = z
  .strictObject({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    code,
    detail: z.string().meta({ description: 'What to do' }),
    actor,
    facts,
    place: z.string().optional().meta({ description: 'Path in the package or JSON pointer' }),
    findings: z.array(FindingSchema).optional(),
    error: z.string().optional().meta({ description: 'RFC 6749 error name, from the token operation' }),
    instance: z.string(),
  })
  .openapi('Problem');

export const TokenRequest = z
  .looseObject({
    grant_type: z.string().optional(),
    client_id: z.string().max(200).optional(),
    client_secret: z.string().max(500).optional(),
    scope: z.string().max(500).optional(),
  })
  .openapi('TokenRequest');

export const TokenSchema = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    scope: z.string().meta({ description: `Of ${SCOPES.join(', ')}` }),
  })
  .openapi('Token');

export const ReceiptSchema = z
  .strictObject({
    body: z.base64().meta({ description: 'Canonical JSON bytes' }),
    signature: z.base64().meta({ description: 'DER signature over exactly these bytes' }),
    keyId: z.string(),
  })
  .openapi('Receipt');

export const ReceivedSchema = z
  .strictObject({
    id,
    kind,
    documentId: z.string(),
    verdict,
    disposition: z.enum(['accepted', 'held']),
    sha256,
    size: z.int(),
    receivedAt: instant,
    findings: z.array(FindingSchema),
    deliveries: z.array(z.strictObject({ id, organisation: z.string() })),
    receipt: ReceiptSchema,
  })
  .openapi('Received');

export const DeliverySchema = z
  .strictObject({
    id,
    organisation: z.string(),
    organisationName: z.string().nullable(),
    connection: z.string(),
    transport,
    business: z.strictObject({ latest: businessCode.nullable(), furthest: businessCode.nullable() }),
    recall,
    reach: z.enum(['holder', 'added', 'removed']).nullable().meta({
      description: 'Why it goes here although the package does not name this addressee, or takes it off the list',
    }),
    attempts: z.int(),
    handedOverAt: instant.nullable(),
    arrivedAt: instant.nullable(),
    nextAttemptAt: instant.nullable(),
    problem: z.strictObject({ code, title: z.string(), todo: z.string(), actor: z.string(), facts }).nullable(),
  })
  .openapi('Delivery');

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
    .openapi('RelatedMessage'),
);

export const MessageSchema = z
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
    disposition: z.enum(['accepted', 'held', 'released', 'returned']),
    urgent: z.boolean(),
    findings: z.array(FindingSchema),
    receipt: ReceiptSchema,
    summary: z.strictObject({
      arrived: z.int().meta({ description: 'Known to be in the system that the addressee designated' }),
      handedOver: z.int().meta({ description: 'Taken by the next system, arrival not yet known' }),
      total: z.int(),
    }),
    deliveries: z.array(DeliverySchema),
    related: z.strictObject({
      actsOn: relatedMessages.meta({ description: 'What this revocation, update or replacement acts on' }),
      actedOnBy: relatedMessages.meta({ description: 'What revokes, updates or replaces this one' }),
      answers: relatedMessages.meta({ description: 'What its ResponseFor names' }),
      answeredBy: relatedMessages,
      previous: relatedMessages.meta({ description: 'The version of the same document before this one' }),
      next: relatedMessages,
    }),
  })
  .openapi('Message');

export const TraceSchema = z
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
  .openapi('Trace');

const signer = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  fingerprint: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  algorithm: z.string(),
});

const DocumentSignatureSchema = z
  .strictObject({
    field: z.string(),
    kind: z.enum(['signature', 'certification', 'document-time-stamp']),
    subFilter: z.string(),
    verdict,
    signer: signer.nullable(),
    signerKind: z.enum(['agency', 'competent-person', 'copy', 'other', 'unknown']).meta({
      description:
        'Whose signature it is by the registry: of the issuing agency, of a person competent to sign for it, of the sending agency on its copy; `unknown` where no certificate could be read',
    }),
    claims: z
      .strictObject({
        name: z.string().optional(),
        reason: z.string().optional(),
        location: z.string().optional(),
        signedAt: z.string().optional(),
      })
      .meta({ description: 'What the signer wrote beside; nobody vouches for it' }),
    claimedAt: z.string().nullable(),
    timeStamp: z.strictObject({ at: z.string(), authority: z.string() }).nullable(),
    judgedAt: z.string(),
    judgedBy: z.enum(['time-stamp', 'document-time-stamp', 'first-seen']),
    revision: z.int().nullable(),
    findings: z.array(FindingSchema),
  })
  .openapi('DocumentSignature');

const DocumentReportSchema = z
  .strictObject({
    place: z.string().meta({ description: 'Which attachment: `Attachment[2]`' }),
    attachmentName: z.string(),
    sha256: sha256.meta({ description: 'Of the file itself, out of the archive around it' }),
    main: z.boolean().meta({ description: 'The document itself; the others are its annexes' }),
    verdict,
    revisions: z.int(),
    signatures: z.array(DocumentSignatureSchema),
    findings: z.array(FindingSchema),
  })
  .openapi('DocumentReport');

export const ReportSchema = z
  .strictObject({
    verdict,
    cause: FindingSchema.nullable().meta({
      description: 'Of the findings the one to tell first, what makes the others moot before them; null when passed',
    }),
    instant: z.string(),
    profile: z.string().meta({ description: 'The profile of the connection that was asked: `strict/package`' }),
    profileDates: z
      .strictObject({ validFrom: z.string().nullable(), validTo: z.string().nullable() })
      .meta({ description: 'Between which instants the connection has this profile' }),
    checks: z.array(z.strictObject({ name: z.string(), result: z.enum(['passed', 'failed', 'undecided', 'not-run']) })),
    findings: z.array(FindingSchema),
    signer: signer.nullable().meta({ description: "Of the package's own signature" }),
    documents: z.array(DocumentReportSchema).meta({ description: 'Every PDF file of the package, in order' }),
    revocation: z.array(
      z.strictObject({
        kind: z.enum(['crl', 'ocsp']),
        issuer: z.string(),
        thisUpdate: z.string(),
        nextUpdate: z.string().nullable(),
        sha256: z.string(),
      }),
    ),
    proofs: z
      .array(z.strictObject({ kind: z.enum(['certificate', 'crl', 'ocsp']), sha256 }))
      .meta({ description: 'Certificates, lists and answers it rests on; the evidence container has them' }),
  })
  .openapi('Report');

const staff = z
  .strictObject({
    department: z.string().max(200).optional(),
    staff: z.string().max(200).optional(),
    email: z.string().max(100).optional(),
    mobile: z.string().max(50).optional(),
  })
  .openapi('Staff');

export const RecallRequest = z
  .strictObject({
    reason: z.string().max(2000),
    organisations: z.array(organCode).min(1).max(10_000).optional().meta({ description: 'All addressees when absent' }),
    staff: staff.optional(),
  })
  .openapi('RecallRequest');

export const RecallSchema = z
  .strictObject({ messages: z.array(z.strictObject({ id, organisation: z.string() })) })
  .openapi('Recall');

export const StatusRequest = z
  .strictObject({
    code: z.string().max(20).meta({ description: '01 to 06, 15 or 16' }),
    description: z.string().max(2000).optional().meta({ description: 'The reason; required for 02' }),
    staff: staff.optional(),
  })
  .openapi('StatusRequest');

export const StatusSchema = z.strictObject({ id, delivery: id, code: z.string() }).openapi('Status');

export const InboxQuery = z.object({
  cursor: z.string().max(200).optional().meta({ description: 'Without it, the oldest unacknowledged entry first' }),
  limit: wholeNumber(1, 500).default(50),
  wait: wholeNumber(0, 30).default(0).meta({ description: 'Seconds to wait for an entry' }),
});

export const InboxEntrySchema = z
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
  .openapi('InboxEntry');

const NoticeSchema = z
  .strictObject({
    notice: id,
    message: id,
    delivery: id,
    verdict: z.enum(['passed', 'failed', 'undecided']),
    madeAt: instant,
  })
  .meta({ description: 'What came of a document that was delivered before it could be checked' })
  .openapi('Notice');

export const NoticeTakenSchema = z.strictObject({ notice: id }).openapi('NoticeTaken');

export const InboxSchema = z
  .strictObject({
    entries: z.array(InboxEntrySchema),
    notices: z.array(NoticeSchema).meta({ description: 'The oldest that were not taken yet' }),
    cursor: z.string(),
    unacknowledgedBefore: z.strictObject({ count: z.int(), oldest: instant.nullable() }),
  })
  .openapi('Inbox');

export const AcknowledgeRequest = z
  .strictObject({ sha256: z.string().regex(/^[0-9a-fA-F]{64}$/) })
  .openapi('AcknowledgeRequest');

export const AcknowledgeSchema = z
  .strictObject({ delivery: id, transport, acknowledgedAt: instant })
  .openapi('Acknowledgement');

export const OrganizationsQuery = z.object({
  query: z.string().max(200).default(''),
  limit: wholeNumber(1, 100).default(20),
});

export const OrganizationsSchema = z
  .strictObject({
    organisations: z.array(
      z.strictObject({ code: z.string(), name: z.string(), aliases: z.array(z.string()), receives: z.boolean() }),
    ),
  })
  .openapi('Organizations');

export const KeysSchema = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        keyId: z.string(),
        algorithm: z.enum(['ES256', 'RS256']),
        publicKey: z.string().meta({ description: 'PEM' }),
        current: z.boolean().meta({ description: 'whether this process signs with it now' }),
        validFrom: instant.optional().meta({ description: 'when it first signed; absent: it has not yet' }),
        validTo: instant.optional().meta({ description: 'when it last signed; absent while it is in use' }),
      }),
    ),
  })
  .openapi('Keys');

const part = z.enum(['ok', 'failed']);

export const HealthSchema = z.strictObject({ status: z.literal('ok') }).openapi('Health');

export const ReadinessSchema = z
  .strictObject({ status: part, parts: z.strictObject({ database: part, broker: part, content: part }) })
  .openapi('Readiness');

/** The converter's JSON form. Its names are those of the national format in lower case; schemas/fields.md lists them. */
export const JsonFormSchema = z
  .object({
    header: z.looseObject({
      messageheader: z.looseObject({}).optional(),
      traceheaderlist: z.looseObject({}).optional(),
      status: z.looseObject({}).optional(),
    }),
    body: z.looseObject({}).optional(),
    attachments: z
      .array(
        z.object({
          contentid: z.string(),
          attachmentname: z.string(),
          description: z.string().optional(),
          contenttype: z.string().optional(),
          contenttransferencoded: z.string().meta({ contentEncoding: 'base64' }),
        }),
      )
      .optional(),
  })
  .openapi('JsonForm');

export const PackageQuery = z.object({
  format: z.enum(['edxml', 'json', 'agency']).default('edxml').meta({
    description: 'edxml: the accepted bytes themselves. Another form is made from them; see Lienthong-Losses',
  }),
});

export const DeliveryPackageQuery = z.object({
  format: z.enum(['edxml', 'json', 'agency']).optional().meta({
    description:
      'Absent: the bytes this delivery is acknowledged by. edxml: the accepted bytes. Another form is made from them; see Lienthong-Losses',
  }),
});

export const AttachmentQuery = z.object({
  wrapped: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'The attachment as it lies in the package, in the archive a library wrapped it in' }),
});

export const SubmitHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(128)
    .optional()
    .meta({ description: 'The same key and bytes give the same receipt' }),
  'Lienthong-Secrecy': z
    .enum(['none', 'mat', 'toi-mat', 'tuyet-mat'])
    .optional()
    .meta({ description: 'How secret the sender says the document is; anything but none is refused' }),
});

/** Digits only: no sign, no fraction, no exponent. */
function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .openapi({ type: 'integer', minimum: min, maximum: max });
}
