// Reads an agency package, whatever container it came in: the metadata's bytes and the files beside it become one draft.
// What is wrong is told all at once, each fault with the JSON pointer to its place.

import { mostTelling, refuse, refuseFor, ok, type Finding, type Refusal, type Result } from '../../problems/finding.ts';
import { isObject, parseJson, type Json } from '../json/parse.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import type { ProblemCode } from '../../problems/problems.ts';
import { STATUS_CODES_IN_USE } from '../../message/code-lists/enumerations.ts';
import { excerpt } from '../../message/excerpt.ts';
import { nameFault } from '../../message/file-name.ts';
import { isXmlCharacter } from '../../xml/text.ts';
import { derivedId } from '../derived-id.ts';
import { CONTENT_ID_SCHEME } from '../../message/names.ts';
import { EDXML_LIMITS } from '../edxml/limits.ts';
import type { Draft, DraftFile } from '../../message/rendering.ts';
import { documentOf, statusOf } from './lower.ts';
import { Metadata, type DocumentMetadata, type FileEntry } from './metadata.ts';

/** A file as the container holds it. */
export interface AgencyPart {
  /** The entry's path in a ZIP, or the file name of a form part. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Lower-case hex SHA-256. */
  readonly sha256: string;
  /** The bytes, from the beginning at each call. */
  open(): AsyncIterable<Buffer>;
}

export interface AgencyRead {
  readonly draft: Draft;
  readonly findings: readonly Finding[];
}

/**
 * `metadata.json` alone, so that a container can ask before it takes in the files. A document that is classified is refused
 * as `secrecy-forbidden` before anything else is looked at.
 */
export function readMetadata(bytes: Buffer): Result<Metadata> {
  const json = parsed(bytes);
  if (!json.ok) return json;
  if (declaresSecrecy(json.value)) return refuse('secrecy-forbidden', {}, '/secrecy');
  const read = Metadata.safeParse(json.value);
  const faults = [
    ...charactersOf(json.value, ''),
    ...(read.success ? [] : read.error.issues.flatMap((issue) => issueFindings(issue, json.value))),
  ];
  if (!read.success || faults.length > 0) return refusalFor(faults);
  return ok(read.data);
}

/** The draft. Every file must be named in the metadata, every name must have its file, and what was declared must hold. */
export function readAgency(metadata: Metadata, parts: readonly AgencyPart[]): Result<AgencyRead> {
  if (metadata.kind === 'status') {
    const extra = parts.map((part) => error('attachment-unlisted', { name: part.name, contentId: '' }, '/files'));
    if (extra.length > 0) return refusalFor(extra);
    return ok({ draft: { message: statusOf(metadata), files: [] }, findings: [] });
  }
  const { files, faults } = match(metadata.files, parts);
  if (faults.length > 0) return refusalFor(faults);
  const { message, findings } = documentOf(metadata);
  return ok({ draft: { message, files }, findings });
}

/** Names are the same when people see the same: systems store accents in one piece or in two. */
export function partKey(name: string): string {
  return name.normalize('NFC');
}

function match(entries: DocumentMetadata['files'], parts: readonly AgencyPart[]) {
  const faults: Finding[] = [];
  const given = new Map(parts.map((part) => [partKey(part.name), part]));
  const taken = new Set<string>();
  const contentIds = new Set<string>();
  const files: DraftFile[] = [];
  if (entries.length > EDXML_LIMITS.attachments)
    faults.push(error('attachment-too-many', { limit: EDXML_LIMITS.attachments }, '/files'));
  entries.forEach((entry, index) => {
    const place = `/files/${index}`;
    const key = partKey(entry.part ?? entry.name);
    const part = given.get(key);
    const contentId = contentIdOf(entry, index, part?.sha256 ?? '');
    faults.push(...nameFaults(entry, place));
    if (taken.has(key) || contentIds.has(contentId)) faults.push(error('attachment-duplicated', { contentId }, place));
    else if (part === undefined) faults.push(error('attachment-missing', { name: entry.name, contentId }, place));
    else faults.push(...contentFaults(entry, part, place));
    taken.add(key);
    contentIds.add(contentId);
    if (part !== undefined) files.push(draftFile(entry, part, contentId));
  });
  for (const [key, part] of given)
    if (!taken.has(key)) faults.push(error('attachment-unlisted', { name: part.name, contentId: '' }, '/files'));
  return { files, faults };
}

function nameFaults({ name, part }: FileEntry, place: string): readonly Finding[] {
  const written = [
    ['name', name],
    ['part', part],
  ] as const;
  return written.flatMap(([member, text]) => {
    const reason = text === undefined ? undefined : nameFault(text);
    return reason === undefined ? [] : [error('attachment-name-invalid', { reason }, `${place}/${member}`)];
  });
}

function contentFaults(entry: FileEntry, part: AgencyPart, place: string): readonly Finding[] {
  const { name, size, sha256 } = entry;
  if (part.size === 0) return [error('attachment-empty', { name }, place)];
  if (size !== undefined && size !== part.size) return [error('attachment-hash-mismatch', { name }, `${place}/size`)];
  if (sha256 !== undefined && sha256.toLowerCase() !== part.sha256)
    return [error('attachment-hash-mismatch', { name }, `${place}/sha256`)];
  return [];
}

function draftFile(entry: FileEntry, part: AgencyPart, contentId: string): DraftFile {
  const { description = '', contentType = '' } = entry;
  return {
    contentId,
    attachmentName: entry.name,
    ...(description === '' ? {} : { description }),
    ...(contentType === '' ? {} : { contentType }),
    size: part.size,
    sha256: part.sha256,
    open: () => part.open(),
  };
}

/** Where none is given, one that follows from the file and its place, so that the same package makes the same edXML. */
function contentIdOf({ contentId = '' }: FileEntry, index: number, sha256: string): string {
  if (contentId !== '')
    return contentId.startsWith(CONTENT_ID_SCHEME) ? contentId.slice(CONTENT_ID_SCHEME.length) : contentId;
  return derivedId(`${index + 1} ${sha256}`);
}

function parsed(bytes: Buffer): Result<Json> {
  try {
    return ok(parseJson(bytes));
  } catch (fault) {
    if (fault instanceof ProblemError) return refuse(fault.code, fault.facts, '/');
    throw fault;
  }
}

const CLASSIFIED: ReadonlySet<Json> = new Set<Json>(['mat', 'toi-mat', 'tuyet-mat']);

function declaresSecrecy(json: Json): boolean {
  return isObject(json) && CLASSIFIED.has(json['secrecy'] ?? null);
}

/** Control characters, which the national format cannot carry. */
function charactersOf(json: Json, at: string): readonly Finding[] {
  if (typeof json === 'string') {
    for (const character of json)
      if (!isXmlCharacter(character.codePointAt(0) ?? 0)) return [error('field-invalid', { field: at }, at)];
    return [];
  }
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, member]) => charactersOf(member, `${at}/${escaped(name)}`));
}

type Issue = NonNullable<ReturnType<typeof Metadata.safeParse>['error']>['issues'][number];

function issueFindings(issue: Issue, json: Json): readonly Finding[] {
  const at = issue.path.map((name) => `/${escaped(String(name))}`).join('');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => {
      const field = `${at}/${escaped(name)}`;
      return error('schema-invalid', { field }, field);
    });
  const value = valueAt(json, issue.path);
  const code = codeOf(issue, value);
  return [error(code, code === 'status-code-unknown' ? statusCodeFacts(value) : { field: at }, at)];
}

function statusCodeFacts(value: Json | undefined): Finding['facts'] {
  return { statusCode: typeof value === 'string' ? excerpt(value, 20) : '', allowed: STATUS_CODES_IN_USE };
}

function codeOf(issue: Issue, value: Json | undefined): ProblemCode {
  if (value === undefined) return 'field-missing';
  if (typeof value === 'string' && value.trim() === '') return 'field-missing';
  if (issue.path.length === 1 && issue.path[0] === 'statusCode' && typeof value === 'string')
    return 'status-code-unknown';
  const isTime = issue.code === 'invalid_format' && /(?:Date|timestamp)$/.test(String(issue.path.at(-1)));
  return isTime ? 'date-invalid' : 'schema-invalid';
}

function valueAt(json: Json, path: readonly PropertyKey[]): Json | undefined {
  let at: Json | undefined = json;
  for (const name of path)
    at = typeof at === 'object' && at !== null ? new Map(Object.entries(at)).get(String(name)) : undefined;
  return at;
}

/** RFC 6901; names are somebody else's, so they are repeated only so far. */
function escaped(name: string): string {
  return name.slice(0, 60).replaceAll('~', '~0').replaceAll('/', '~1');
}

function error(code: ProblemCode, facts: Finding['facts'], place: string): Finding {
  return { code, severity: 'error', facts, place };
}

function refusalFor(faults: readonly Finding[]): Refusal {
  const [first] = faults;
  // One value can break several rules of the schema.
  const places = new Map(faults.map((fault) => [`${fault.code} ${fault.place ?? ''}`, fault]));
  const findings = mostTelling([...places.values()]);
  return first === undefined ? refuse('schema-invalid', { field: '/' }) : refuseFor(first, findings);
}
