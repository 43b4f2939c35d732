// What clerks call the fields of a package. Findings name a field by its path; a text for people says it in their words,
// with the path behind it for whoever mends the software.

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    From: 'Cơ quan gửi',
    To: 'Nơi nhận',
    OrganId: 'Mã định danh cơ quan',
    OrganizationInCharge: 'Cơ quan chủ quản',
    OrganName: 'Tên cơ quan',
    OrganAdd: 'Địa chỉ cơ quan',
    Email: 'Thư điện tử',
    Telephone: 'Số điện thoại',
    Fax: 'Số fax',
    Website: 'Trang thông tin điện tử',
    DocumentId: 'Mã văn bản',
    Code: 'Số và ký hiệu',
    CodeNumber: 'Số văn bản',
    CodeNotation: 'Ký hiệu văn bản',
    PromulgationInfo: 'Thông tin ban hành',
    Place: 'Địa danh',
    PromulgationDate: 'Ngày ban hành',
    DocumentType: 'Loại văn bản',
    Type: 'Nhóm loại văn bản',
    TypeDetail: 'Số thứ tự loại văn bản',
    TypeName: 'Tên loại văn bản',
    Subject: 'Trích yếu',
    Content: 'Nội dung tóm tắt',
    SignerInfo: 'Người ký',
    Competence: 'Thẩm quyền ký',
    Position: 'Chức vụ người ký',
    FullName: 'Họ tên người ký',
    DueDate: 'Hạn trả lời',
    OtherInfo: 'Thông tin khác',
    Priority: 'Độ khẩn',
    SphereOfPromulgation: 'Phạm vi lưu hành',
    TyperNotation: 'Ký hiệu người đánh máy',
    PromulgationAmount: 'Số lượng bản',
    PageAmount: 'Số trang',
    Direction: 'Mục chưa rõ nghĩa',
    Appendixes: 'Phụ lục',
    Appendix: 'Phụ lục',
    ResponseFor: 'Văn bản được trả lời',
    SteeringType: 'Loại chỉ đạo',
    ToPlaces: 'Nơi nhận in trên văn bản',
    'ToPlaces/Place': 'Nơi nhận in trên văn bản',
    StaffInfo: 'Cán bộ xử lý',
    Department: 'Phòng, ban',
    Staff: 'Cán bộ',
    Mobile: 'Điện thoại di động',
    StatusCode: 'Trạng thái xử lý',
    Description: 'Diễn giải',
    Timestamp: 'Thời điểm',
    TraceHeaderList: 'Dấu vết chuyển văn bản',
    TraceHeader: 'Dấu vết chuyển văn bản',
    Bussiness: 'Nghiệp vụ',
    BussinessDocType: 'Loại nghiệp vụ',
    BussinessDocReason: 'Lý do nghiệp vụ',
    Paper: 'Bản giấy',
    BussinessDocumentInfo: 'Thông tin thay đổi',
    DocumentInfo: 'Thay đổi thông tin văn bản',
    DocumentReceiver: 'Thay đổi nơi nhận',
    ReceiverList: 'Danh sách nơi nhận thay đổi',
    Receiver: 'Nơi nhận thay đổi',
    ReceiverType: 'Loại thay đổi nơi nhận',
    ReplacementInfoList: 'Danh sách văn bản bị thay thế',
    ReplacementInfo: 'Văn bản bị thay thế',
    OrganIdList: 'Danh sách cơ quan liên quan',
    edXMLManifest: 'Danh mục tệp',
    Reference: 'Mục trong danh mục tệp',
    AttachmentEncoded: 'Khối tệp đính kèm',
    Attachment: 'Tệp đính kèm',
    ContentId: 'Mã tệp',
    ContentType: 'Loại tệp',
    AttachmentName: 'Tên tệp',
    ContentTransferEncoded: 'Nội dung tệp',
    Signature: 'Chữ ký số',
  }),
);

const LOWER_CASE: ReadonlyMap<string, string> = new Map([...NAMES].map(([name, words]) => [name.toLowerCase(), words]));

/**
 * `Ngày ban hành (PromulgationInfo/PromulgationDate)`; a path that ends in no known element stays as it is. The other forms
 * write names their own way: `documentType.typeDetail`, `header.messageheader.subject`, `/otherInfo/priority`.
 */
export function fieldInVietnamese(path: string): string {
  const names = path.split(/[/.]/).map((name) => name.replace(/\[\d+\]$/, ''));
  const last = names.at(-1) ?? '';
  // A few names mean another thing inside another element.
  const within = NAMES.get(names.slice(-2).join('/'));
  const words = isOfAnotherForm(path, names) ? LOWER_CASE.get(last.toLowerCase()) : (within ?? NAMES.get(last));
  return words === undefined ? path : `${words} (${path})`;
}

/** Settings, the registry and requests have paths too, and a `code` or `type` of their own. */
function isOfAnotherForm(path: string, [first = '', second = '']: readonly string[]): boolean {
  if (path.startsWith('/')) return LOWER_CASE.has(second.toLowerCase()) && path !== '/code';
  return path.includes('.') && (first === 'header' || LOWER_CASE.has(first.toLowerCase()));
}
