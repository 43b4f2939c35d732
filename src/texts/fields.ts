// What people call the fields of a package, one row an element. Findings name a field by its path; a text for people says it
// in their words, with the path behind it for those who mend the software.

import type { Language, Texts } from '../core/message/language.ts';

interface FieldWords extends Texts {
  /** In Vietnamese: the codes it may hold, or what it is here in particular. */
  readonly detail?: string;
}

/** A few names mean another thing, or say more, inside another element, or in a status. */
const FIELDS: ReadonlyMap<string, FieldWords> = new Map<string, FieldWords>(
  Object.entries({
    From: { vi: 'Cơ quan gửi', en: 'Sender' },
    'Status/From': { vi: 'Cơ quan phản hồi', en: 'Who reports' },
    To: { vi: 'Nơi nhận', en: 'Addressee' },
    OrganId: { vi: 'Mã định danh cơ quan', en: 'Code of the organisation' },
    'ResponseFor/OrganId': {
      vi: 'Mã định danh cơ quan',
      en: 'Code of the organisation',
      detail: 'trong trạng thái: nơi nhận trạng thái',
    },
    OrganizationInCharge: { vi: 'Cơ quan chủ quản', en: 'Superior organisation' },
    OrganName: { vi: 'Tên cơ quan', en: 'Name of the organisation' },
    OrganAdd: { vi: 'Địa chỉ cơ quan', en: 'Address' },
    Email: { vi: 'Thư điện tử', en: 'E-mail' },
    Telephone: { vi: 'Số điện thoại', en: 'Telephone' },
    Fax: { vi: 'Số fax', en: 'Fax' },
    Website: { vi: 'Trang thông tin điện tử', en: 'Website' },
    DocumentId: { vi: 'Mã văn bản', en: 'Id of the document' },
    'Bussiness/DocumentId': {
      vi: 'Mã văn bản',
      en: 'Id of the document',
      detail: 'văn bản bị thu hồi hoặc được cập nhật',
    },
    'ReplacementInfo/DocumentId': { vi: 'Mã văn bản', en: 'Id of the document', detail: 'văn bản bị thay thế' },
    Code: { vi: 'Số và ký hiệu', en: 'Number and notation' },
    CodeNumber: { vi: 'Số văn bản', en: 'Number' },
    CodeNotation: { vi: 'Ký hiệu văn bản', en: 'Notation' },
    PromulgationInfo: { vi: 'Thông tin ban hành', en: 'Promulgation' },
    Place: { vi: 'Địa danh', en: 'Place' },
    PromulgationDate: { vi: 'Ngày ban hành', en: 'Date of promulgation' },
    DocumentType: { vi: 'Loại văn bản', en: 'Type of document' },
    Type: { vi: 'Nhóm loại văn bản', en: 'Section of the type' },
    TypeDetail: { vi: 'Số thứ tự loại văn bản', en: 'Number of the type' },
    TypeName: { vi: 'Tên loại văn bản', en: 'Name of the type' },
    Subject: { vi: 'Trích yếu', en: 'Subject' },
    Content: { vi: 'Nội dung tóm tắt', en: 'Summary' },
    SignerInfo: { vi: 'Người ký', en: 'Signer' },
    Competence: { vi: 'Thẩm quyền ký', en: 'Authority to sign', detail: 'TL., KT., …' },
    Position: { vi: 'Chức vụ người ký', en: 'Position of the signer' },
    FullName: { vi: 'Họ tên người ký', en: 'Name of the signer' },
    DueDate: { vi: 'Hạn trả lời', en: 'Answer due' },
    OtherInfo: { vi: 'Thông tin khác', en: 'Other information' },
    Priority: { vi: 'Độ khẩn', en: 'Urgency', detail: '0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc' },
    SphereOfPromulgation: { vi: 'Phạm vi lưu hành', en: 'Sphere of circulation' },
    TyperNotation: { vi: 'Ký hiệu người đánh máy', en: 'Typist' },
    PromulgationAmount: { vi: 'Số lượng bản', en: 'Copies' },
    PageAmount: { vi: 'Số trang', en: 'Pages' },
    Direction: { vi: 'Mục chưa rõ nghĩa', en: 'Meaning unknown', detail: 'true hoặc false; quy chuẩn không nói rõ' },
    Appendixes: { vi: 'Phụ lục', en: 'Appendixes' },
    Appendix: { vi: 'Phụ lục', en: 'Appendix' },
    ResponseFor: { vi: 'Văn bản được trả lời', en: 'Document answered' },
    'Status/ResponseFor': { vi: 'Văn bản được phản hồi', en: 'Document reported on' },
    SteeringType: { vi: 'Loại chỉ đạo', en: 'Steering' },
    ToPlaces: { vi: 'Nơi nhận in trên văn bản', en: 'Printed addressees' },
    'ToPlaces/Place': { vi: 'Nơi nhận in trên văn bản', en: 'Printed addressee' },
    StaffInfo: { vi: 'Cán bộ xử lý', en: 'Person in charge' },
    Department: { vi: 'Phòng, ban', en: 'Department' },
    Staff: { vi: 'Cán bộ', en: 'Name of the person in charge' },
    Mobile: { vi: 'Điện thoại di động', en: 'Mobile telephone' },
    StatusCode: { vi: 'Trạng thái xử lý', en: 'Status', detail: 'mã 01 … 06, 13, 15, 16' },
    Description: { vi: 'Diễn giải', en: 'Description' },
    Timestamp: { vi: 'Thời điểm', en: 'Time' },
    TraceHeaderList: { vi: 'Dấu vết chuyển văn bản', en: 'Systems passed' },
    TraceHeader: { vi: 'Dấu vết chuyển văn bản', en: 'System passed' },
    Bussiness: { vi: 'Nghiệp vụ', en: 'What the document does' },
    BussinessDocType: {
      vi: 'Loại nghiệp vụ',
      en: 'Kind of document',
      detail: '0 mới, 1 thu hồi, 2 cập nhật, 3 thay thế',
    },
    BussinessDocReason: { vi: 'Lý do nghiệp vụ', en: 'Reason' },
    Paper: { vi: 'Bản giấy', en: 'Paper copy' },
    BussinessDocumentInfo: { vi: 'Thông tin thay đổi', en: 'What changes' },
    DocumentInfo: { vi: 'Thay đổi thông tin văn bản', en: "The document's data change", detail: '1 có, 0 không' },
    DocumentReceiver: { vi: 'Thay đổi nơi nhận', en: 'The addressees change', detail: '1 có, 0 không' },
    ReceiverList: { vi: 'Danh sách nơi nhận thay đổi', en: 'Changed addressees' },
    Receiver: { vi: 'Nơi nhận thay đổi', en: 'Changed addressee' },
    ReceiverType: { vi: 'Loại thay đổi nơi nhận', en: 'Removed or added', detail: '0 bỏ khỏi danh sách, 1 thêm vào' },
    ReplacementInfoList: { vi: 'Danh sách văn bản bị thay thế', en: 'Replaced documents' },
    ReplacementInfo: { vi: 'Văn bản bị thay thế', en: 'Replaced document' },
    OrganIdList: { vi: 'Danh sách cơ quan liên quan', en: 'Organisations concerned' },
    'OrganIdList/OrganId': { vi: 'Mã định danh cơ quan', en: 'Code of the organisation', detail: 'cơ quan liên quan' },
    Circulation: { vi: 'Giới hạn lưu hành', en: 'Limits on passing on', detail: 'nội bộ, xem xong trả lại, đích danh' },
    Secrecy: { vi: 'Độ mật', en: 'Secrecy', detail: 'văn bản mật không được gửi qua đường này' },
    edXMLManifest: { vi: 'Danh mục tệp', en: 'List of files' },
    Reference: { vi: 'Mục trong danh mục tệp', en: 'Entry in the list of files' },
    AttachmentEncoded: { vi: 'Khối tệp đính kèm', en: 'Attached files' },
    Attachment: { vi: 'Tệp đính kèm', en: 'Attached file' },
    ContentId: { vi: 'Mã tệp', en: 'Id of the file' },
    ContentType: { vi: 'Loại tệp', en: 'Type of the file' },
    AttachmentName: { vi: 'Tên tệp', en: 'Name of the file' },
    ContentTransferEncoded: { vi: 'Nội dung tệp', en: 'Content of the file', detail: 'mã hóa base64' },
    Signature: { vi: 'Chữ ký số', en: 'Digital signature' },
  }),
);

/** By the path of an element: its own words inside that other one, else its words. */
export function fieldWords(elements: readonly string[]): FieldWords | undefined {
  return FIELDS.get(elements.slice(-2).join('/')) ?? FIELDS.get(elements.at(-1) ?? '');
}

const LOWER_CASE: ReadonlyMap<string, FieldWords> = new Map(
  [...FIELDS].map(([name, words]) => [name.toLowerCase(), words]),
);

/**
 * `Ngày ban hành (PromulgationInfo/PromulgationDate)`; a path that ends in no known element stays as it is. The other forms
 * write names their own way: `documentType.typeDetail`, `header.messageheader.subject`, `/otherInfo/priority`.
 */
export function fieldInWords(path: string, language: Language): string {
  const names = path
    .replaceAll(/\/\d+(?=\/|$)/g, '')
    .split(/[/.]/)
    .map((name) => name.replace(/\[\d+\]$/, ''));
  const words = isOfAnotherForm(path, names) ? wordsOfForm(names) : fieldWords(names);
  return words === undefined || words[language] === path ? path : `${words[language]} (${path})`;
}

function wordsOfForm(names: readonly string[]): FieldWords | undefined {
  const [above = '', last = ''] = names.slice(-2).map((name) => name.toLowerCase());
  return LOWER_CASE.get(`${above}/${last}`) ?? LOWER_CASE.get(last);
}

/** Settings, the registry and requests have paths too, and a `code` or `type` of their own. */
function isOfAnotherForm(path: string, [first = '', second = '']: readonly string[]): boolean {
  if (path.startsWith('/')) return LOWER_CASE.has(second.toLowerCase()) && path !== '/code';
  return path.includes('.') && (first === 'header' || LOWER_CASE.has(first.toLowerCase()));
}
