// The agency package beside the national format, one row for each field of `metadata.json`: which element it becomes and
// what it means. The names are those of the message, so the table of all forms gives the rows; only files have names and
// members of their own. The published schema takes its descriptions from here, and the tests follow every row.

import { DOCUMENT_FIELDS, FILE_FIELDS, rowsOf, STATUS_FIELDS, type FieldRow } from '../fields.ts';

/** One field. In paths, `[]` stands behind what there may be several of. */
export interface MappingRow {
  /** In `metadata.json`, joined by full stops; but for files it is the field's path in the message. */
  readonly metadata: string;
  /** Below `edXMLHeader` or `AttachmentEncoded/Attachment`; null: the national format has no element for it. */
  readonly edxml: string | null;
  /** In Vietnamese, for people who know the standard and not this program. */
  readonly meaning: string;
}

const KIND = 'Loại nghiệp vụ: new mới, revoke thu hồi, update cập nhật, replace thay thế';

const CHECKED = 'để đối chiếu; bỏ trống cũng được';

/** What a container adds to a file, or calls otherwise. */
const FILES: readonly MappingRow[] = [
  ...rowsOf(FILE_FIELDS)
    .filter(({ message }) => message !== 'content')
    .map((row) => ({ ...mapped(row), metadata: `files[].${row.message === 'attachmentName' ? 'name' : row.message}` })),
  { metadata: 'files[].size', edxml: null, meaning: `Kích thước tệp tính bằng byte, ${CHECKED}` },
  { metadata: 'files[].sha256', edxml: null, meaning: `Mã băm SHA-256 của tệp, ${CHECKED}` },
  { metadata: 'files[].part', edxml: null, meaning: 'Tên của tệp trong ZIP hoặc biểu mẫu, khi khác với tên tệp' },
];

/** Of a document: new, revoke, update, replace. */
export const DOCUMENT_MAPPING: readonly MappingRow[] = [
  ...rowsOf(DOCUMENT_FIELDS).map((row) => (row.message === 'kind' ? { ...mapped(row), meaning: KIND } : mapped(row))),
  { metadata: 'files[]', edxml: null, meaning: 'Các tệp của văn bản' },
  ...FILES,
];

/** Of a business status. */
export const STATUS_MAPPING: readonly MappingRow[] = [
  { metadata: 'kind', edxml: null, meaning: 'Trạng thái xử lý văn bản' },
  ...rowsOf(STATUS_FIELDS).map(mapped),
];

function mapped({ message, element, meaning }: FieldRow): MappingRow {
  return { metadata: message, edxml: element, meaning };
}
