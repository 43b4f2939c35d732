// The words in which commands report their results.

import type { Language, Texts } from '../core/message/language.ts';

/** A sentence with facts in it. */
type Sentence<Facts extends readonly unknown[]> = Readonly<Record<Language, (...facts: Facts) => string>>;

/** The heads of a table. */
type Heads = Readonly<Record<Language, readonly string[]>>;

export const TRYING_AGAIN: Sentence<[reason: string]> = {
  vi: (reason) => `Chưa kết nối được với hệ thống liên thông (${reason}), đang thử lại …`,
  en: (reason) => `The gateway is not reached yet (${reason}), trying again …`,
};

export const SENT = {
  first: { vi: 'Đã tiếp nhận', en: 'Accepted' },
  repeated: { vi: 'Đã tiếp nhận từ trước', en: 'Accepted before' },
} as const satisfies Readonly<Record<string, Texts>>;

export const SENT_LABELS = {
  id: { vi: 'Mã thông điệp', en: 'id' },
  documentId: { vi: 'Mã văn bản', en: 'documentId' },
  verdict: { vi: 'Kết luận', en: 'verdict' },
  sha256: { vi: 'Mã băm SHA-256', en: 'sha256' },
} as const satisfies Readonly<Record<string, Texts>>;

export const SENT_HEADS: Heads = { vi: ['Nơi nhận', 'Lượt gửi'], en: ['Addressee', 'Delivery'] };

/** Marks that the reader of a pulled document must know. */
export const PULL_MARKS = {
  failed: { vi: 'chữ ký số không hợp lệ', en: 'signature invalid' },
  'reference-only': { vi: 'chỉ để tham khảo', en: 'for reference only' },
  unchecked: { vi: 'chưa kiểm tra được', en: 'not checked yet' },
} as const satisfies Readonly<Record<string, Texts>>;

export const NOTHING_PULLED: Texts = { vi: 'Không có gì mới.', en: 'Nothing new.' };

export const PULL_HEADS: Heads = {
  vi: ['Loại', 'Nơi gửi', 'Mã văn bản', 'Lưu ý', 'Tệp'],
  en: ['Kind', 'Sender', 'DocumentId', 'Mark', 'File'],
};

/** A person's decisions about a held message. */
export const DECIDED = {
  released: { vi: 'Đã cho gửi tiếp, đánh dấu chưa kiểm tra', en: 'Released, marked as unchecked' },
  returned: { vi: 'Đã hoàn về nơi gửi', en: 'Returned to its sender' },
} as const satisfies Readonly<Record<string, Texts>>;

export const NOTHING_HELD: Texts = { vi: 'Không có gói tin nào chờ xác minh.', en: 'Nothing waits for a verdict.' };

export const INCIDENT_HEADS: Heads = {
  vi: ['Sự cố: chưa có trả lời của', 'Từ lúc', 'Đến lúc', 'Số gói tin'],
  en: ['Incident: no answer from', 'Since', 'Until', 'Messages'],
};

export const HELD_HEADS: Heads = {
  vi: ['Gói tin', 'Nơi gửi', 'Văn bản', 'Nhận lúc', 'Trạng thái', 'Chờ'],
  en: ['Message', 'Sender', 'Document', 'Received', 'State', 'Waits for'],
};

export const REGISTRY_APPLIED: Sentence<[version: number | string, changed: boolean]> = {
  vi: (version, changed) => `Danh bạ: phiên bản ${version}${changed ? '' : ', không có gì thay đổi'}`,
  en: (version, changed) => `Registry: version ${version}${changed ? '' : ', nothing to change'}`,
};

export const MIGRATED: Sentence<[version: number, changed: boolean]> = {
  vi: (version, changed) => `Cơ sở dữ liệu: phiên bản ${version}${changed ? '' : ', không có gì thay đổi'}`,
  en: (version, changed) => `Database: version ${version}${changed ? '' : ', nothing to change'}`,
};

export const READING_AUDIT: Texts = { vi: 'Đang đọc nhật ký …', en: 'Reading the audit log …' };

interface AuditCount {
  readonly faults: number;
  readonly rows: number | string;
  readonly pending: number | string;
  readonly head: { readonly seq: string; readonly hash: string };
  readonly signed: number;
  readonly stamped: number;
  /** Null where no head has a time stamp. */
  readonly stampedAt: string | null;
}

export const AUDIT_CHECKED: Sentence<[count: AuditCount]> = {
  vi: ({ faults, rows, pending, head, signed, stamped, stampedAt }) =>
    [
      `Nhật ký: ${faults === 0 ? 'nguyên vẹn' : `${faults} lỗi`}`,
      `${rows} dòng`,
      `${pending} dòng chưa nối chuỗi`,
      `đỉnh ${head.seq} ${head.hash}; ${signed} đỉnh đã ký`,
      `${stamped} có dấu thời gian`,
      `dấu mới nhất: ${stampedAt ?? 'chưa có'}`,
    ].join(', '),
  en: ({ faults, rows, pending, head, signed, stamped, stampedAt }) =>
    [
      `Audit log: ${faults === 0 ? 'whole' : `${faults} faults`}`,
      `${rows} rows`,
      `${pending} not chained yet`,
      `head ${head.seq} ${head.hash}; ${signed} heads signed`,
      `${stamped} stamped`,
      `newest stamp: ${stampedAt ?? 'none'}`,
    ].join(', '),
};

export const HORIZON_HEADS: Heads = {
  vi: ['Ngày', 'Hết hạn', 'Tên', 'Văn bản của', 'sẽ bị'],
  en: ['Day', 'What ends', 'Name', 'Documents of', 'are then'],
};

export const NOTHING_ENDS: Sentence<[days: number]> = {
  vi: (days) => `Không có gì hết hạn (trong số ngày tới: ${days})`,
  en: (days) => `Nothing ends (within days: ${days})`,
};

/** Facts that the look ahead cannot know. */
export const HORIZON_NOTES = {
  unseen: {
    vi: 'Chưa biết chứng thư số hết hạn ngày nào (chưa nhận văn bản có chữ ký số) của',
    en: 'Not known when the certificate ends (nothing signed with it was received yet), of',
  },
  withoutPath: {
    vi: 'Chưa biết nơi cấp trung gian dẫn đến gốc tin cậy, của',
    en: 'No intermediate authority is known that leads to a trusted one, of',
  },
  lists: {
    vi: 'Danh sách thu hồi mà hệ thống tự tải về và câu trả lời OCSP không được tính ở đây.',
    en: 'Revocation lists that the gateway fetches by itself and OCSP answers are not counted here.',
  },
} as const satisfies Readonly<Record<string, Texts>>;

/** Lines of the commands of the development authority. */
export const PKI_LABELS = {
  created: { vi: 'Mới tạo', en: 'created' },
  changed: { vi: 'Có thay đổi', en: 'changed' },
  organisation: { vi: 'Mã cơ quan', en: 'organisation' },
  serial: { vi: 'Số chứng thư', en: 'serial' },
  notAfter: { vi: 'Hết hạn', en: 'notAfter' },
  fingerprint: { vi: 'Mã băm của chứng thư', en: 'fingerprint' },
  keySha256: { vi: 'Mã băm của khóa', en: 'keySha256' },
  key: { vi: 'Tệp khóa', en: 'key' },
  certificate: { vi: 'Tệp chứng thư số', en: 'certificate' },
  crl: { vi: 'Tệp danh sách thu hồi', en: 'crl' },
  revoked: { vi: 'Số chứng thư bị thu hồi', en: 'revoked' },
} as const satisfies Readonly<Record<string, Texts>>;

export const TRUTHS: Readonly<Record<'true' | 'false', Texts>> = {
  true: { vi: 'có', en: 'true' },
  false: { vi: 'không', en: 'false' },
};
