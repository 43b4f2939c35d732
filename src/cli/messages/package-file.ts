// A package in a file, in the form that its first bytes show. Attachments stay in the file until the caller opens them.

import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse, ok, type Finding, type Result } from '../../core/problems/finding.ts';
import { draftOf } from '../../core/formats/draft.ts';
import { formOf } from '../../core/formats/forms.ts';
import { JSON_LIMITS } from '../../core/formats/json/limits.ts';
import { attachmentNames, readJsonForm } from '../../core/formats/json/read.ts';
import type { Draft, DraftFile, FormName } from '../../core/message/rendering.ts';
import type { OpenedPackage } from '../../core/open/opened.ts';
import { PackageReader } from '../../core/open/pipeline.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import { nameFault } from '../../core/message/file-name.ts';
import { codeOf } from '../../drivers/error-code.ts';
import { openAgencyPackage } from '../../gateway/receive/agency/zip.ts';
import { attachmentFiles } from '../../gateway/content/attachment-files.ts';
import { progress } from '../terminal.ts';

/** An existing file that is no folder. The caller that opened it closes `handle`. */
export interface OpenedFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
  /** Any part of it can be read again; of a pipe none can. */
  readonly inPlace: boolean;
}

/** A message out of a file; its files can be opened as long as the file is. */
export interface FiledDraft {
  readonly form: FormName;
  readonly draft: Draft;
  /** Findings of the reader, and losses between file and draft. */
  readonly findings: readonly Finding[];
}

/** Rejects with `file-unreadable`. */
export async function openFile(path: string): Promise<OpenedFile> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new ProblemError('file-unreadable', { file: path, reason: codeOf(cause) }, { cause });
  });
  const status = await handle.stat();
  if (!status.isDirectory()) return { path, handle, size: status.size, inPlace: status.isFile() };
  await handle.close();
  throw new ProblemError('file-unreadable', { file: path, reason: 'EISDIR' });
}

/** `folder`: the folder of the files that a JSON text names without their content. */
export async function readDraft(file: OpenedFile, folder: string | undefined): Promise<Result<FiledDraft>> {
  if (!file.inPlace) throw new ProblemError('file-unreadable', { file: file.path, reason: 'ESPIPE' });
  const head = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.handle.read(head, 0, HEAD_BYTES, 0);
  if (bytesRead === 0) return refuse('body-empty');
  const form = formOf(head.subarray(0, bytesRead));
  return READERS[form](file, folder);
}

const HEAD_BYTES = 4096;
const CHUNK_BYTES = 256 * 1024;
const PROGRESS_MILLISECONDS = 1000;

type ReadForm = (file: OpenedFile, folder: string | undefined) => Promise<Result<FiledDraft>>;

const READERS: Readonly<Record<FormName, ReadForm>> = {
  edxml: draftOfEdxml,
  json: draftOfJson,
  agency: draftOfAgency,
};

/** One pass in constant memory. */
async function readEdxml(file: OpenedFile): Promise<Result<OpenedPackage>> {
  const reader = new PackageReader();
  for await (const bytes of bytesOf(file)) {
    const refusal = reader.feed(bytes);
    if (refusal !== undefined) return refusal;
  }
  return reader.end();
}

/** The whole file in pieces; a long one says how far it is read. */
export async function* bytesOf({ path, handle, size, inPlace }: OpenedFile): AsyncGenerator<Buffer, void, undefined> {
  let read = 0;
  let told = performance.now();
  for await (const bytes of piecesOf(handle, inPlace ? { start: 0 } : {})) {
    yield bytes;
    read += bytes.length;
    if (performance.now() - told < PROGRESS_MILLISECONDS) continue;
    told = performance.now();
    progress(`${path}: ${Math.floor((100 * read) / Math.max(size, read))} %`);
  }
}

async function draftOfEdxml(file: OpenedFile): Promise<Result<FiledDraft>> {
  const read = await readEdxml(file);
  if (!read.ok) return read;
  const { message, findings, signature } = read.value;
  const files = attachmentFiles(message, (range) => Promise.resolve(piecesOf(file.handle, range)));
  const unsigned = signature.kind === 'absent' ? [] : [SIGNATURE_LOST];
  return ok({ form: 'edxml', draft: draftOf(message, files), findings: [...findings, ...unsigned] });
}

/** A signature covers one spelling of the document, so the conversion loses it. */
const SIGNATURE_LOST: Finding = {
  code: 'field-not-carried',
  severity: 'warning',
  facts: { field: 'Signature' },
  place: '/edXML/edXMLEnvelope/edXMLHeader/Signature',
};

async function draftOfAgency({ handle, size }: OpenedFile): Promise<Result<FiledDraft>> {
  const opened = await openAgencyPackage({
    size,
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    // The caller that opened the file closes the handle.
    close: () => Promise.resolve(),
  });
  return opened.ok ? ok({ form: 'agency', draft: opened.value.draft, findings: opened.value.findings }) : opened;
}

async function draftOfJson({ handle, size }: OpenedFile, folder: string | undefined): Promise<Result<FiledDraft>> {
  if (size > JSON_LIMITS.bytes) return refuse('payload-too-large', { limit: JSON_LIMITS.bytes });
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(handle, { start: 0 })) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const files = folder === undefined ? new Map<string, DraftFile>() : await filesIn(folder, attachmentNames(bytes));
  const read = readJsonForm(bytes, { files });
  return read.ok ? ok({ form: 'json', ...read.value }) : read;
}

/** The files that exist under these names. A name that leads out of the folder names none. */
async function filesIn(folder: string, names: readonly string[]): Promise<ReadonlyMap<string, DraftFile>> {
  const found = new Map<string, DraftFile>();
  for (const name of names) {
    if (nameFault(name) !== undefined) continue;
    const file = await fileAt(join(folder, name), name);
    if (file !== undefined) found.set(name, file);
  }
  return found;
}

async function fileAt(path: string, attachmentName: string): Promise<DraftFile | undefined> {
  const handle = await open(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new ProblemError('file-unreadable', { file: path, reason: codeOf(error) }, { cause: error });
  });
  if (handle === undefined) return undefined;
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of piecesOf(handle, { start: 0 })) {
      hash.update(piece);
      size += piece.length;
    }
    return { contentId: '', attachmentName, size, sha256: hash.digest('hex'), open: () => piecesAt(path) };
  } finally {
    await handle.close();
  }
}

async function* piecesAt(path: string): AsyncGenerator<Buffer, void, undefined> {
  const handle = await open(path);
  try {
    yield* piecesOf(handle, { start: 0 });
  } finally {
    await handle.close();
  }
}

/** `end`: the last byte; to the end without it. A pipe is read on from where it is. */
async function* piecesOf(
  handle: FileHandle,
  { start, end = Infinity }: { readonly start?: number; readonly end?: number },
): AsyncGenerator<Buffer, void, undefined> {
  let at = start ?? 0;
  while (at <= end) {
    const piece = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end + 1 - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, start === undefined ? null : at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
