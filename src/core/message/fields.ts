// Every field of a message, one row each: its element in the national format, its name in the converter's JSON form,
// the type of its text, and whether it is required. Reader and writer of the national format, JSON form, agency
// package, limits, loss lists, the published schemas and schemas/fields.md walk these tables; the words for a field
// stand in src/texts/fields.ts. The compiler checks them against `Message`: a field without a row does not compile, nor
// a row without a field or with another type.
//
// Rows stand in the order of the message. The places of elements and their repetition come from the national library
// and from real packages, not from the legal text, which could not be read in full.

import { BUSSINESS_DOC_TYPES, HIGHEST_URGENCY, STATUSES } from './code-lists/enumerations.ts';
import type { LimitName } from './limits.ts';
import {
  CIRCULATIONS,
  SECRECY_LEVELS,
  type Attachment,
  type Bussiness,
  type Code,
  type DocumentMessage,
  type Organization,
  type OtherInfo,
  type ResponseFor,
  type StaffInfo,
  type StatusMessage,
} from './message.ts';

/**
 * `text`: without blanks at its ends. `exact`: to the last blank. `organ-id`: exact, and nothing may stand inside it.
 * `date`: `yyyy-MM-dd`. `timestamp`: `yyyy-MM-ddTHH:mm:ss`, local Vietnamese time. `integer`: of at most nine digits.
 * `content`: a file's bytes.
 */
export type ValueType = 'text' | 'exact' | 'organ-id' | 'date' | 'timestamp' | 'integer' | 'flag' | 'content';

/** `required`: a package is refused without it. `always`: a message has it, empty where a package leaves it out. */
export type Presence = 'required' | 'always' | 'optional';

/** The other field that carries a field without a place of its own in a form. */
export interface Into {
  readonly into: string;
}

/** A place in a form, from the group above it; `null`: the form has none. */
export type Place = string | Into | null;

export type FormColumn = 'element' | 'json';

interface Row {
  /** Elements joined by slashes: `BussinessDocumentInfo/DocumentInfo`. */
  readonly element: Place;
  /** Names joined by full stops: `bussinessdocumentinfo.documentinfo`. */
  readonly json: Place;
  readonly presence: Presence;
  /**
   * For a form that orders the field otherwise than the message: behind this element, or behind this field in the JSON
   * form.
   */
  readonly behind?: Readonly<Partial<Record<FormColumn, string>>>;
  /** Elements that may follow and that the reader skips without a note. */
  readonly followedBy?: readonly string[];
  /**
   * Another name in the JSON form; for a list, the name of several entries, where a single entry stands under its own
   * name.
   */
  readonly alias?: string;
}

export interface Leaf extends Row {
  readonly kind: 'leaf';
  readonly value: ValueType;
  /** The written codes of its values. */
  readonly codes?: Readonly<Record<string, string>>;
  /** The closed set of its values, where the form writes them unchanged. */
  readonly values?: readonly string[];
  readonly highest?: number;
  readonly limit?: LimitName;
  /** The gateway identifies a package by the field or decides on it, so no two readers may see two values. */
  readonly decides?: boolean;
  /** An unreadable value is noted and left out, because the gateway decides nothing on it. */
  readonly droppable?: boolean;
  /** Elements into which some writers split its text. */
  readonly parts?: Fields<Code>;
  /** The value that a form implies by leaving the field out. */
  readonly implied?: string;
}

export interface Texts extends Row {
  readonly kind: 'texts';
  readonly value: ValueType;
  readonly values?: readonly string[];
  readonly limit?: LimitName;
  /** Without an entry the list speaks of everybody: an agency package with an empty one is refused, not read without it. */
  readonly filled?: boolean;
}

export interface Group<T = unknown> extends Row {
  readonly kind: 'group';
  readonly fields: Fields<T>;
  /** The field has a meaning even when it is empty. */
  readonly hollow?: boolean;
  /**
   * Validation tells what is missing in it, together with all else, and not the reader of elements. An agency package tells
   * it itself: an entry in which nothing stands would not come through the national format.
   */
  readonly incomplete?: boolean;
}

export interface Groups<T = unknown> extends Row {
  readonly kind: 'groups';
  readonly fields: Fields<T>;
  /** Unknown elements in it are refused instead of noted. */
  readonly closed?: boolean;
}

type FieldOf<Value> = Value extends readonly (infer Item)[]
  ? Item extends object
    ? Groups<Item>
    : Texts
  : Value extends object
    ? Group<Value>
    : Value extends number
      ? Leaf & { readonly value: 'integer' }
      : Value extends boolean
        ? Leaf & { readonly value: 'flag' }
        : Leaf;

type PresenceOf<T, Name extends keyof T> = object extends Pick<T, Name> ? 'optional' : 'required' | 'always';

/** A row for every field of T. */
export type Fields<T> = {
  readonly [Name in keyof T]-?: FieldOf<NonNullable<T[Name]>> & { readonly presence: PresenceOf<T, Name> };
};

export type Field =
  | Leaf
  | Texts
  | (Omit<Group, 'fields'> & { readonly fields: FieldTable })
  | (Omit<Groups, 'fields'> & { readonly fields: FieldTable });

export type FieldTable = Readonly<Record<string, Field>>;

type Options = Omit<Partial<Leaf>, 'kind' | 'value' | 'presence' | 'element' | 'json'>;

/** Makes the leaves of one presence: value type, element, name in the JSON form, and other properties. */
function leaves<P extends Presence>(presence: P) {
  return <V extends ValueType>(value: V, element: Place, json: Place, options: Options = {}) =>
    ({ kind: 'leaf', presence, value, element, json, ...options }) as const;
}

const required = leaves('required');
const always = leaves('always');
const optional = leaves('optional');

const ORGANIZATION: Fields<Organization> = {
  organId: required('organ-id', 'OrganId', 'organid', { limit: 'organId' }),
  organizationInCharge: optional('text', 'OrganizationInCharge', 'organizationincharge', {
    limit: 'organizationInCharge',
  }),
  organName: optional('text', 'OrganName', 'organname', { limit: 'organName' }),
  organAdd: optional('text', 'OrganAdd', 'organadd', { limit: 'organAdd' }),
  email: optional('text', 'Email', 'email', { limit: 'email' }),
  telephone: optional('text', 'Telephone', 'telephone', { limit: 'telephone' }),
  fax: optional('text', 'Fax', 'fax', { limit: 'fax' }),
  website: optional('text', 'Website', 'website', { limit: 'website' }),
};

const CODE: Fields<Code> = {
  codeNumber: required('text', 'CodeNumber', 'codenumber', { limit: 'codeNumber', decides: true }),
  codeNotation: always('text', 'CodeNotation', 'codenotation', { limit: 'codeNotation', decides: true }),
};

/** For documents: an answer may name the answered document by any of these. */
const RESPONSE_FOR: Fields<ResponseFor> = {
  organId: always('organ-id', 'OrganId', 'organid'),
  code: always('text', 'Code', 'code', { limit: 'description', parts: CODE }),
  documentId: always('text', 'DocumentId', 'documentid', { limit: 'documentId', decides: true }),
  promulgationDate: optional('date', 'PromulgationDate', 'promulgationdate', { droppable: true }),
};

/** For statuses: a status must name its addressee and its document. */
const STATUS_RESPONSE_FOR: Fields<ResponseFor> = {
  ...RESPONSE_FOR,
  organId: required('organ-id', 'OrganId', 'organid', { limit: 'organId' }),
  documentId: required('text', 'DocumentId', 'documentid', { limit: 'documentId', decides: true }),
};

const STAFF_INFO: Fields<StaffInfo> = {
  department: optional('text', 'Department', 'department', { limit: 'department', followedBy: ['DepartmentId'] }),
  staff: optional('text', 'Staff', 'staff', { limit: 'staff', followedBy: ['StaffId'] }),
  email: optional('text', 'Email', 'email', { limit: 'email' }),
  mobile: optional('text', 'Mobile', 'mobile', { limit: 'mobile', behind: { json: 'staff' } }),
};

const OTHER_INFO: Fields<OtherInfo> = {
  priority: optional('integer', 'Priority', 'priority', { highest: HIGHEST_URGENCY, decides: true }),
  sphereOfPromulgation: optional('text', 'SphereOfPromulgation', 'sphereofpromulgation', {
    limit: 'sphereOfPromulgation',
  }),
  typerNotation: optional('text', 'TyperNotation', 'typernotation', { limit: 'typerNotation' }),
  promulgationAmount: optional('integer', 'PromulgationAmount', 'promulgationamount'),
  pageAmount: optional('integer', 'PageAmount', 'pageamount', { followedBy: ['ReplyFors'] }),
  direction: optional('flag', 'Direction', null, { droppable: true, followedBy: ['ReferenceCodes'] }),
  appendixes: {
    kind: 'texts',
    presence: 'optional',
    value: 'text',
    element: 'Appendixes/Appendix',
    json: 'appendixes',
    limit: 'appendix',
  },
};

/** `true` and `false` as the exchange writes them. */
const BINARY = { true: '1', false: '0' } as const;

const BUSSINESS: Fields<Bussiness> = {
  documentId: optional('text', 'DocumentId', 'documentid', {
    limit: 'documentId',
    decides: true,
    behind: { json: 'receiverList' },
  }),
  bussinessDocReason: optional('text', 'BussinessDocReason', 'bussinessdocreason', { limit: 'reason' }),
  paper: optional('integer', 'Paper', 'paper', { droppable: true, behind: { json: 'staffInfo' } }),
  staffInfo: {
    kind: 'group',
    presence: 'optional',
    element: 'StaffInfo',
    json: 'staffinfo',
    alias: 'staffinfoes',
    behind: { element: 'ReplacementInfoList', json: 'documentId' },
    fields: STAFF_INFO,
  },
  documentInfo: optional('flag', 'BussinessDocumentInfo/DocumentInfo', 'bussinessdocumentinfo.documentinfo', {
    codes: BINARY,
  }),
  documentReceiver: optional(
    'flag',
    'BussinessDocumentInfo/DocumentReceiver',
    'bussinessdocumentinfo.documentreceiver',
    { codes: BINARY },
  ),
  receiverList: {
    kind: 'groups',
    presence: 'optional',
    element: 'BussinessDocumentInfo/ReceiverList/Receiver',
    json: 'bussinessdocumentinfo.receiverlist.receiver',
    fields: {
      organId: required('organ-id', 'OrganId', 'organid', { limit: 'organId', behind: { json: 'receiverType' } }),
      receiverType: always('integer', 'ReceiverType', 'receivertype', {
        codes: { removed: '0', added: '1' },
        decides: true,
      }),
    },
  },
  replacementInfoList: {
    kind: 'groups',
    presence: 'optional',
    element: 'ReplacementInfoList/ReplacementInfo',
    json: 'replacementinfolist.replacementinfo',
    fields: {
      documentId: required('text', 'DocumentId', 'documentid', { limit: 'documentId', decides: true }),
      organIdList: {
        kind: 'texts',
        presence: 'always',
        value: 'organ-id',
        element: 'OrganIdList/OrganId',
        json: 'organidlist.organid',
        limit: 'organId',
        filled: true,
      },
    },
  },
};

/** JSON below `header`, elements below `edXMLHeader`. */
export const DOCUMENT_FIELDS: Fields<Omit<DocumentMessage, 'attachments'>> = {
  kind: always('integer', 'TraceHeaderList/Bussiness/BussinessDocType', 'traceheaderlist.bussiness.bussinessdoctype', {
    codes: Object.fromEntries(BUSSINESS_DOC_TYPES.rows.map(({ kind, code }) => [kind, code])),
    decides: true,
    behind: { element: 'DocumentId', json: 'traceHeaders' },
  }),
  from: {
    kind: 'group',
    presence: 'always',
    element: 'MessageHeader/From',
    json: 'messageheader.from',
    fields: ORGANIZATION,
  },
  to: {
    kind: 'groups',
    presence: 'required',
    element: 'MessageHeader/To',
    json: 'messageheader.toes',
    fields: ORGANIZATION,
  },
  documentId: required('text', 'MessageHeader/DocumentId', 'messageheader.documentid', {
    limit: 'documentId',
    decides: true,
    behind: { json: 'steeringType' },
  }),
  code: {
    kind: 'group',
    presence: 'always',
    element: 'MessageHeader/Code',
    json: 'messageheader.code',
    fields: CODE,
  },
  promulgationInfo: {
    kind: 'group',
    presence: 'always',
    element: 'MessageHeader/PromulgationInfo',
    json: 'messageheader.promulgationinfo',
    fields: {
      place: optional('text', 'Place', 'place', { limit: 'place' }),
      promulgationDate: required('date', 'PromulgationDate', 'promulgationdate'),
    },
  },
  documentType: {
    kind: 'group',
    presence: 'always',
    element: 'MessageHeader/DocumentType',
    json: 'messageheader.documenttype',
    fields: {
      type: optional('integer', 'Type', 'type'),
      typeDetail: optional('integer', 'TypeDetail', null),
      typeName: optional('text', 'TypeName', 'typename', { limit: 'typeName' }),
    },
  },
  subject: required('text', 'MessageHeader/Subject', 'messageheader.subject', { limit: 'subject' }),
  content: optional('text', 'MessageHeader/Content', 'messageheader.content', { limit: 'content' }),
  signerInfo: {
    kind: 'group',
    presence: 'optional',
    element: 'MessageHeader/SignerInfo',
    json: 'messageheader.signerinfo',
    fields: {
      competence: optional('text', 'Competence', 'competence', { limit: 'competence' }),
      position: optional('text', 'Position', 'position', { limit: 'position' }),
      fullName: optional('text', 'FullName', 'fullname', { limit: 'fullName' }),
    },
  },
  dueDate: optional('date', 'MessageHeader/DueDate', 'messageheader.duedate'),
  otherInfo: {
    kind: 'group',
    presence: 'always',
    element: 'MessageHeader/OtherInfo',
    json: 'messageheader.otherinfo',
    fields: OTHER_INFO,
  },
  responseFor: {
    kind: 'groups',
    presence: 'always',
    element: 'MessageHeader/ResponseFor',
    json: 'messageheader.responsefor',
    alias: 'messageheader.responsefors',
    fields: RESPONSE_FOR,
  },
  steeringType: optional('integer', 'MessageHeader/SteeringType', 'messageheader.steeringtype', {
    followedBy: ['ResponseForTask', 'ApplicationType'],
  }),
  toPlaces: {
    kind: 'texts',
    presence: 'always',
    value: 'text',
    element: 'MessageHeader/ToPlaces/Place',
    json: 'messageheader.toplaces',
    behind: { json: 'dueDate' },
    limit: 'toPlace',
  },
  traceHeaders: {
    kind: 'groups',
    presence: 'always',
    element: 'TraceHeaderList/TraceHeader',
    json: 'traceheaderlist.traceheader',
    behind: { element: 'Bussiness' },
    closed: true,
    fields: {
      organId: optional('text', 'OrganId', 'organid'),
      timestamp: optional('timestamp', 'Timestamp', 'timestamp', { droppable: true }),
    },
  },
  bussiness: {
    kind: 'group',
    presence: 'optional',
    element: 'TraceHeaderList/Bussiness',
    json: 'traceheaderlist.bussiness',
    hollow: true,
    incomplete: true,
    fields: BUSSINESS,
  },
  circulation: {
    kind: 'texts',
    presence: 'optional',
    value: 'text',
    values: CIRCULATIONS,
    element: { into: 'OtherInfo/SphereOfPromulgation' },
    json: { into: 'header.messageheader.otherinfo.sphereofpromulgation' },
  },
  secrecy: optional('text', null, null, { values: SECRECY_LEVELS, implied: 'none' }),
};

/** The addressing of a status is that of the national format: code 13 is from the document's sender. */
export const STATUS_FIELDS: Fields<Omit<StatusMessage, 'kind'>> = {
  from: {
    kind: 'group',
    presence: 'always',
    element: 'MessageHeader/From',
    json: 'status.from',
    behind: { json: 'responseFor' },
    fields: ORGANIZATION,
  },
  responseFor: {
    kind: 'group',
    presence: 'always',
    element: 'MessageHeader/ResponseFor',
    json: 'status.responsefor',
    fields: STATUS_RESPONSE_FOR,
  },
  staffInfo: {
    kind: 'group',
    presence: 'optional',
    element: 'MessageHeader/StaffInfo',
    json: 'status.staffinfo',
    alias: 'status.staffinfoes',
    behind: { json: 'timestamp' },
    fields: STAFF_INFO,
  },
  statusCode: required('exact', 'MessageHeader/StatusCode', 'status.statuscode', {
    values: STATUSES.rows.map(({ code }) => code),
    decides: true,
  }),
  description: optional('text', 'MessageHeader/Description', 'status.description', { limit: 'description' }),
  timestamp: required('timestamp', 'MessageHeader/Timestamp', 'status.timestamp'),
};

/** JSON in the entries of `attachments`, elements in `Attachment`. */
export const FILE_FIELDS: Fields<
  Pick<Attachment, 'contentId' | 'attachmentName' | 'description' | 'contentType'> & { readonly content: string }
> = {
  contentId: always('text', 'ContentId', 'contentid', { limit: 'contentId', decides: true }),
  attachmentName: always('exact', 'AttachmentName', 'attachmentname', { limit: 'attachmentName', decides: true }),
  description: optional('text', 'Description', 'description', {
    limit: 'description',
    followedBy: ['FieldName', 'MimeType'],
  }),
  contentType: optional('text', 'ContentType', 'contenttype', { limit: 'contentType' }),
  content: always('content', 'ContentTransferEncoded', 'contenttransferencoded'),
};

/** The table of a message's kind. */
export function fieldsOf(kind: DocumentMessage['kind'] | 'status'): FieldTable {
  return kind === 'status' ? STATUS_FIELDS : DOCUMENT_FIELDS;
}
