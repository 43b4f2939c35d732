// The verification report: every check with its result, every finding, every signature inside the documents.

import { z } from 'zod';
import { ADDITION_KINDS, ADDITION_SUBJECTS } from '../../core/pdf/addition.ts';
import { PROOF_KINDS, REVOCATION_KINDS } from '../../core/pki/proof-kinds.ts';
import { INSTANT_SOURCES, PDF_SIGNATURE_KINDS, SIGNER_KINDS } from '../../core/verify/pdf-report.ts';
import { CHECK_RESULTS } from '../../core/verify/report.ts';
import { FindingAnswer } from '../problem.ts';
import type { Shape } from '../shape.ts';
import { sha256, verdict } from '../values.ts';

const signer = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  fingerprint: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  algorithm: z.string(),
});

const addition = z.strictObject({
  revision: z.int().meta({ description: 'The revision of the file that brought it; 0: it belongs to none' }),
  kind: z.enum(ADDITION_KINDS),
  subject: z.enum(ADDITION_SUBJECTS),
  place: z
    .strictObject({
      page: z.int(),
      left: z.number(),
      top: z.number(),
      width: z.number(),
      height: z.number(),
      share: z.number(),
    })
    .nullable()
    .meta({
      description:
        'Where it is seen: the page, counted from 1, millimetres from its left and upper edge, and its share of the page',
    }),
  field: z.string().nullable(),
  coveredBy: z
    .strictObject({ field: z.string(), signer: z.string().nullable() })
    .nullable()
    .meta({ description: 'The first later signature whose bytes cover it; null where none does' }),
  covers: z.string().optional().meta({
    description: 'Words of the page that it covers, empty where it covers a picture; absent where it covers nothing',
  }),
});

const DocumentSignature = z
  .strictObject({
    field: z.string(),
    kind: z.enum(PDF_SIGNATURE_KINDS),
    subFilter: z.string(),
    verdict,
    signer: signer.nullable(),
    signerKind: z.enum(SIGNER_KINDS).meta({
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
    judgedBy: z.enum(INSTANT_SOURCES),
    revision: z.int().nullable(),
    additions: z.array(addition).optional().meta({
      description: 'What was added to the file after this signature, the gravest first; at most twenty',
    }),
    findings: z.array(FindingAnswer),
  })
  .meta({ id: 'DocumentSignature' });

const Document = z
  .strictObject({
    place: z.string().meta({ description: 'Which attachment: `Attachment[2]`' }),
    attachmentName: z.string(),
    sha256: sha256.meta({ description: 'Of the file itself, out of the archive around it' }),
    main: z.boolean().meta({ description: 'The document itself; the others are its annexes' }),
    verdict,
    revisions: z.int(),
    signatures: z.array(DocumentSignature),
    findings: z.array(FindingAnswer),
  })
  .meta({ id: 'DocumentReport' });

export const ReportAnswer = z
  .strictObject({
    verdict,
    cause: z.union([FindingAnswer, z.null()]).meta({
      description: 'Of the findings the one to tell first, what makes the others moot before them; null when passed',
    }),
    instant: z.string(),
    profile: z.string().meta({ description: 'The profile of the connection that was asked: `strict/package`' }),
    profileDates: z
      .strictObject({ validFrom: z.string().nullable(), validTo: z.string().nullable() })
      .meta({ description: 'Between which instants the connection has this profile' }),
    checks: z.array(z.strictObject({ name: z.string(), result: z.enum(CHECK_RESULTS) })),
    findings: z.array(FindingAnswer),
    signer: signer.nullable().meta({ description: "Of the package's own signature" }),
    documents: z.array(Document).meta({ description: 'Every PDF file of the package, in order' }),
    revocation: z.array(
      z.strictObject({
        kind: z.enum(REVOCATION_KINDS),
        issuer: z.string(),
        thisUpdate: z.string(),
        nextUpdate: z.string().nullable(),
        sha256: z.string(),
      }),
    ),
    proofs: z
      .array(z.strictObject({ kind: z.enum(PROOF_KINDS), sha256 }))
      .meta({ description: 'Certificates, lists and answers it rests on; the evidence container has them' }),
  })
  .meta({ id: 'Report' });
export type ReportAnswer = Shape<typeof ReportAnswer>;
