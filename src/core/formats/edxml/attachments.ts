// Attachments as they lie in the package, matched with the manifest that lists them.

import type { Facts, Severity } from '../../problems/finding.ts';
import type { Attachment, OpenedFile } from '../../message/message.ts';
import type { ProblemCode } from '../../problems/problems.ts';
import type { ArchiveReading } from '../../archive/one-file.ts';
import { isArchive, isArchiveName, isDestroyedBinary, isZipFormat, sniff } from '../../message/media.ts';
import { present } from '../../message/present.ts';
import { CONTENT_ID_SCHEME } from '../../message/names.ts';
import type { Notes } from './notes.ts';
import { every, first, placeOf, text, type PayloadReading, type Reading } from './reading.ts';

const NOTHING: PayloadReading = {
  offset: 0,
  encodedLength: 0,
  size: 0,
  sha256: '',
  head: Buffer.alloc(0),
  spaces: 0,
  archive: { kind: 'none' },
};

/** The attachment block stands beside the envelope, in it, or in its body. */
export function lowerAttachments(root: Reading, envelope: Reading | undefined, notes: Notes): readonly Attachment[] {
  const body = first(envelope, 'edXMLBody');
  const block = [root, envelope, body].map((at) => first(at, 'AttachmentEncoded')).find((found) => found !== undefined);
  const references = byContentId(every(first(body, 'edXMLManifest'), 'Reference'), notes);
  const entries = byContentId(every(block, 'Attachment'), notes);
  for (const [contentId, reference] of references) {
    if (entries.has(contentId)) continue;
    const name = text(reference, 'AttachmentName') ?? contentId;
    notes.add('error', 'attachment-missing', { name, contentId }, placeOf(reference), contentId);
  }
  return [...entries].map(([contentId, entry]) => lowerAttachment(contentId, entry, references.get(contentId), notes));
}

function lowerAttachment(contentId: string, entry: Reading, reference: Reading | undefined, notes: Notes): Attachment {
  const place = placeOf(entry);
  const attachmentName = text(entry, 'AttachmentName') ?? text(reference, 'AttachmentName') ?? '';
  const name = attachmentName === '' ? contentId : attachmentName;
  if (attachmentName === '') {
    notes.add('error', 'field-missing', { field: 'Attachment/AttachmentName' }, `${place}/AttachmentName`, place);
  }
  if (reference === undefined) notes.add('error', 'attachment-unlisted', { name, contentId }, place, contentId);
  const payload = first(entry, 'ContentTransferEncoded')?.payload ?? NOTHING;
  const { offset, encodedLength, size, sha256, head } = payload;
  const mediaType = sniff(head);
  const opened = noteContent(name, payload, mediaType, (severity, code, facts) =>
    notes.add(severity, code, { name, ...facts }, place, place),
  );
  const label = text(entry, 'ContentType');
  const listed = text(reference, 'ContentType');
  if (label !== undefined && listed !== undefined && label !== listed)
    notes.add('warning', 'content-type-mismatch', { name, mediaType, declared: listed }, place, place);
  return {
    contentId,
    attachmentName,
    mediaType,
    offset,
    encodedLength,
    size,
    sha256,
    ...present({
      description: text(entry, 'Description') ?? text(reference, 'Description'),
      contentType: label ?? listed,
      opened,
    }),
  };
}

type Note = (severity: Severity, code: ProblemCode, facts?: Facts) => void;

/** Notes faults of the content; returns the file inside it, if it is an archive around one. */
function noteContent(
  name: string,
  { size, head, spaces, archive }: PayloadReading,
  mediaType: string,
  note: Note,
): OpenedFile | undefined {
  if (spaces > 0) note('info', 'encoded-whitespace');
  if (size === 0) note('error', 'attachment-empty');
  else if (isDestroyedBinary(head)) note('error', 'attachment-corrupt', { reason: 'text-conversion' });
  else if (!isArchiveName(name)) return noteArchive(name, archive, mediaType, note);
  return undefined;
}

function noteArchive(name: string, archive: ArchiveReading, mediaType: string, note: Note): OpenedFile | undefined {
  if (archive.kind === 'fault') note('error', archive.code, archive.facts);
  if (archive.kind === 'empty') note('error', 'attachment-empty');
  if (archive.kind === 'several' && !isZipFormat(mediaType, name)) {
    note('error', 'attachment-archive-shape', { reason: 'several' });
  }
  if (archive.kind !== 'one') return undefined;
  const { file, head } = archive;
  note('info', 'attachment-opened');
  if (file.size === 0) note('error', 'attachment-empty');
  else if (isDestroyedBinary(head)) note('error', 'attachment-corrupt', { reason: 'text-conversion' });
  else if (isArchive(file.mediaType) && !isZipFormat(file.mediaType, name)) {
    note('error', 'attachment-archive-shape', { reason: 'nested' });
  }
  return file;
}

/** Files by content id without its scheme, in order; a repeated id leaves open which file is meant. */
function byContentId(entries: readonly Reading[], notes: Notes): Map<string, Reading> {
  const found = new Map<string, Reading>();
  for (const entry of entries) {
    const written = text(entry, 'ContentId') ?? '';
    const hasScheme = written.startsWith(CONTENT_ID_SCHEME);
    const contentId = hasScheme ? written.slice(CONTENT_ID_SCHEME.length) : written;
    if (!hasScheme && written !== '') notes.add('info', 'content-id-variant', { contentId }, placeOf(entry));
    if (contentId === '') {
      const place = `${placeOf(entry)}/ContentId`;
      notes.add('error', 'field-missing', { field: `${entry.rule.name}/ContentId` }, place, place);
    }
    if (found.has(contentId) && contentId !== '')
      notes.add('error', 'attachment-duplicated', { contentId }, placeOf(entry), contentId);
    found.set(contentId, entry);
  }
  return found;
}
