// Tells the type of a file by its first bytes. Labels and names are often wrong in real traffic, so the gateway
// believes only the bytes.

import { isUtf8 } from 'node:buffer';

interface Magic {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly at?: number;
}

export const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

export const PDF = 'application/pdf';
const EXECUTABLE = 'application/x-executable';
const ZIP = 'application/zip';
const OOXML = 'application/vnd.openxmlformats-officedocument';
const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const ZIP_ENTRY_NAME = 30;

/** In order: the first that fits. */
const MAGICS: readonly Magic[] = [
  magic(PDF, '%PDF-'),
  magic(ZIP, [0x50, 0x4b, 0x03, 0x04]),
  magic(ZIP, [0x50, 0x4b, 0x05, 0x06]),
  magic('application/x-ole-storage', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
  magic('image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  magic('image/jpeg', [0xff, 0xd8, 0xff]),
  magic('image/gif', 'GIF8'),
  magic('image/tiff', [0x49, 0x49, 0x2a, 0x00]),
  magic('image/tiff', [0x4d, 0x4d, 0x00, 0x2a]),
  magic('image/bmp', 'BM'),
  magic('application/rtf', '{\\rtf'),
  magic('application/x-7z-compressed', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
  magic('application/vnd.rar', 'Rar!\u001a\u0007'),
  magic('application/gzip', [0x1f, 0x8b, 0x08]),
  magic('video/mp4', 'ftyp', 4),
  magic('audio/mpeg', 'ID3'),
  magic('image/vnd.dwg', 'AC10'),
  magic(EXECUTABLE, 'MZ'),
  magic(EXECUTABLE, [0x7f, 0x45, 0x4c, 0x46]),
  magic(EXECUTABLE, [0xcf, 0xfa, 0xed, 0xfe]),
  magic(EXECUTABLE, [0xce, 0xfa, 0xed, 0xfe]),
  magic(EXECUTABLE, [0xca, 0xfe, 0xba, 0xbe]),
  magic(EXECUTABLE, '#!'),
  magic(EXECUTABLE, [0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00]),
];

/** Names of the first entry that tell office files from other archives. */
const OOXML_ENTRIES: readonly (readonly [prefix: string, mediaType: string])[] = [
  ['[Content_Types].xml', OOXML],
  ['_rels/', OOXML],
  ['docProps/', OOXML],
  ['customXml/', OOXML],
  ['word/', `${OOXML}.wordprocessingml.document`],
  ['xl/', `${OOXML}.spreadsheetml.sheet`],
  ['ppt/', `${OOXML}.presentationml.presentation`],
];

/** The first tag of markup, lower case, after the prolog. */
const FIRST_TAGS: readonly (readonly [pattern: RegExp, mediaType: string])[] = [
  [/^<(?:!doctype\s+svg|svg[\s>:]|\w+:svg[\s>])/, 'image/svg+xml'],
  [/^<(?:!doctype\s+html|html|head|body|script|iframe|title|meta|table|div|img|a\s)/, 'text/html'],
];

const DECLARATION = /^<\?xml[\s?]/;

/** A file with enough of these, and with text bytes only, was destroyed. */
const REPLACEMENT = Buffer.from('\ufffd');
const DESTROYED_REPLACEMENTS = 3;

/** Bytes that tell a type: 64 tell most types, 512 tell markup too. */
export const SNIFFED_BYTES = 512;

/** Formats that are ZIP archives themselves. Not every writer begins them with their typical entry. */
const ZIP_FORMATS: ReadonlySet<string> = new Set(
  'docx docm dotx dotm xlsx xlsm xlsb xltx xltm pptx pptm ppsx potx odt ott ods ots odp otp odg odf asice asics'.split(
    ' ',
  ),
);

const PDF_HEADER = /%PDF-\d\.\d/;

/**
 * Offset of a PDF file's header among its first bytes: readers ignore the bytes before it (ISO 32000-1 annex H.3). -1
 * where there is none.
 */
export function pdfStart(head: Buffer): number {
  return head.subarray(0, SNIFFED_BYTES).toString('latin1').search(PDF_HEADER);
}

/** `bytes`: the available first bytes of a file. */
export function sniff(bytes: Buffer): string {
  const head = bytes.subarray(0, SNIFFED_BYTES);
  const magic = MAGICS.find(
    ({ bytes, at = 0 }) =>
      head.length >= at + bytes.length && head.compare(bytes, 0, bytes.length, at, at + bytes.length) === 0,
  );
  if (magic?.mediaType === ZIP) return insideZip(head);
  if (magic?.mediaType === 'image/bmp' && looksLikeText(head)) return markupOrText(head);
  if (magic !== undefined) return magic.mediaType;
  if (pdfStart(head) !== -1) return PDF;
  return looksLikeText(head) ? markupOrText(head) : UNKNOWN_MEDIA_TYPE;
}

/**
 * Whether a file that should be binary was read as UTF-8 text and written back: every byte above 127 is gone for good.
 * `head`: its first bytes.
 */
export function isDestroyedBinary(head: Buffer): boolean {
  let count = 0;
  let at = head.indexOf(REPLACEMENT);
  for (; at !== -1 && count < DESTROYED_REPLACEMENTS; at = head.indexOf(REPLACEMENT, at + REPLACEMENT.length))
    count += 1;
  return count === DESTROYED_REPLACEMENTS && isCutUtf8(head) && !isWrittenText(sniff(head));
}

/** Whether a type is text that people or programs write as such. */
function isWrittenText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType === 'application/xml' || mediaType === 'image/svg+xml';
}

/** The last character may be cut off. */
function isCutUtf8(head: Buffer): boolean {
  return [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, head.length - cut)));
}

/** The last part of a name, lower case; empty where there is none. */
export function extensionOf(name: string): string {
  return /\.([0-9A-Za-z]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Whether the sender attached an archive, not a file that a library wrapped. */
export function isArchiveName(name: string): boolean {
  return extensionOf(name) === 'zip';
}

export function isArchive(mediaType: string): boolean {
  return mediaType === ZIP;
}

/** Whether an archive of several files is a file of an archive-based format, by its first entry or by its name. */
export function isZipFormat(mediaType: string, name: string): boolean {
  return mediaType.startsWith('application/vnd.') || ZIP_FORMATS.has(extensionOf(name));
}

function magic(mediaType: string, bytes: string | readonly number[], at = 0): Magic {
  return { mediaType, bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes), at };
}

function insideZip(head: Buffer): string {
  const entry = head.subarray(ZIP_ENTRY_NAME).toString('latin1');
  const declaration = /^mimetype(application\/vnd\.oasis\.opendocument\.[a-z-]+)/.exec(entry);
  if (declaration?.[1] !== undefined) return declaration[1].replace(/PK$/, '');
  return OOXML_ENTRIES.find(([prefix]) => entry.startsWith(prefix))?.[1] ?? ZIP;
}

function markupOrText(head: Buffer): string {
  const start = (head.subarray(0, 3).equals(UTF8_BOM) ? head.subarray(3) : head)
    .toString('utf8')
    .trimStart()
    .toLowerCase();
  const tag = afterProlog(start);
  const type = FIRST_TAGS.find(([pattern]) => pattern.test(tag))?.[1];
  return type ?? (DECLARATION.test(start) ? 'application/xml' : 'text/plain');
}

/** Skips the prolog without a pattern: an attacker's file could make a pattern for many comments run for ever. */
function afterProlog(text: string): string {
  let rest = DECLARATION.test(text) ? after(text, '?>') : text;
  while (rest.startsWith('<!--')) rest = after(rest, '-->');
  return rest;
}

/** Empty when the available bytes do not hold the end. */
function after(text: string, end: string): string {
  const at = text.indexOf(end);
  return at < 0 ? '' : text.slice(at + end.length).trimStart();
}

function looksLikeText(head: Buffer): boolean {
  return (
    head.length > 0 &&
    head.every((byte) =>
      byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x0c,
    )
  );
}
