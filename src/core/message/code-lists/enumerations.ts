// The short enumerations of a package: urgency, kinds of documents, statuses, steering, changed receivers.

import type { DocumentKind, StatusCode } from '../message.ts';
import type { CodeList, CodeRow } from './code-list.ts';

const EXAMPLES = 'example packages of the national axis';
const CLIENTS = 'two published client programs';

/** `OtherInfo/Priority`. */
export const URGENCY: CodeList<CodeRow & { readonly offered: boolean }> = {
  title: 'Độ khẩn (urgency)',
  note: 'Nghị định 30/2020/NĐ-CP knows three levels above ordinary: a row that is not offered is read and never written anew.',
  rows: [
    { code: '0', offered: true, confidence: 'M', source: CLIENTS },
    { code: '1', offered: true, confidence: 'M', source: CLIENTS },
    { code: '2', offered: true, confidence: 'M', source: CLIENTS },
    { code: '3', offered: true, confidence: 'M', source: CLIENTS },
    { code: '4', offered: false, confidence: 'M', source: CLIENTS },
  ],
};

export const HIGHEST_URGENCY = Math.max(...URGENCY.rows.map(({ code }) => Number(code)));

/** `Bussiness/BussinessDocType`. Mapped by number: another system's enumeration is ordered otherwise. */
export const BUSSINESS_DOC_TYPES: CodeList<CodeRow & { readonly kind: DocumentKind }> = {
  title: 'Loại nghiệp vụ (BussinessDocType)',
  note: 'Never mapped by position; where it contradicts BussinessDocReason, the reader says so.',
  rows: [
    { code: '0', kind: 'new', confidence: 'H', source: EXAMPLES },
    { code: '1', kind: 'revoke', confidence: 'H', source: EXAMPLES },
    { code: '2', kind: 'update', confidence: 'H', source: EXAMPLES },
    { code: '3', kind: 'replace', confidence: 'H', source: EXAMPLES },
  ],
};

interface StatusRow extends CodeRow {
  readonly code: StatusCode;
  readonly sentBy: 'receiver' | 'original-sender';
}

/** `StatusCode` of a business status (trạng thái xử lý). */
export const STATUSES: CodeList<StatusRow> = {
  title: 'Trạng thái xử lý (StatusCode)',
  note: '07–12 and 14 are in no source; they are refused.',
  rows: [
    status('01', 'receiver', 'H'),
    status('02', 'receiver', 'H'),
    status('03', 'receiver', 'H'),
    // One client words it “arrived, waits to be assigned”.
    status('04', 'receiver', 'H-M'),
    status('05', 'receiver', 'H'),
    status('06', 'receiver', 'H'),
    status('13', 'original-sender', 'H'),
    status('15', 'receiver', 'H'),
    status('16', 'receiver', 'H'),
  ],
};

/** All of them, for a text that tells which there are. */
export const STATUS_CODES_IN_USE = STATUSES.rows.map(({ code }) => code).join(', ');

/** Exactly as written, two digits: ` 1` and `7` are no codes. */
export function isStatusCode(written: string): written is StatusCode {
  return STATUSES.rows.some(({ code }) => code === written);
}

function status(code: StatusCode, sentBy: StatusRow['sentBy'], confidence: StatusRow['confidence']): StatusRow {
  return { code, sentBy, confidence, source: EXAMPLES };
}

/** `MessageHeader/SteeringType`. The sources contradict each other; a writer writes 1 for an ordinary document. */
export const STEERING_TYPES: CodeList<CodeRow & { readonly sameAs?: string }> = {
  title: 'Loại chỉ đạo (SteeringType)',
  note: '0 is read as 1. Write 1 for a document that steers nothing.',
  rows: [
    {
      code: '0',
      sameAs: '1',
      confidence: 'L',
      source: 'one published client program',
    },
    { code: '1', confidence: 'L', source: 'one published client program' },
    { code: '2', confidence: 'L', source: 'one published client program' },
    { code: '3', confidence: 'L', source: 'one published client program' },
  ],
};

/** `Receiver/ReceiverType` of an update. */
export const RECEIVER_TYPES: CodeList<CodeRow> = {
  title: 'Loại thay đổi nơi nhận (ReceiverType)',
  note: '',
  rows: [
    { code: '0', confidence: 'H', source: EXAMPLES },
    { code: '1', confidence: 'H', source: EXAMPLES },
  ],
};
