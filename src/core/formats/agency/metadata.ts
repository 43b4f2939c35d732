// `metadata.json` of an agency package: the fields of the message under the names of the national vocabulary, for offices
// whose systems write no edXML. The schema here is what is checked and, as `schemas/agency-package.schema.json`, what is
// published.

import { z } from 'zod';
import { trimmed } from '../../xml/spaces.ts';
import { LIMITS } from '../circulation.ts';
import { SECRECY_LEVELS } from '../../message/message.ts';
import { DOCUMENT_MAPPING, STATUS_MAPPING, type MappingRow } from './mapping.ts';

/** The entry of the ZIP, or the name of the form part without `.json`. */
export const METADATA_NAME = 'metadata.json';

/** Bytes. As much text as a reader of the national format takes. */
export const METADATA_BYTES = 8 << 20;

/** Refused is a text of blanks alone; blanks at the ends are not part of any text. */
const required = () => z.string().regex(/\S/).overwrite(trimmed);
/** Empty says the same as absent. */
const optional = () => z.string().overwrite(trimmed).optional();
/** To the last blank: a code or a name is not bettered. */
const exact = () => z.string().regex(/\S/);
/** The widest whole number the national format is read with. */
const number = () => z.int().min(0).max(999_999_999);
/** Electronic documents have no date before 1900. */
const date = () => z.iso.date().regex(/^(?:19|[2-9]\d)/);
/** Without a zone it is the time in Vietnam. */
const time = () =>
  z.iso.datetime({ local: true, offset: true }).regex(/^(?:19|[2-9]\d)[^.]*(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?$/);

/** Gives each field of a group what the mapping says of it. */
function told<Shape extends Record<string, z.ZodType>>(
  mapping: readonly MappingRow[],
  at: string,
  shape: Shape,
): Shape {
  const described = Object.entries(shape).map(([name, field]) => {
    const row = mapping.find(({ metadata }) => metadata === `${at}${name}` || metadata === `${at}${name}[]`);
    if (row === undefined) return [name, field];
    const place = row.edxml === null ? '' : ` (edXML: ${row.edxml})`;
    return [name, field.meta({ description: `${row.meaning}${place}` })];
  });
  // The same names with schemas of the same types, which `fromEntries` cannot say.
  return Object.fromEntries(described) as Shape;
}

const organization = (mapping: readonly MappingRow[], at: string) =>
  z.strictObject(
    told(mapping, at, {
      organId: exact(),
      organizationInCharge: optional(),
      organName: optional(),
      organAdd: optional(),
      email: optional(),
      telephone: optional(),
      fax: optional(),
      website: optional(),
    }),
  );

const staffInfo = (mapping: readonly MappingRow[], at: string) =>
  z
    .strictObject(
      told(mapping, at, { department: optional(), staff: optional(), email: optional(), mobile: optional() }),
    )
    .optional();

const FileEntry = z.strictObject(
  told(DOCUMENT_MAPPING, 'files[].', {
    name: exact(),
    part: exact().optional(),
    description: optional(),
    contentId: optional(),
    contentType: optional(),
    size: z.int().min(0).optional(),
    sha256: z
      .string()
      .regex(/^[0-9A-Fa-f]{64}$/)
      .optional(),
  }),
);

const ResponseForEntry = z.strictObject(
  told(DOCUMENT_MAPPING, 'responseFor[].', {
    organId: z.string().default(''),
    code: z.string().overwrite(trimmed).default(''),
    documentId: z.string().overwrite(trimmed).default(''),
    promulgationDate: date().optional(),
  }),
);

const BussinessEntry = z.strictObject(
  told(DOCUMENT_MAPPING, 'bussiness.', {
    documentId: optional(),
    bussinessDocReason: optional(),
    paper: number().optional(),
    staffInfo: staffInfo(DOCUMENT_MAPPING, 'bussiness.staffInfo.'),
    documentInfo: z.boolean().optional(),
    documentReceiver: z.boolean().optional(),
    receiverList: z
      .array(
        z.strictObject(
          told(DOCUMENT_MAPPING, 'bussiness.receiverList[].', {
            organId: z.string(),
            receiverType: z.enum(['removed', 'added']),
          }),
        ),
      )
      .default([]),
    replacementInfoList: z
      .array(
        z.strictObject(
          told(DOCUMENT_MAPPING, 'bussiness.replacementInfoList[].', {
            documentId: z.string().overwrite(trimmed),
            organIdList: z.array(z.string()).default([]),
          }),
        ),
      )
      .default([]),
  }),
);

const OtherInfoEntry = z.strictObject(
  told(DOCUMENT_MAPPING, 'otherInfo.', {
    priority: z.int().min(0).max(4).optional(),
    sphereOfPromulgation: optional(),
    typerNotation: optional(),
    promulgationAmount: number().optional(),
    pageAmount: number().optional(),
    direction: z.boolean().optional(),
    appendixes: z.array(z.string().overwrite(trimmed)).default([]),
  }),
);

const DocumentMetadata = z.strictObject(
  told(DOCUMENT_MAPPING, '', {
    kind: z.enum(['new', 'revoke', 'update', 'replace']),
    from: organization(DOCUMENT_MAPPING, 'from.'),
    to: z.array(organization(DOCUMENT_MAPPING, 'to[].')).min(1),
    documentId: required(),
    code: z.strictObject(
      told(DOCUMENT_MAPPING, 'code.', {
        codeNumber: required(),
        codeNotation: z.string().overwrite(trimmed).default(''),
      }),
    ),
    promulgationInfo: z.strictObject(
      told(DOCUMENT_MAPPING, 'promulgationInfo.', { place: optional(), promulgationDate: date() }),
    ),
    documentType: z
      .strictObject(
        told(DOCUMENT_MAPPING, 'documentType.', {
          type: number().optional(),
          typeDetail: number().optional(),
          typeName: optional(),
        }),
      )
      .default({}),
    subject: required(),
    content: optional(),
    signerInfo: z
      .strictObject(
        told(DOCUMENT_MAPPING, 'signerInfo.', {
          competence: optional(),
          position: optional(),
          fullName: optional(),
        }),
      )
      .optional(),
    dueDate: date().optional(),
    otherInfo: OtherInfoEntry.default({ appendixes: [] }),
    responseFor: z.array(ResponseForEntry).default([]),
    steeringType: number().optional(),
    toPlaces: z.array(z.string().overwrite(trimmed)).default([]),
    traceHeaders: z
      .array(
        z.strictObject(
          told(DOCUMENT_MAPPING, 'traceHeaders[].', { organId: optional(), timestamp: time().optional() }),
        ),
      )
      .default([]),
    bussiness: BussinessEntry.optional(),
    circulation: z.array(z.enum(LIMITS)).default([]),
    secrecy: z.enum(SECRECY_LEVELS).optional(),
    files: z.array(FileEntry).default([]),
  }),
);

const StatusMetadata = z.strictObject(
  told(STATUS_MAPPING, '', {
    kind: z.literal('status'),
    from: organization(STATUS_MAPPING, 'from.'),
    responseFor: z.strictObject(
      told(STATUS_MAPPING, 'responseFor.', {
        organId: exact(),
        code: z.string().overwrite(trimmed).default(''),
        documentId: required(),
        promulgationDate: date().optional(),
      }),
    ),
    staffInfo: staffInfo(STATUS_MAPPING, 'staffInfo.'),
    statusCode: z.enum(['01', '02', '03', '04', '05', '06', '13', '15', '16']),
    description: optional(),
    timestamp: time(),
  }),
);

/** What `metadata.json` holds. A property that is not here is refused, for nobody would see that it was lost. */
export const Metadata = z.discriminatedUnion('kind', [DocumentMetadata, StatusMetadata]);

export type Metadata = z.output<typeof Metadata>;
export type DocumentMetadata = z.output<typeof DocumentMetadata>;
export type StatusMetadata = z.output<typeof StatusMetadata>;
export type FileEntry = z.output<typeof FileEntry>;
