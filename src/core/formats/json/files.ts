// The files of the JSON form: entries of `attachments`, listed once more in the manifest, which alone knows their ids. The
// content is a property of ours beside the name; without it the file must lie beside the text.

import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from './parse.ts';
import { decodeBase64 } from '../../xml/base64.ts';
import { XmlFault } from '../../xml/fault.ts';
import { derivedId } from '../derived-id.ts';
import { present } from '../../message/present.ts';
import { trimmed } from '../../xml/spaces.ts';
import { CONTENT_ID_SCHEME } from '../../message/names.ts';
import { FILE_FIELDS } from '../../message/fields.ts';
import { nameInJson } from '../../message/rows.ts';
import { isDestroyedBinary } from '../../message/media.ts';
import type { DraftFile } from '../../message/rendering.ts';
import type { JsonForm, Located } from './form.ts';
import { JSON_LIMITS } from './limits.ts';

/** An entry of `attachments` or of the manifest, as it is written. Undefined: absent or empty. */
interface Entry {
  readonly place: string;
  readonly contentId: string | undefined;
  readonly attachmentName: string | undefined;
  readonly description: string | undefined;
  readonly contentType: string | undefined;
}

type Content = Pick<DraftFile, 'size' | 'sha256' | 'open'>;

/** `beside`: by attachment name. Problems are noted as errors. */
export function readFiles(
  root: JsonObject,
  form: JsonForm,
  beside: ReadonlyMap<string, DraftFile>,
): readonly DraftFile[] {
  const at: Located = { value: root, place: '' };
  const references = entries(form.values(at, ['body', 'manifest', 'references', 'reference']), form);
  const listed = form.values(at, ['attachments']).filter(({ value }) => value !== null && value !== '');
  if (listed.length > JSON_LIMITS.attachments) {
    form.notes.add('error', 'attachment-too-many', { limit: JSON_LIMITS.attachments }, 'attachments');
    return [];
  }
  const matched = new Set<Entry>();
  const files = listed.flatMap((entry, index) => {
    const read = entryOf(entry, form);
    if (read === undefined) return [];
    const reference = references.find((candidate) => !matched.has(candidate) && isSame(candidate, read));
    if (reference !== undefined) matched.add(reference);
    else if (references.length > 0) note(form, 'attachment-unlisted', read);
    const content = contentOf(entry, read, form, beside);
    return content === undefined ? [] : [fileOf(read, reference, content, index)];
  });
  for (const reference of references) if (!matched.has(reference)) note(form, 'attachment-missing', reference);
  noteDuplicates(files, form);
  return files;
}

function entries(found: readonly Located[], form: JsonForm): readonly Entry[] {
  return found.flatMap((located) => {
    const entry = entryOf(located, form);
    return entry === undefined || (entry.contentId ?? entry.attachmentName) === undefined ? [] : [entry];
  });
}

function entryOf({ value, place }: Located, form: JsonForm): Entry | undefined {
  if (!isObject(value)) {
    if (value !== null && value !== '') form.notes.add('error', 'schema-invalid', { field: place }, place, place);
    return undefined;
  }
  const textOf = (field: keyof typeof FILE_FIELDS): string | undefined => {
    const found = form.members(value, nameInJson(FILE_FIELDS[field]), place)[0];
    const text = found === undefined ? undefined : form.text(found);
    return text === undefined || trimmed(text) === '' ? undefined : text;
  };
  const labelOf = (field: keyof typeof FILE_FIELDS): string | undefined => {
    const text = textOf(field);
    return text === undefined ? undefined : trimmed(text);
  };
  const contentId = labelOf('contentId');
  const scheme = contentId?.startsWith(CONTENT_ID_SCHEME) === true ? CONTENT_ID_SCHEME.length : 0;
  return {
    place,
    contentId: contentId?.slice(scheme),
    attachmentName: textOf('attachmentName'),
    description: labelOf('description'),
    contentType: labelOf('contentType'),
  };
}

/** By id where both have one, else by name. */
function isSame(reference: Entry, entry: Entry): boolean {
  if (reference.contentId !== undefined && entry.contentId !== undefined) {
    return reference.contentId === entry.contentId;
  }
  return reference.attachmentName === entry.attachmentName;
}

/** The content in the text, or that of the file beside it. */
function contentOf(
  { value, place }: Located,
  entry: Entry,
  form: JsonForm,
  beside: ReadonlyMap<string, DraftFile>,
): Content | undefined {
  if (entry.attachmentName === undefined) {
    const field = `${place}.${nameInJson(FILE_FIELDS.attachmentName)}`;
    form.notes.add('error', 'field-missing', { field }, field, field);
    return undefined;
  }
  const written = isObject(value) ? form.members(value, nameInJson(FILE_FIELDS.content), place)[0] : undefined;
  const besideIt = beside.get(entry.attachmentName);
  if (written === undefined || written.value === null) {
    if (besideIt === undefined) note(form, 'attachment-missing', entry);
    return besideIt;
  }
  if (typeof written.value !== 'string') {
    form.notes.add('error', 'schema-invalid', { field: written.place }, written.place, written.place);
    return undefined;
  }
  return decoded(written.value, entry, form);
}

function decoded(text: string, entry: Entry, form: JsonForm): Content | undefined {
  const name = entry.attachmentName ?? '';
  try {
    const bytes = decodeBase64(Buffer.from(text, 'utf8'), { name });
    const head = bytes.subarray(0, 512);
    if (bytes.length === 0) note(form, 'attachment-empty', entry);
    else if (isDestroyedBinary(head)) note(form, 'attachment-corrupt', entry);
    return {
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      // eslint-disable-next-line @typescript-eslint/require-await -- in memory, but others are not
      async *open() {
        yield bytes;
      },
    };
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    form.notes.add('error', error.code, error.facts, entry.place, entry.place);
    return undefined;
  }
}

function fileOf(entry: Entry, reference: Entry | undefined, content: Content, index: number): DraftFile {
  const attachmentName = entry.attachmentName ?? '';
  const { size, sha256 } = content;
  return {
    contentId: entry.contentId ?? reference?.contentId ?? derivedId(`${index} ${attachmentName} ${sha256}`),
    attachmentName,
    size,
    sha256,
    open: () => content.open(),
    ...present({
      description: entry.description ?? reference?.description,
      contentType: entry.contentType ?? reference?.contentType,
    }),
  };
}

function noteDuplicates(files: readonly DraftFile[], form: JsonForm): void {
  const seen = new Set<string>();
  for (const { contentId } of files) {
    if (seen.has(contentId)) form.notes.add('error', 'attachment-duplicated', { contentId }, 'attachments', contentId);
    seen.add(contentId);
  }
}

function note(
  form: JsonForm,
  code: 'attachment-missing' | 'attachment-unlisted' | 'attachment-empty' | 'attachment-corrupt',
  entry: Entry,
): void {
  const name = entry.attachmentName ?? entry.contentId ?? '';
  form.notes.add('error', code, { name, contentId: entry.contentId ?? '' }, entry.place, entry.place);
}
