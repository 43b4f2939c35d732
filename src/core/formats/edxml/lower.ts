// From what was read to the one vocabulary. Nothing below this file knows the dialect a package came in.

import { HIGHEST_URGENCY, isStatusCode } from '../../message/code-lists/enumerations.ts';
import { excerpt } from '../../message/excerpt.ts';
import { refuse, refuseFor, step, type Finding, type Step } from '../../problems/finding.ts';
import {
  type Bussiness,
  type Code,
  type DocumentKind,
  type DocumentMessage,
  type Message,
  type Organization,
  type OtherInfo,
  type ResponseFor,
  type StaffInfo,
  type StatusMessage,
  type TraceHeader,
  printedCode,
} from '../../message/message.ts';
import { splitSphere, type Sphere } from '../circulation.ts';
import { lowerAttachments } from './attachments.ts';
import { DOCUMENT_ONLY, REQUIRED } from './elements.ts';
import { DOCUMENT_KINDS } from '../../message/names.ts';
import type { Notes } from './notes.ts';
import { every, fieldOf, first, flag, integer, placeOf, text, type Reading } from './reading.ts';
import { given } from './given.ts';

/** Format facts, section 5.5. */
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
export function lower(root: Reading | undefined, notes: Notes): Step<Lowered> {
  const envelope = root?.rule.name === 'edXML' ? first(root, 'edXMLEnvelope') : root;
  const header = first(envelope, 'edXMLHeader', 'MessageHeader');
  if (root === undefined || header === undefined)
    return { ...refuse('envelope-missing', {}, root === undefined ? '/' : placeOf(root)), findings: notes.all };
  const isStatus = first(header, 'StatusCode') !== undefined;
  const both = isStatus ? partOfDocument(root, envelope, header) : undefined;
  if (both !== undefined)
    return { ...refuse('schema-invalid', { field: fieldOf(both) }, placeOf(both)), findings: notes.all };
  noteMissing(header, REQUIRED[isStatus ? 'status' : 'document'], notes);
  const message = isStatus ? lowerStatus(header, notes) : lowerDocument(root, envelope, header, notes);
  const error = notes.all.find(({ severity }) => severity === 'error');
  if (error !== undefined) return refuseFor(error, notes.all);
  return step({ message, findings: notes.all });
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

function lowerDocument(root: Reading, envelope: Reading | undefined, header: Reading, notes: Notes): DocumentMessage {
  const traces = first(envelope, 'edXMLHeader', 'TraceHeaderList');
  const bussiness = first(traces, 'Bussiness');
  const kind = kindOf(bussiness, header, notes);
  const sphere = splitSphere(text(header, 'OtherInfo', 'SphereOfPromulgation') ?? '');
  return {
    kind,
    from: organization(first(header, 'From')),
    to: every(header, 'To').map(organization),
    documentId: text(header, 'DocumentId') ?? '',
    code: code(first(header, 'Code')),
    promulgationInfo: {
      promulgationDate: text(header, 'PromulgationInfo', 'PromulgationDate') ?? '',
      ...given({ place: text(header, 'PromulgationInfo', 'Place') }),
    },
    documentType: given({
      type: integer(header, 'DocumentType', 'Type'),
      typeDetail: integer(header, 'DocumentType', 'TypeDetail'),
      typeName: text(header, 'DocumentType', 'TypeName'),
    }),
    subject: text(header, 'Subject') ?? '',
    otherInfo: otherInfo(first(header, 'OtherInfo'), sphere, notes),
    responseFor: every(header, 'ResponseFor').flatMap((entry) => answered(entry, notes)),
    toPlaces: texts(first(header, 'ToPlaces'), 'Place'),
    traceHeaders: every(traces, 'TraceHeader').flatMap((hop) => traceHeader(hop, notes)),
    attachments: lowerAttachments(root, envelope, notes),
    ...given({
      content: text(header, 'Content'),
      signerInfo: filled({
        competence: text(header, 'SignerInfo', 'Competence'),
        position: text(header, 'SignerInfo', 'Position'),
        fullName: text(header, 'SignerInfo', 'FullName'),
      }),
      dueDate: text(header, 'DueDate'),
      steeringType: steeringType(integer(header, 'SteeringType')),
      bussiness: bussiness === undefined ? undefined : targeted(kind, header, lowerBussiness(bussiness, notes)),
      circulation: sphere.circulation,
    }),
  };
}

function lowerStatus(header: Reading, notes: Notes): StatusMessage {
  const written = text(header, 'StatusCode') ?? '';
  if (!isStatusCode(written) && written !== '') {
    notes.add('error', 'status-code-unknown', { statusCode: excerpt(written, 20) }, placeOf(header) + '/StatusCode');
  }
  return {
    kind: 'status',
    from: organization(first(header, 'From')),
    responseFor: responseFor(first(header, 'ResponseFor'), notes),
    // Not one of the codes: then there is an error and nobody gets this message.
    statusCode: isStatusCode(written) ? written : '01',
    timestamp: text(header, 'Timestamp') ?? '',
    ...given({ staffInfo: staffInfo(first(header, 'StaffInfo')), description: text(header, 'Description') }),
  };
}

function noteMissing(header: Reading, paths: readonly (readonly string[])[], notes: Notes): void {
  for (const path of paths) {
    const groups = path.length === 1 ? [header] : every(header, path[0] ?? '');
    const name = path.at(-1) ?? '';
    if (groups.length === 0)
      notes.add(
        'error',
        'field-missing',
        { field: path[0] ?? '' },
        `${placeOf(header)}/${path[0] ?? ''}`,
        path[0] ?? '',
      );
    for (const group of groups) {
      const found = first(group, name);
      if (found?.value !== undefined || found?.unreadable === true) continue;
      const place = `${placeOf(group)}/${name}`;
      const field = group === header ? name : `${fieldOf(group)}/${name}`;
      notes.add('error', 'field-missing', { field }, place, place);
    }
  }
}

function kindOf(bussiness: Reading | undefined, header: Reading, notes: Notes): DocumentKind {
  const written = first(bussiness, 'BussinessDocType');
  const number = written?.value;
  if (number === undefined) {
    if (written?.unreadable !== true) notes.add('warning', 'bussiness-missing', {}, placeOf(bussiness ?? header));
    return 'new';
  }
  if (number !== 0 && number !== 1 && number !== 2 && number !== 3) {
    notes.add('error', 'field-invalid', { field: fieldOf(written ?? header) }, placeOf(written ?? header));
    return 'new';
  }
  const kind = DOCUMENT_KINDS[number];
  const reason = text(bussiness, 'BussinessDocReason')?.normalize('NFC').toLowerCase() ?? '';
  const told = REASON_WORDS.find(([pattern]) => pattern.test(reason))?.[1];
  if (told !== undefined && told !== kind) {
    const place = `${placeOf(bussiness ?? header)}/BussinessDocReason`;
    notes.add('warning', 'field-invalid', { field: 'Bussiness/BussinessDocReason', kind, told }, place, place);
  }
  return kind;
}

function organization(from: Reading | undefined): Organization {
  return {
    organId: text(from, 'OrganId') ?? '',
    ...given({
      organizationInCharge: text(from, 'OrganizationInCharge'),
      organName: text(from, 'OrganName'),
      organAdd: text(from, 'OrganAdd'),
      email: text(from, 'Email'),
      telephone: text(from, 'Telephone'),
      fax: text(from, 'Fax'),
      website: text(from, 'Website'),
    }),
  };
}

function code(from: Reading | undefined): Code {
  return { codeNumber: text(from, 'CodeNumber') ?? '', codeNotation: text(from, 'CodeNotation') ?? '' };
}

function otherInfo(from: Reading | undefined, sphere: Sphere, notes: Notes): OtherInfo {
  const priority = integer(from, 'Priority');
  const known = priority === undefined || priority <= HIGHEST_URGENCY;
  if (!known && from !== undefined)
    notes.add('warning', 'priority-unknown', { value: priority }, `${placeOf(from)}/Priority`);
  const appendixes = texts(first(from, 'Appendixes'), 'Appendix');
  return given({
    priority: known ? priority : undefined,
    sphereOfPromulgation: sphere.sphereOfPromulgation,
    typerNotation: text(from, 'TyperNotation'),
    promulgationAmount: integer(from, 'PromulgationAmount'),
    pageAmount: integer(from, 'PageAmount'),
    direction: flag(from, 'Direction'),
    appendixes: appendixes.length === 0 ? undefined : appendixes,
  });
}

/** What this document answers; an entry that names nothing is noted and left out. */
function answered(entry: Reading, notes: Notes): readonly ResponseFor[] {
  const read = responseFor(entry, notes);
  if (read.organId !== '' || read.documentId !== '' || read.code !== '') return [read];
  notes.add('warning', 'response-for-empty', {}, placeOf(entry));
  return [];
}

/** The code is one string here; some write it in two parts, as in a document's own header. */
function responseFor(from: Reading | undefined, notes: Notes): ResponseFor {
  const parts = first(from, 'Code');
  if (parts !== undefined && parts.children.length > 0)
    notes.add('warning', 'spelling-variant', { name: 'ResponseFor/Code' }, placeOf(parts), 'ResponseFor/Code');
  return {
    organId: text(from, 'OrganId') ?? '',
    code: text(parts) ?? printedCode(code(parts)),
    documentId: text(from, 'DocumentId') ?? '',
    ...given({ promulgationDate: text(from, 'PromulgationDate') }),
  };
}

function staffInfo(from: Reading | undefined): StaffInfo | undefined {
  return filled({
    department: text(from, 'Department'),
    staff: text(from, 'Staff'),
    email: text(from, 'Email'),
    mobile: text(from, 'Mobile'),
  });
}

/** A test hub writes the word `null` where it has no code. A hop that says nothing at all is noted and left out. */
function traceHeader(hop: Reading, notes: Notes): readonly TraceHeader[] {
  const written = text(hop, 'OrganId');
  const organId = written === 'null' ? undefined : written;
  const timestamp = text(hop, 'Timestamp');
  if (organId === undefined || timestamp === undefined)
    notes.add('warning', 'trace-header-incomplete', {}, placeOf(hop));
  return organId === undefined && timestamp === undefined ? [] : [given({ organId, timestamp })];
}

function lowerBussiness(from: Reading, notes: Notes): Bussiness {
  const info = first(from, 'BussinessDocumentInfo');
  const receivers = every(first(info, 'ReceiverList'), 'Receiver').map((receiver) => ({
    organId: text(receiver, 'OrganId') ?? '',
    receiverType: receiverType(receiver, notes),
  }));
  const replaced = every(first(from, 'ReplacementInfoList'), 'ReplacementInfo').map((entry) => ({
    documentId: text(entry, 'DocumentId') ?? '',
    organIdList: texts(first(entry, 'OrganIdList'), 'OrganId'),
  }));
  return given({
    documentId: text(from, 'DocumentId'),
    bussinessDocReason: text(from, 'BussinessDocReason'),
    paper: integer(from, 'Paper'),
    staffInfo: staffInfo(first(from, 'StaffInfo')),
    documentInfo: flag(info, 'DocumentInfo'),
    documentReceiver: flag(info, 'DocumentReceiver'),
    receiverList: receivers.length === 0 ? undefined : receivers,
    replacementInfoList: replaced.length === 0 ? undefined : distinct(replaced),
  });
}

/** A revocation that names no other document revokes the one it is sent as (format facts, section 3.4; confidence L). */
function targeted(kind: DocumentKind, header: Reading, read: Bussiness): Bussiness {
  const documentId = read.documentId ?? text(header, 'DocumentId');
  return kind === 'revoke' && documentId !== undefined ? { ...read, documentId } : read;
}

/** 0 and 1 both say that nothing is steered: sources number it from either. */
function steeringType(written: number | undefined): number | undefined {
  return written === 0 ? ORDINARY_STEERING : written;
}

function receiverType(receiver: Reading, notes: Notes): 'removed' | 'added' {
  const type = integer(receiver, 'ReceiverType');
  if (type === 0) return 'removed';
  if (type !== 1) {
    const place = `${placeOf(receiver)}/ReceiverType`;
    notes.add('error', 'field-invalid', { field: 'Receiver/ReceiverType' }, place, place);
  }
  return 'added';
}

/** The national sample names one replacement twice. */
function distinct<T>(entries: readonly T[]): readonly T[] {
  const seen = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...seen.values()];
}

function texts(from: Reading | undefined, name: string): readonly string[] {
  return every(from, name).flatMap((entry) => text(entry) ?? []);
}

/** Undefined when there is nothing in it. */
function filled<T extends object>(fields: T): ReturnType<typeof given<T>> | undefined {
  const kept = given(fields);
  return Object.keys(kept).length === 0 ? undefined : kept;
}
