// Every field of a message: what the converter's JSON form and the national format call it, and what it means. The one table
// by which JSON is read and written, by which losses are told, and which schemas/fields.md shows to people. Its types are made
// from those of the message: a field without a row does not compile.

import type { Finding } from '../problems/finding.ts';
import type {
  Attachment,
  Bussiness,
  DocumentMessage,
  Organization,
  OtherInfo,
  ResponseFor,
  StaffInfo,
  StatusMessage,
} from '../message/message.ts';
import { DOCUMENT_KINDS } from '../message/names.ts';

/** Where a form carries a field that it has no place for. */
export interface Into {
  readonly into: string;
}

/** A place in a form, from the group above it; `null`: the form has none. */
export type Place = string | Into | null;

interface Row {
  /** Names joined by full stops: `bussinessdocumentinfo.documentinfo`. */
  readonly json: Place;
  /** Elements joined by slashes: `BussinessDocumentInfo/DocumentInfo`. */
  readonly element: Place;
  /** In Vietnamese, for people who know the standard and not this program. */
  readonly meaning: string;
  /** Other names of the JSON form for it. */
  readonly alias?: string;
}

export interface Leaf extends Row {
  readonly kind: 'leaf';
  /** How its values are written, where they are codes. */
  readonly codes?: Readonly<Record<string, string>>;
  /** The value that a form without the field says just as well. */
  readonly implied?: string;
}

export interface Texts extends Row {
  readonly kind: 'texts';
}

export interface Group<T = unknown> extends Row {
  readonly kind: 'group';
  readonly fields: Fields<T>;
}

/** `alias` is the name of a list; where there is one entry, it stands under its own name as an object. */
export interface Groups<T = unknown> extends Row {
  readonly kind: 'groups';
  readonly fields: Fields<T>;
}

type FieldOf<Value> = Value extends readonly (infer Item)[]
  ? Item extends object
    ? Groups<Item>
    : Texts
  : Value extends object
    ? Group<Value>
    : Leaf;

/** A row for every field of T, in the order in which the JSON form has them. */
export type Fields<T> = { readonly [Name in keyof Required<T>]: FieldOf<Required<T>[Name]> };

export type Field = Leaf | Texts | (Row & { readonly kind: 'group' | 'groups'; readonly fields: FieldTable });
export type FieldTable = Readonly<Record<string, Field>>;

const leaf = (json: Place, element: Place, meaning: string): Leaf => ({ kind: 'leaf', json, element, meaning });

const coded = (json: Place, element: Place, meaning: string, codes: Leaf['codes']): Leaf => ({
  ...leaf(json, element, meaning),
  ...(codes === undefined ? {} : { codes }),
});

const texts = (json: Place, element: Place, meaning: string): Texts => ({ kind: 'texts', json, element, meaning });

const group = <T>(json: Place, element: Place, meaning: string, fields: Fields<T>): Group<T> => ({
  kind: 'group',
  json,
  element,
  meaning,
  fields,
});

const groups = <T>(json: Place, element: Place, meaning: string, fields: Fields<T>): Groups<T> => ({
  kind: 'groups',
  json,
  element,
  meaning,
  fields,
});

const also = <T extends Row>(alias: string, row: T): T => ({ ...row, alias });

const ORGANIZATION: Fields<Organization> = {
  organId: leaf('organid', 'OrganId', 'Mã định danh cơ quan'),
  organizationInCharge: leaf('organizationincharge', 'OrganizationInCharge', 'Cơ quan chủ quản'),
  organName: leaf('organname', 'OrganName', 'Tên cơ quan'),
  organAdd: leaf('organadd', 'OrganAdd', 'Địa chỉ'),
  email: leaf('email', 'Email', 'Thư điện tử'),
  telephone: leaf('telephone', 'Telephone', 'Điện thoại'),
  fax: leaf('fax', 'Fax', 'Số fax'),
  website: leaf('website', 'Website', 'Trang thông tin điện tử'),
};

const RESPONSE_FOR: Fields<ResponseFor> = {
  organId: leaf('organid', 'OrganId', 'Mã định danh cơ quan (trong trạng thái: nơi nhận trạng thái)'),
  code: leaf('code', 'Code', 'Số và ký hiệu'),
  documentId: leaf('documentid', 'DocumentId', 'Mã văn bản'),
  promulgationDate: leaf('promulgationdate', 'PromulgationDate', 'Ngày ban hành'),
};

const STAFF_INFO: Fields<StaffInfo> = {
  department: leaf('department', 'Department', 'Đơn vị'),
  staff: leaf('staff', 'Staff', 'Người xử lý'),
  mobile: leaf('mobile', 'Mobile', 'Điện thoại di động'),
  email: leaf('email', 'Email', 'Thư điện tử'),
};

/** `true` and `false` as the exchange writes them. */
const BINARY = { true: '1', false: '0' } as const;

const KIND_NUMBERS = Object.fromEntries(Object.entries(DOCUMENT_KINDS).map(([number, kind]) => [kind, number]));

const BUSSINESS: Fields<Bussiness> = {
  bussinessDocReason: leaf('bussinessdocreason', 'BussinessDocReason', 'Lý do'),
  documentInfo: coded(
    'bussinessdocumentinfo.documentinfo',
    'BussinessDocumentInfo/DocumentInfo',
    'Cập nhật thông tin văn bản: 1 có, 0 không',
    BINARY,
  ),
  documentReceiver: coded(
    'bussinessdocumentinfo.documentreceiver',
    'BussinessDocumentInfo/DocumentReceiver',
    'Cập nhật nơi nhận: 1 có, 0 không',
    BINARY,
  ),
  receiverList: groups(
    'bussinessdocumentinfo.receiverlist.receiver',
    'BussinessDocumentInfo/ReceiverList/Receiver',
    'Nơi nhận được cập nhật',
    {
      receiverType: coded('receivertype', 'ReceiverType', '0 bỏ khỏi danh sách, 1 thêm vào', {
        removed: '0',
        added: '1',
      }),
      organId: leaf('organid', 'OrganId', 'Mã định danh cơ quan'),
    },
  ),
  documentId: leaf('documentid', 'DocumentId', 'Mã văn bản bị thu hồi, cập nhật'),
  staffInfo: also('staffinfoes', group('staffinfo', 'StaffInfo', 'Người phụ trách', STAFF_INFO)),
  paper: leaf('paper', 'Paper', 'Có bản giấy'),
  replacementInfoList: groups<NonNullable<Bussiness['replacementInfoList']>[number]>(
    'replacementinfolist.replacementinfo',
    'ReplacementInfoList/ReplacementInfo',
    'Văn bản bị thay thế',
    {
      documentId: leaf('documentid', 'DocumentId', 'Mã văn bản bị thay thế'),
      organIdList: texts('organidlist.organid', 'OrganIdList/OrganId', 'Cơ quan liên quan'),
    },
  ),
};

/** JSON below `header`, elements below `edXMLHeader`. */
export const DOCUMENT_FIELDS: Fields<Omit<DocumentMessage, 'attachments'>> = {
  from: group('messageheader.from', 'MessageHeader/From', 'Cơ quan gửi', ORGANIZATION),
  to: groups('messageheader.toes', 'MessageHeader/To', 'Cơ quan nhận', ORGANIZATION),
  code: group('messageheader.code', 'MessageHeader/Code', 'Số và ký hiệu', {
    codeNumber: leaf('codenumber', 'CodeNumber', 'Số'),
    codeNotation: leaf('codenotation', 'CodeNotation', 'Ký hiệu'),
  }),
  promulgationInfo: group('messageheader.promulgationinfo', 'MessageHeader/PromulgationInfo', 'Ban hành', {
    place: leaf('place', 'Place', 'Địa danh'),
    promulgationDate: leaf('promulgationdate', 'PromulgationDate', 'Ngày ban hành'),
  }),
  documentType: group('messageheader.documenttype', 'MessageHeader/DocumentType', 'Loại văn bản', {
    type: leaf('type', 'Type', 'Số của loại văn bản'),
    typeDetail: leaf(null, 'TypeDetail', 'Số của loại chi tiết'),
    typeName: leaf('typename', 'TypeName', 'Tên loại văn bản'),
  }),
  subject: leaf('messageheader.subject', 'MessageHeader/Subject', 'Trích yếu'),
  content: leaf('messageheader.content', 'MessageHeader/Content', 'Nội dung tóm tắt'),
  signerInfo: group('messageheader.signerinfo', 'MessageHeader/SignerInfo', 'Người ký', {
    competence: leaf('competence', 'Competence', 'Thẩm quyền ký (TL., KT., …)'),
    position: leaf('position', 'Position', 'Chức vụ'),
    fullName: leaf('fullname', 'FullName', 'Họ và tên'),
  }),
  dueDate: leaf('messageheader.duedate', 'MessageHeader/DueDate', 'Hạn trả lời'),
  toPlaces: texts('messageheader.toplaces', 'MessageHeader/ToPlaces/Place', 'Nơi nhận ghi trên văn bản'),
  otherInfo: group<OtherInfo>('messageheader.otherinfo', 'MessageHeader/OtherInfo', 'Thông tin khác', {
    priority: leaf('priority', 'Priority', 'Độ khẩn: 0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc'),
    sphereOfPromulgation: leaf('sphereofpromulgation', 'SphereOfPromulgation', 'Phạm vi lưu hành'),
    typerNotation: leaf('typernotation', 'TyperNotation', 'Ký hiệu người đánh máy'),
    promulgationAmount: leaf('promulgationamount', 'PromulgationAmount', 'Số lượng phát hành'),
    pageAmount: leaf('pageamount', 'PageAmount', 'Số trang'),
    direction: leaf(null, 'Direction', 'Chưa rõ nghĩa trong quy chuẩn: true hoặc false'),
    appendixes: texts('appendixes', 'Appendixes/Appendix', 'Phụ lục'),
  }),
  responseFor: also(
    'messageheader.responsefors',
    groups('messageheader.responsefor', 'MessageHeader/ResponseFor', 'Văn bản được trả lời', RESPONSE_FOR),
  ),
  steeringType: leaf('messageheader.steeringtype', 'MessageHeader/SteeringType', 'Loại chỉ đạo'),
  documentId: leaf('messageheader.documentid', 'MessageHeader/DocumentId', 'Mã văn bản'),
  traceHeaders: groups('traceheaderlist.traceheader', 'TraceHeaderList/TraceHeader', 'Nơi gói tin đã đi qua', {
    organId: leaf('organid', 'OrganId', 'Mã định danh cơ quan'),
    timestamp: leaf('timestamp', 'Timestamp', 'Thời điểm'),
  }),
  kind: coded(
    'traceheaderlist.bussiness.bussinessdoctype',
    'TraceHeaderList/Bussiness/BussinessDocType',
    'Loại nghiệp vụ: 0 mới, 1 thu hồi, 2 cập nhật, 3 thay thế',
    KIND_NUMBERS,
  ),
  bussiness: group('traceheaderlist.bussiness', 'TraceHeaderList/Bussiness', 'Nghiệp vụ', BUSSINESS),
  circulation: texts(
    { into: 'header.messageheader.otherinfo.sphereofpromulgation' },
    { into: 'OtherInfo/SphereOfPromulgation' },
    'Giới hạn lưu hành: nội bộ, xem xong trả lại, đích danh',
  ),
  secrecy: { ...leaf(null, null, 'Độ mật; văn bản mật không được gửi qua đường này'), implied: 'none' },
};

/** The addressing of a status is that of the national format: code 13 is from the document's sender. */
export const STATUS_FIELDS: Fields<Omit<StatusMessage, 'kind'>> = {
  responseFor: group('status.responsefor', 'MessageHeader/ResponseFor', 'Văn bản được phản hồi', RESPONSE_FOR),
  from: group('status.from', 'MessageHeader/From', 'Cơ quan phản hồi', ORGANIZATION),
  statusCode: leaf('status.statuscode', 'MessageHeader/StatusCode', 'Mã trạng thái: 01 … 06, 13, 15, 16'),
  description: leaf('status.description', 'MessageHeader/Description', 'Mô tả, lý do'),
  timestamp: leaf('status.timestamp', 'MessageHeader/Timestamp', 'Thời điểm'),
  staffInfo: also(
    'status.staffinfoes',
    group('status.staffinfo', 'MessageHeader/StaffInfo', 'Người xử lý', STAFF_INFO),
  ),
};

/** JSON in the entries of `attachments`, elements in `Attachment`. The content is the decoded file. */
export const FILE_FIELDS: Fields<
  Pick<Attachment, 'contentId' | 'attachmentName' | 'description' | 'contentType'> & { readonly content: string }
> = {
  contentId: leaf('contentid', 'ContentId', 'Mã của tệp trong gói tin'),
  attachmentName: leaf('attachmentname', 'AttachmentName', 'Tên tệp'),
  description: leaf('description', 'Description', 'Mô tả'),
  contentType: leaf('contenttype', 'ContentType', 'Kiểu tệp'),
  content: leaf('contenttransferencoded', 'ContentTransferEncoded', 'Nội dung tệp, mã hóa base64'),
};

/** The table of a message's kind. */
export function fieldsOf(kind: DocumentMessage['kind'] | 'status'): FieldTable {
  return kind === 'status' ? STATUS_FIELDS : DOCUMENT_FIELDS;
}

/** Of a row that has a place in the JSON form. */
export function nameInJson({ json }: Leaf): string {
  if (typeof json !== 'string') throw new Error('no such place in the JSON form');
  return json;
}

/** One row of the table written out. `[]` behind a name: there may be several. */
export interface FieldRow {
  /** `otherInfo.direction`. */
  readonly message: string;
  /** `messageheader.toes[].organid`; null where the form has no place for it. */
  readonly json: string | null;
  /** `MessageHeader/To[]/OrganId`. */
  readonly element: string | null;
  readonly meaning: string;
}

/** Every row of a table, groups before what is in them. */
export function rowsOf(fields: FieldTable, above: FieldRow = NOWHERE): readonly FieldRow[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const several = field.kind === 'groups' || field.kind === 'texts' ? '[]' : '';
    const row: FieldRow = {
      message: `${above.message}${name}${several}`,
      json: joined(above.json, field.json, several),
      element: joined(above.element, field.element, several),
      meaning: field.meaning,
    };
    if (field.kind === 'leaf' || field.kind === 'texts') return [row];
    const below = {
      ...row,
      message: `${row.message}.`,
      json: behind(row.json, '.'),
      element: behind(row.element, '/'),
    };
    return [row, ...rowsOf(field.fields, below)];
  });
}

const NOWHERE: FieldRow = { message: '', json: '', element: '', meaning: '' };

function joined(above: string | null, place: Place, several: string): string | null {
  return above === null || typeof place !== 'string' ? null : `${above}${place}${several}`;
}

function behind(path: string | null, separator: string): string | null {
  return path === null ? null : `${path}${separator}`;
}

/** What a message says under a field's name. */
export function valueIn(message: object, field: string): unknown {
  return Reflect.get(message, field);
}

/** Whether anything is said: an empty text, list or group says nothing. */
export function says(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return Object.values(value).some(says);
}

/** What a form cannot carry of a message, each with the field's path in the message, such as `otherInfo.direction`. */
export function lossesOf(form: 'json' | 'element', message: object, fields: FieldTable, at = ''): readonly Finding[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = valueIn(message, name);
    const path = `${at}${name}`;
    const place = field[form];
    const implied = field.kind === 'leaf' && field.implied !== undefined && value === field.implied;
    if (typeof place !== 'string') return says(value) && !implied ? [loss(path, place)] : [];
    if (typeof value !== 'object' || value === null) return [];
    if (field.kind === 'group') return lossesOf(form, value, field.fields, `${path}.`);
    return Array.isArray(value) ? lossesOfEntries(form, value, field, path) : [];
  });
}

/** An entry in which nothing is said has nothing that could be written, but that it was there is lost. */
function lossesOfEntries(
  form: 'json' | 'element',
  entries: readonly unknown[],
  field: Field,
  path: string,
): readonly Finding[] {
  return entries.flatMap((entry, index) => {
    const own = `${path}[${index}]`;
    if (!says(entry)) return [loss(own, null)];
    const inside = field.kind === 'groups' && typeof entry === 'object' && entry !== null;
    return inside ? lossesOf(form, entry, field.fields, `${own}.`) : [];
  });
}

function loss(field: string, place: Into | null): Finding {
  return place === null
    ? { code: 'field-not-carried', severity: 'warning', facts: { field }, place: field }
    : { code: 'field-carried-elsewhere', severity: 'info', facts: { field, to: place.into }, place: field };
}
