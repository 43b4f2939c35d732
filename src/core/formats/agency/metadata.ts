// `metadata.json` of an agency package: the fields of the message under the names of the national vocabulary, for offices
// whose systems write no edXML. The schema here is what is checked and, as `schemas/agency-package.schema.json`, what is
// published.

import { z } from 'zod';
import { trimmed } from '../../xml/spaces.ts';
import { DOCUMENT_FIELDS, STATUS_FIELDS, type Leaf, type Texts } from '../../message/fields.ts';
import { DOCUMENT_KINDS } from '../../message/message.ts';
import { rowsOf, type FieldRow } from '../../message/rows.ts';

/** The entry of the ZIP, or the name of the form part without `.json`. */
export const METADATA_NAME = 'metadata.json';

/** Bytes. As much text as a reader of the national format takes. */
export const METADATA_BYTES = 8 << 20;

/** In a text that must be there, something must stand. */
const FILLED = /\S/;
/** The widest whole number the national format is read with. */
const HIGHEST = 999_999_999;
/** Electronic documents have no date before 1900. */
const DATE = z.iso.date().regex(/^(?:19|[2-9]\d)/);
/** Without a zone it is the time in Vietnam. */
const TIME = z.iso
  .datetime({ local: true, offset: true })
  .regex(/^(?:19|[2-9]\d)[^.]*(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?$/);

/** By what the table of fields says of each, a group's fields under their own names. */
function membersOf(rows: readonly FieldRow[]): Record<string, z.ZodType> {
  return Object.fromEntries(rows.map((row) => [row.name, memberOf(row)]));
}

function memberOf({ field, rows }: FieldRow): z.ZodType {
  if (field.kind === 'leaf') return leafOf(field);
  if (field.kind === 'texts') return z.array(textOf(field, field.filled ? FILLED : undefined)).default([]);
  const group = z.strictObject(membersOf(rows));
  if (field.kind === 'groups')
    return field.presence === 'required' ? z.array(group).min(1) : z.array(group).default([]);
  if (field.presence === 'optional') return group.optional();
  return rows.some((row) => row.field.presence === 'required') ? group : group.default(group.parse({}));
}

function leafOf(field: Leaf): z.ZodType {
  const { presence, values, codes } = field;
  if (isText(field) && values === undefined) {
    if (presence === 'required') return textOf(field, FILLED);
    // Empty says the same as absent.
    return presence === 'always' ? textOf(field).default('') : textOf(field).optional();
  }
  const value = valueOf(field, values ?? Object.keys(codes ?? {}));
  return presence === 'optional' ? value.optional() : value;
}

function valueOf({ value, highest = HIGHEST }: Leaf, closedSet: readonly string[]): z.ZodType {
  if (value === 'flag') return z.boolean();
  if (closedSet.length > 0) return z.enum(closedSet);
  if (value === 'integer') return z.int().min(0).max(highest);
  return value === 'date' ? DATE : TIME;
}

function isText({ value }: Leaf): boolean {
  return value === 'text' || value === 'exact' || value === 'organ-id';
}

/** Blanks at the ends are not part of a text; but a code or a name is not bettered. */
function textOf({ value, values }: Leaf | Texts, pattern?: RegExp) {
  if (values !== undefined) return z.enum(values);
  const text = pattern === undefined ? z.string() : z.string().regex(pattern);
  return value === 'text' ? text.overwrite(trimmed) : text;
}

const FileEntry = z.strictObject({
  name: z.string().regex(FILLED),
  part: z.string().regex(FILLED).optional(),
  description: z.string().overwrite(trimmed).optional(),
  contentId: z.string().overwrite(trimmed).optional(),
  contentType: z.string().overwrite(trimmed).optional(),
  size: z.int().min(0).optional(),
  sha256: z
    .string()
    .regex(/^[0-9A-Fa-f]{64}$/)
    .optional(),
});

const DocumentMetadata = z.strictObject({
  ...membersOf(rowsOf(DOCUMENT_FIELDS)),
  kind: z.enum(DOCUMENT_KINDS),
  files: z.array(FileEntry).default([]),
});

const StatusMetadata = z.strictObject({ kind: z.literal('status'), ...membersOf(rowsOf(STATUS_FIELDS)) });

/** What `metadata.json` holds. A property that is not here is refused, for nobody would see that it was lost. */
export const Metadata = z.discriminatedUnion('kind', [DocumentMetadata, StatusMetadata]);

export type Metadata = z.output<typeof Metadata>;
export type DocumentMetadata = z.output<typeof DocumentMetadata>;
export type StatusMetadata = z.output<typeof StatusMetadata>;
export type FileEntry = z.output<typeof FileEntry>;
