// The messages whose spelling in every form is promised for ever: each kind of document, each status, each field there and
// each field away, in the letters that offices use. They are data; a field that gets another name gets it here too.

import { createHash } from 'node:crypto';
import type { DocumentMessage, Organization, StatusCode, StatusMessage } from '../../src/core/message/message.ts';
import type { Draft, DraftFile } from '../../src/core/message/rendering.ts';

type DraftMessage = Omit<DocumentMessage, 'attachments'>;

const DISTRICT: Organization = {
  organId: 'H99.12',
  organizationInCharge: 'UBND tỉnh Mẫu',
  organName: 'Uỷ ban nhân dân huyện Mẫu & Thử <nghiệm>',
  organAdd: 'Số 1, đường “Nguyễn Trãi”, thị trấn Mẫu',
  email: 'huyen@mau.example',
  telephone: '(0299) 3 123 456',
  fax: '+84 299 3 123 457',
  website: 'https://mau.example/?a=1&b=2',
};

const COMMUNES: readonly Organization[] = [
  { organId: 'H99.12.01', organName: 'UBND xã Mẫu Một', email: 'mot@mau.example' },
  { organId: 'H99.12.02', organName: 'UBND xã Mường Lựm' },
  { organId: '000.00.12.H99' },
];

const LEAST: DraftMessage = {
  kind: 'new',
  from: { organId: 'H99.12' },
  to: [{ organId: 'H99.12.01' }],
  documentId: 'H99.12,2026/11/20,15/UBND-VP',
  code: { codeNumber: '15', codeNotation: 'UBND-VP' },
  promulgationInfo: { promulgationDate: '2026-11-20' },
  documentType: {},
  subject: 'Về việc thử',
  otherInfo: {},
  responseFor: [],
  toPlaces: [],
  traceHeaders: [],
};

const FULL: DraftMessage = {
  kind: 'new',
  from: DISTRICT,
  to: COMMUNES,
  documentId: 'H99.12,2026/11/20,15/QĐ-UBND',
  code: { codeNumber: '15', codeNotation: 'QĐ-UBND' },
  promulgationInfo: { place: 'Mẫu', promulgationDate: '2026-11-20' },
  documentType: { type: 2, typeDetail: 2, typeName: 'Quyết định' },
  subject: 'Quyết định về việc ban hành “Quy chế” <số 15> & phụ lục 𠮷',
  content: 'Điều 1. Ban hành kèm theo Quyết định này\r\nĐiều 2.\tHiệu lực\n  Điều 3. ]]> &amp; hết',
  signerInfo: { competence: 'TM. UỶ BAN NHÂN DÂN', position: 'Chủ tịch', fullName: 'Đặng Thị Ngọc Ánh' },
  dueDate: '2026-12-31',
  otherInfo: {
    priority: 3,
    sphereOfPromulgation: 'Các xã; các phòng',
    typerNotation: 'ĐTNA',
    promulgationAmount: 120,
    pageAmount: 7,
    direction: true,
    appendixes: ['Phụ lục I: Danh sách', 'Phụ lục II'],
  },
  responseFor: [
    {
      organId: 'H99',
      code: '7816/VPCP-TTĐT',
      documentId: 'H99,2026/10/01,7816/VPCP-TTĐT',
      promulgationDate: '2026-10-01',
    },
    { organId: 'H99.13', code: '9/BC', documentId: 'H99.13,2026/10/02,9/BC' },
  ],
  steeringType: 1,
  toPlaces: ['Như trên', 'Lưu: VT, VP'],
  traceHeaders: [{ organId: 'H99.12', timestamp: '2026-11-20T08:29:51' }, { timestamp: '2026-11-20T08:30:00' }],
  bussiness: {
    documentId: 'H99.12,2026/11/20,15/QĐ-UBND',
    bussinessDocReason: 'Ban hành mới',
    paper: 0,
    staffInfo: {
      department: 'Văn phòng',
      staff: 'Nguyễn Văn Mẫu',
      email: 'mau@mau.example',
      mobile: '0900 000 000',
    },
  },
  circulation: ['internal', 'return-after-reading', 'named-person'],
};

/** Several long enough to be cut by any buffer, one of each way in which files are packed. */
const FILES: readonly DraftFile[] = [
  file('0d4ff2e6-3f6a-4f2b-9a55-000000000000', 'Quyết định 15.pdf', Buffer.from('%PDF-1.7\n% giả\n%%EOF\n'), {
    description: 'Toàn văn',
    contentType: 'application/pdf',
  }),
  file('tep/2', 'bảng tính.xlsx', Buffer.from('không phải bảng tính thật\n')),
  file('tep-3', 'ảnh & dấu.png', Buffer.from('89504e470d0a1a0a', 'hex'), { description: '<dấu>' }),
  file('tep-4', 'phu-luc.zip', Buffer.from('504b0506000000000000000000000000000000000000', 'hex')),
  file('tep-5', 'khong-duoi', Buffer.alloc(1)),
  file('tep-6', 'dai.txt', Buffer.alloc(70_001, 'Sơn La; ')),
];

function file(
  contentId: string,
  attachmentName: string,
  bytes: Buffer,
  more: Partial<Pick<DraftFile, 'description' | 'contentType'>> = {},
): DraftFile {
  return {
    contentId,
    attachmentName,
    ...more,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *open() {
      yield await Promise.resolve(bytes);
    },
  };
}

const DOCUMENTS: Readonly<Record<string, Draft>> = {
  'new-least': { message: LEAST, files: FILES.slice(0, 1) },
  'new-bare': { message: LEAST, files: [] },
  'new-full': { message: FULL, files: FILES },
  'new-secret': { message: { ...LEAST, secrecy: 'mat', circulation: ['named-person'] }, files: [] },
  'new-zeros': {
    message: {
      ...LEAST,
      code: { codeNumber: '16', codeNotation: '' },
      documentType: { type: 0, typeName: 'Nghị quyết' },
      otherInfo: { priority: 0, promulgationAmount: 0, pageAmount: 0, direction: false, appendixes: [] },
      steeringType: 0,
      bussiness: {},
    },
    files: [],
  },
  revoke: {
    message: {
      ...LEAST,
      kind: 'revoke',
      bussiness: {
        documentId: 'H99.12,2026/11/19,14/UBND-VP',
        bussinessDocReason: 'Thu hồi: ghi sai thẩm quyền',
        paper: 1,
      },
    },
    files: FILES.slice(0, 1),
  },
  update: {
    message: {
      ...LEAST,
      kind: 'update',
      bussiness: {
        documentId: 'H99.12,2026/11/19,14/UBND-VP',
        bussinessDocReason: 'Thêm nơi nhận',
        documentInfo: true,
        documentReceiver: true,
        receiverList: [
          { organId: 'H99.12.01', receiverType: 'added' },
          { organId: 'H99.12.02', receiverType: 'removed' },
        ],
      },
    },
    files: FILES.slice(0, 1),
  },
  'update-receivers-only': {
    message: {
      ...LEAST,
      kind: 'update',
      bussiness: { documentInfo: false, documentReceiver: true, receiverList: [] },
    },
    files: [],
  },
  replace: {
    message: {
      ...LEAST,
      kind: 'replace',
      bussiness: {
        bussinessDocReason: 'Thay thế',
        replacementInfoList: [
          { documentId: 'H99.12,2026/11/18,13/UBND-VP', organIdList: ['H99.12.01', 'H99.12.02'] },
          { documentId: 'H99.12,2026/11/17,12/UBND-VP', organIdList: [] },
        ],
        staffInfo: { staff: 'Nguyễn Văn Mẫu' },
      },
    },
    files: FILES.slice(0, 1),
  },
};

const STATUS_CODES: readonly StatusCode[] = ['01', '02', '03', '04', '05', '06', '13', '15', '16'];

function status(statusCode: StatusCode): StatusMessage {
  return {
    kind: 'status',
    from: { ...DISTRICT, organId: 'H99.12.01' },
    responseFor: {
      organId: 'H99.12',
      code: '15/QĐ-UBND',
      documentId: 'H99.12,2026/11/20,15/QĐ-UBND',
      promulgationDate: '2026-11-20',
    },
    staffInfo: { department: 'Văn phòng', staff: 'Lò Thị Mẫu', email: 'lo@mau.example', mobile: '0900000001' },
    statusCode,
    description: `Trạng thái ${statusCode}: “đã xem” & <ghi nhận>`,
    timestamp: '2026-11-21T07:05:09',
  };
}

/** By the name of their files. */
export const GOLDEN_DRAFTS: Readonly<Record<string, Draft>> = {
  ...DOCUMENTS,
  ...Object.fromEntries(STATUS_CODES.map((code) => [`status-${code}`, { message: status(code), files: [] }])),
  'status-least': {
    message: {
      kind: 'status',
      from: { organId: 'H99.12.01' },
      responseFor: { organId: 'H99.12', code: '15', documentId: 'H99.12,2026/11/20,15' },
      statusCode: '03',
      timestamp: '2026-11-21T07:05:09',
    },
    files: [],
  },
};
