// From what was read to the one vocabulary. Nothing below this file knows the dialect a package came in.

import {
  BUSSINESS_DOC_TYPES,
  HIGHEST_URGENCY,
  isStatusCode,
  STATUS_CODES_IN_USE,
} from '../../message/code-lists/enumerations.ts';
import { excerpt } from '../../message/excerpt.ts';
import { DOCUMENT_FIELDS, STATUS_FIELDS } from '../../message/fields.ts';
import { refuse, refuseFor, ok, type Finding, type Result } from '../../problems/finding.ts';
import {
  type Bussiness,
  type DocumentKind,
  type DocumentMessage,
  type Message,
  type OtherInfo,
  type ResponseFor,
  type StatusMessage,
  type TraceHeader,
  printedCode,
} from '../../message/message.ts';
import { present } from '../../message/present.ts';
import { rowsOf, type FieldRow } from '../../message/rows.ts';
import { splitSphere } from '../circulation.ts';
import { lowering, type Source } from '../lowering.ts';
import { lowerAttachments } from './attachments.ts';
import { DOCUMENT_ONLY } from './elements.ts';
import type { DocumentDraft } from './write.ts';
import type { Notes } from './notes.ts';
import { at, child, every, fieldIn, fieldOf, first, integer, placeOf, text, type Reading } from './reading.ts';

/** src/docs/format.md 5.3. */
const ORDINARY_STEERING = 1;

/** How a reason usually begins; one system's enumeration of kinds is ordered otherwise, and this is how that shows. */
const REASON_WORDS: readonly (readonly [RegExp, DocumentKind])[] = [
  [/^(?:văn bản\s+)?thu hồi/, 'revoke'],
  [/^(?:văn bản\s+)?cập nhật/, 'update'],
  [/^(?:văn bản\s+)?thay thế/, 'replace'],
  [/^văn bản (?:điện tử )?mới/, 'new'],
];

export interface Lowered {
  readonly message: Message;
  readonly findings: readonly Finding[];
}

/** `root` is the reading of `edXML` or of an envelope without it. Errors among the notes make it a refusal. */
export function lower(root: Reading | undefined, notes: Notes): Result<Lowered> {
  const envelope = root?.rule.name === 'edXML' ? first(root, 'edXMLEnvelope') : root;
  const header = first(envelope, 'edXMLHeader', 'MessageHeader');
  if (root === undefined || header === undefined)
    return { ...refuse('envelope-missing', {}, root === undefined ? '/' : placeOf(root)), findings: notes.all };
  const isStatus = first(header, 'StatusCode') !== undefined;
  const both = isStatus ? partOfDocument(root, envelope, header) : undefined;
  if (both !== undefined)
    return { ...refuse('schema-invalid', { field: fieldOf(both) }, placeOf(both)), findings: notes.all };
  const top = first(envelope, 'edXMLHeader');
  noteMissing(top, REQUIRED[isStatus ? 'status' : 'document'], notes);
  const message = isStatus ? lowerStatus(top, header, notes) : lowerDocument(root, envelope, header, notes);
  const error = notes.all.find(({ severity }) => severity === 'error');
  if (error !== undefined) return refuseFor(error, notes.all);
  return ok({ message, findings: notes.all });
}

/**
 * What only a document has. A status needs no signature and its recipient gets it as it is, so whatever came along would be
 * files and acts that nobody signed and nobody checked.
 */
function partOfDocument(root: Reading, envelope: Reading | undefined, header: Reading): Reading | undefined {
  const found = DOCUMENT_ONLY.map((name) => first(header, name));
  const bussiness = first(envelope, 'edXMLHeader', 'TraceHeaderList', 'Bussiness');
  const body = first(envelope, 'edXMLBody');
  const files = [root, envelope, body].map((at) => first(at, 'AttachmentEncoded', 'Attachment'));
  return [...found, bussiness, first(body, 'edXMLManifest', 'Reference'), ...files].find((part) => part !== undefined);
}

/** The element that a row names holds its value. */
const READINGS: Source<Reading> = {
  leaf({ element }, { codes, parts }) {
    if (element === undefined) return () => undefined;
    if (parts !== undefined) return (from) => codeIn(at(from, element));
    const [name = '', ...below] = element;
    // Most stand right there, and a large package has it asked a hundred thousand times.
    if (codes === undefined && below.length === 0) return (from) => child(from, name)?.value;
    if (codes === undefined) return (from) => at(from, element)?.value;
    const meanings = new Map(Object.entries(codes).map(([meaning, code]) => [code, meaning]));
    return (from) => {
      const value = at(from, element)?.value;
      return typeof value === 'number' ? meanings.get(String(value)) : value;
    };
  },
  texts(row) {
    const entries = READINGS.entries(row);
    return (from) => entries(from).flatMap((entry) => text(entry) ?? []);
  },
  group:
    ({ element = [] }) =>
    (from) =>
      at(from, element),
  entries({ element = [] }) {
    const [holder, name = ''] = [element.slice(0, -1), element.at(-1)];
    return (from) => every(at(from, holder), name);
  },
};

/** Some write the code of what is answered in two parts, as in a document's own header. */
function codeIn(code: Reading | undefined): string {
  const [codeNumber, codeNotation] = [text(code, 'CodeNumber') ?? '', text(code, 'CodeNotation') ?? ''];
  return text(code) ?? printedCode({ codeNumber, codeNotation });
}

const readDocument = lowering<DocumentDraft, Reading>(DOCUMENT_FIELDS, READINGS);
const readStatus = lowering<Omit<StatusMessage, 'kind'>, Reading>(STATUS_FIELDS, READINGS);
const REQUIRED = {
  document: requiredIn(rowsOf(DOCUMENT_FIELDS)),
  status: requiredIn(rowsOf(STATUS_FIELDS)),
};

function lowerDocument(root: Reading, envelope: Reading | undefined, header: Reading, notes: Notes): DocumentMessage {
  const top = first(envelope, 'edXMLHeader');
  const traces = first(top, 'TraceHeaderList');
  const document = readDocument(top);
  const { bussiness, otherInfo } = document;
  const kind = kindOf(first(traces, 'Bussiness'), header, notes);
  const { sphereOfPromulgation, circulation } = splitSphere(otherInfo.sphereOfPromulgation ?? '');
  const within = circulation === undefined ? otherInfo : present({ ...otherInfo, sphereOfPromulgation });
  return {
    ...document,
    kind,
    otherInfo: knownUrgency(within, first(header, 'OtherInfo'), notes),
    responseFor: answers(document.responseFor, every(header, 'ResponseFor'), notes),
    traceHeaders: hops(document.traceHeaders, every(traces, 'TraceHeader'), notes),
    attachments: lowerAttachments(root, envelope, notes),
    ...present({
      steeringType: document.steeringType === 0 ? ORDINARY_STEERING : document.steeringType,
      bussiness:
        bussiness && targeted(kind, document.documentId, lowerBussiness(bussiness, first(traces, 'Bussiness'), notes)),
      circulation,
    }),
  };
}

function lowerStatus(top: Reading | undefined, header: Reading, notes: Notes): StatusMessage {
  const status = readStatus(top);
  const { statusCode } = status;
  const known = isStatusCode(statusCode);
  if (!known && statusCode !== '') {
    const facts = { statusCode: excerpt(statusCode, 20), allowed: STATUS_CODES_IN_USE };
    notes.add('error', 'status-code-unknown', facts, placeOf(header) + '/StatusCode');
  }
  noteParts(first(header, 'ResponseFor'), notes);
  // Not one of the codes: then there is an error and nobody gets this message.
  return { ...status, kind: 'status', statusCode: known ? statusCode : '01' };
}

/** An element that must be there, or one around such elements. */
interface Required {
  readonly holder: readonly string[];
  readonly name: string;
  readonly leaf: boolean;
  /** May be left out with all that is in it. */
  readonly optional: boolean;
  readonly inside: readonly Required[];
}

function requiredIn(rows: readonly FieldRow[]): readonly Required[] {
  return rows.flatMap(({ field, element = [], rows: below }) => {
    const { presence, kind } = field;
    const inside = kind === 'group' && field.incomplete === true ? [] : requiredIn(below);
    if (presence !== 'required' && inside.length === 0) return [];
    const [holder, name = ''] = [element.slice(0, -1), element.at(-1)];
    return [{ holder, name, leaf: kind === 'leaf', optional: presence === 'optional', inside }];
  });
}

/** Where a whole group is missing, the group is told. */
function noteMissing(from: Reading | undefined, required: readonly Required[], notes: Notes): void {
  for (const { holder, name, leaf, optional, inside } of required) {
    const above = at(from, holder);
    const found = above === undefined ? undefined : child(above, name);
    const filled = found !== undefined && (!leaf || found.value !== undefined || found.unreadable);
    if (!filled && !optional && above !== undefined) {
      const place = `${placeOf(above)}/${name}`;
      notes.add('error', 'field-missing', { field: fieldIn(place) }, place, place);
    }
    if (inside.length > 0) for (const entry of every(above, name)) noteMissing(entry, inside, notes);
  }
}

function kindOf(bussiness: Reading | undefined, header: Reading, notes: Notes): DocumentKind {
  const written = first(bussiness, 'BussinessDocType');
  const number = written?.value;
  if (number === undefined) {
    if (written?.unreadable !== true) notes.add('warning', 'bussiness-missing', {}, placeOf(bussiness ?? header));
    return 'new';
  }
  const kind = BUSSINESS_DOC_TYPES.rows.find(({ code }) => code === String(number))?.kind;
  if (kind === undefined) {
    notes.add('error', 'field-invalid', { field: fieldOf(written ?? header) }, placeOf(written ?? header));
    return 'new';
  }
  const reason = text(bussiness, 'BussinessDocReason')?.normalize('NFC').toLowerCase() ?? '';
  const told = REASON_WORDS.find(([pattern]) => pattern.test(reason))?.[1];
  if (told !== undefined && told !== kind) {
    const place = `${placeOf(bussiness ?? header)}/BussinessDocReason`;
    notes.add('warning', 'field-invalid', { field: 'Bussiness/BussinessDocReason', kind, told }, place, place);
  }
  return kind;
}

/** An urgency beyond the highest is none. */
function knownUrgency(read: OtherInfo, from: Reading | undefined, notes: Notes): OtherInfo {
  if (read.priority === undefined || read.priority <= HIGHEST_URGENCY) return read;
  const { priority, ...info } = read;
  if (from !== undefined) notes.add('warning', 'priority-unknown', { value: priority }, `${placeOf(from)}/Priority`);
  return info;
}

/** What this document answers; an entry that names nothing is noted and left out. */
function answers(entries: readonly ResponseFor[], readings: readonly Reading[], notes: Notes): readonly ResponseFor[] {
  return entries.filter(({ organId, documentId, code }, index) => {
    const from = readings[index];
    noteParts(from, notes);
    if (organId !== '' || documentId !== '' || code !== '') return true;
    notes.add('warning', 'response-for-empty', {}, from && placeOf(from));
    return false;
  });
}

function noteParts(from: Reading | undefined, notes: Notes): void {
  const code = first(from, 'Code');
  if (code === undefined || code.children.length === 0) return;
  notes.add('warning', 'spelling-variant', { name: 'ResponseFor/Code' }, placeOf(code), 'ResponseFor/Code');
}

/** A test hub writes the word `null` where it has no code. A hop that says nothing at all is noted and left out. */
function hops(entries: readonly TraceHeader[], readings: readonly Reading[], notes: Notes): readonly TraceHeader[] {
  return entries.flatMap(({ organId: written, timestamp }, index) => {
    const organId = written === 'null' ? undefined : written;
    const from = readings[index];
    if (organId === undefined || timestamp === undefined)
      notes.add('warning', 'trace-header-incomplete', {}, from && placeOf(from));
    return organId === undefined && timestamp === undefined ? [] : [present({ organId, timestamp })];
  });
}

function lowerBussiness(bussiness: Bussiness, from: Reading | undefined, notes: Notes): Bussiness {
  const receivers = every(first(from, 'BussinessDocumentInfo', 'ReceiverList'), 'Receiver');
  for (const receiver of receivers) noteReceiverType(receiver, notes);
  const { replacementInfoList: replaced } = bussiness;
  return { ...bussiness, ...present({ replacementInfoList: replaced && distinct(replaced) }) };
}

/** A revocation that names no other document revokes the one it is sent as (src/docs/format.md 3.3). */
function targeted(kind: DocumentKind, document: string, bussiness: Bussiness): Bussiness {
  return kind === 'revoke' ? { ...bussiness, documentId: bussiness.documentId ?? document } : bussiness;
}

function noteReceiverType(receiver: Reading, notes: Notes): void {
  const type = integer(receiver, 'ReceiverType');
  if (type === 0 || type === 1) return;
  const place = `${placeOf(receiver)}/ReceiverType`;
  notes.add('error', 'field-invalid', { field: 'Receiver/ReceiverType' }, place, place);
}

/** The national sample names one replacement twice. */
function distinct<T>(entries: readonly T[]): readonly T[] {
  const seen = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...seen.values()];
}
