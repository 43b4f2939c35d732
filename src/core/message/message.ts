// The one vocabulary of messages. The reader of each dialect lowers it once into this vocabulary, and no later step
// knows the dialect. Field names are those of QCVN 102:2016/BTTTT in camel case, spelled as the standard spells them
// (`Bussiness` included), so that a reader can look a name up in the standard.

/** An organisation as a package names it. `organId` is the code as written; the registry resolves aliases. */
export interface Organization {
  readonly organId: string;
  readonly organizationInCharge?: string;
  readonly organName?: string;
  readonly organAdd?: string;
  readonly email?: string;
  readonly telephone?: string;
  readonly fax?: string;
  readonly website?: string;
}

/** Số và ký hiệu: printed `codeNumber/codeNotation`. */
export interface Code {
  readonly codeNumber: string;
  readonly codeNotation: string;
}

export interface PromulgationInfo {
  readonly place?: string;
  /** Normalised to ISO `yyyy-MM-dd` from every dialect. */
  readonly promulgationDate: string;
}

export interface DocumentType {
  readonly type?: number;
  readonly typeDetail?: number;
  readonly typeName?: string;
}

export interface SignerInfo {
  readonly competence?: string;
  readonly position?: string;
  readonly fullName?: string;
}

export interface OtherInfo {
  /** 0 thường, 1 khẩn, 2 thượng khẩn, 3 hoả tốc, 4 hoả tốc hẹn giờ (read, never offered). */
  readonly priority?: number;
  readonly sphereOfPromulgation?: string;
  readonly typerNotation?: string;
  readonly promulgationAmount?: number;
  readonly pageAmount?: number;
  readonly direction?: boolean;
  readonly appendixes?: readonly string[];
}

/** The document that another document answers, or that a status is about. */
export interface ResponseFor {
  /** In a status: the addressee of the status, never the issuer of the document (src/docs/format.md 2). */
  readonly organId: string;
  /** Printed form, `Number/Notation`. */
  readonly code: string;
  readonly documentId: string;
  /** ISO `yyyy-MM-dd`; absent where the source left it empty. */
  readonly promulgationDate?: string;
}

export interface StaffInfo {
  readonly department?: string;
  readonly staff?: string;
  readonly email?: string;
  readonly mobile?: string;
}

export interface TraceHeader {
  /** Absent for the anonymous hop seen in real traffic. */
  readonly organId?: string;
  /** Local Vietnamese time without zone, `yyyy-MM-ddTHH:mm:ss`; absent where it could not be read. */
  readonly timestamp?: string;
}

/** `BussinessDocType` 0, 1, 2, 3. Mapped by number, never by position (src/docs/format.md 3.1). */
export const DOCUMENT_KINDS = ['new', 'revoke', 'update', 'replace'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export interface Bussiness {
  readonly documentId?: string;
  readonly bussinessDocReason?: string;
  readonly paper?: number;
  readonly staffInfo?: StaffInfo;
  readonly documentInfo?: boolean;
  readonly documentReceiver?: boolean;
  readonly receiverList?: readonly { readonly organId: string; readonly receiverType: 'removed' | 'added' }[];
  readonly replacementInfoList?: readonly { readonly documentId: string; readonly organIdList: readonly string[] }[];
}

/**
 * One attachment as it lies in the package: the offsets of its base64 text, and facts about the decoded bytes. The
 * bytes are never held; they are decoded on demand from these offsets.
 */
export interface Attachment {
  /** Without `cid:`. */
  readonly contentId: string;
  readonly attachmentName: string;
  readonly description?: string;
  /** The label on the attachment, or else on its manifest reference. Labels may be wrong: see `mediaType`. */
  readonly contentType?: string;
  /** The type by the first bytes: `application/pdf`, `application/zip`, … or `application/octet-stream`. */
  readonly mediaType: string;
  /** Byte offset in the package of the first character of the base64 text. */
  readonly offset: number;
  /** Length of that text in bytes, white space included. */
  readonly encodedLength: number;
  /** Decoded size in bytes. */
  readonly size: number;
  /** Lower-case hex SHA-256 of the decoded bytes. */
  readonly sha256: string;
  /** Absent for an attachment that is the file itself. */
  readonly opened?: OpenedFile;
}

/**
 * The file inside an attachment that is a ZIP of one entry around it, as the national library wraps types it does not
 * know. The file's name is `attachmentName`: the entry's own name is only shown.
 */
export interface OpenedFile {
  readonly entryName: string;
  /** The type by the first bytes of the file inside. */
  readonly mediaType: string;
  /** Size of the file inside, in bytes. */
  readonly size: number;
  /** Lower-case hex SHA-256 of the file inside. */
  readonly sha256: string;
  readonly method: 'stored' | 'deflated';
  /** Offset and length of the entry's data in the decoded attachment. */
  readonly offset: number;
  readonly compressedSize: number;
}

/** Limits on passing a document on: lưu hành nội bộ, xem xong trả lại, đích danh. */
export const CIRCULATIONS = ['internal', 'return-after-reading', 'named-person'] as const;
export type Circulation = (typeof CIRCULATIONS)[number];

/** Độ mật. The national format has no element for it, because state secrets must not travel this way. */
export type Secrecy = (typeof SECRECY_LEVELS)[number];

export const SECRECY_LEVELS = ['none', 'mat', 'toi-mat', 'tuyet-mat'] as const;

export interface DocumentMessage {
  readonly kind: DocumentKind;
  readonly from: Organization;
  readonly to: readonly Organization[];
  readonly documentId: string;
  readonly code: Code;
  readonly promulgationInfo: PromulgationInfo;
  readonly documentType: DocumentType;
  readonly subject: string;
  readonly content?: string;
  readonly signerInfo?: SignerInfo;
  /** ISO `yyyy-MM-dd`. */
  readonly dueDate?: string;
  readonly otherInfo: OtherInfo;
  readonly responseFor: readonly ResponseFor[];
  readonly steeringType?: number;
  readonly toPlaces: readonly string[];
  readonly traceHeaders: readonly TraceHeader[];
  readonly bussiness?: Bussiness;
  /** In the national format a phrase in `SphereOfPromulgation`; in an agency package a field of its own. */
  readonly circulation?: readonly Circulation[];
  /** The level that an agency package states. The gateway refuses every level but `none`. */
  readonly secrecy?: Secrecy;
  readonly attachments: readonly Attachment[];
}

/** Codes of the national standard. 07–12 and 14 are unknown to every source and refused. */
export type StatusCode = '01' | '02' | '03' | '04' | '05' | '06' | '13' | '15' | '16';

export interface StatusMessage {
  readonly kind: 'status';
  readonly from: Organization;
  readonly responseFor: ResponseFor;
  readonly staffInfo?: StaffInfo;
  readonly statusCode: StatusCode;
  readonly description?: string;
  /** Local Vietnamese time without zone, `yyyy-MM-ddTHH:mm:ss`. */
  readonly timestamp: string;
}

/** One accepted package: a document or a business status (thông điệp). */
export type Message = DocumentMessage | StatusMessage;

/** The document that a message is or is about. */
export function documentIdOf(message: Message): string {
  return message.kind === 'status' ? message.responseFor.documentId : message.documentId;
}

/** Khẩn and above. Decides whether a message waits for a certificate's status, and the order of work. */
export function isUrgent(message: Message): boolean {
  return message.kind !== 'status' && (message.otherInfo.priority ?? 0) > 0;
}

/** `7816/VPCP-TTĐT`. */
export function printedCode(code: Code): string {
  return code.codeNotation === '' ? code.codeNumber : `${code.codeNumber}/${code.codeNotation}`;
}
