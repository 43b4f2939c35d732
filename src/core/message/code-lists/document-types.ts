// Types of documents (loại văn bản). In practice their numbers contradict each other, so the name of a type comes
// first, and the numbers of a package are kept as written.

import type { DocumentType } from '../message.ts';
import type { CodeList, Sourced } from './code-list.ts';

export interface DocumentTypeRow extends Sourced {
  /** A: văn bản quy phạm pháp luật, B: văn bản hành chính. */
  readonly section: 'A' | 'B';
  /** Row of the section; none for a type that only a later decree names. */
  readonly number: number | null;
  readonly name: string;
}

const AMENDMENT = 'SĐ1:2022 QCVN 102:2016/BTTTT';
const INFERRED = 'SĐ1:2022 QCVN 102:2016/BTTTT, row inferred from the order of Nghị định 09/2010/NĐ-CP';

const LEGISLATION = [
  'Hiến pháp',
  'Luật',
  'Pháp lệnh',
  'Lệnh',
  'Nghị quyết',
  'Nghị quyết liên tịch',
  'Nghị định',
  'Quyết định',
  'Thông tư',
  'Thông tư liên tịch',
  'Chỉ thị (UBND)',
  'Bộ luật',
  'VBQPPL của chính quyền địa phương ở đơn vị HC-KT đặc biệt',
];

const ADMINISTRATION = [
  'Nghị quyết (cá biệt)',
  'Quyết định (cá biệt)',
  'Chỉ thị',
  'Quy chế',
  'Quy định',
  'Thông cáo',
  'Thông báo',
  'Hướng dẫn',
  'Chương trình',
  'Kế hoạch',
  'Phương án',
  'Đề án',
  'Dự án',
  'Báo cáo',
  'Biên bản',
  'Tờ trình',
  'Hợp đồng',
  'Công văn',
  'Công điện',
  'Bản ghi nhớ',
  'Bản cam kết',
  'Bản thỏa thuận',
  'Giấy chứng nhận',
  'Giấy ủy quyền',
  'Giấy mời',
  'Giấy giới thiệu',
  'Giấy nghỉ phép',
  'Giấy đi đường',
  'Giấy biên nhận hồ sơ',
  'Phiếu gửi',
  'Phiếu chuyển',
  'Thư công',
];

/** Rows of section B that no source shows, first and last number of each run. */
const UNSEEN: readonly (readonly [number, number])[] = [
  [10, 17],
  [27, 32],
];

export const DOCUMENT_TYPES: CodeList<DocumentTypeRow> = {
  title: 'Loại văn bản (types of documents)',
  note: 'Matched by name; Type is believed to be 1 for section A and 2 for section B, TypeDetail the row. The list may still be that of 2016: it has types that Nghị định 30/2020/NĐ-CP dropped.',
  rows: [
    ...LEGISLATION.map((name, index) => row('A', index + 1, name)),
    ...ADMINISTRATION.map((name, index) => row('B', index + 1, name)),
    { section: 'B', number: null, name: 'Phiếu báo', confidence: 'M', source: 'Nghị định 30/2020/NĐ-CP' },
  ],
};

function row(section: 'A' | 'B', number: number, name: string): DocumentTypeRow {
  const unseen = section === 'B' && UNSEEN.some(([first, last]) => number >= first && number <= last);
  return { section, number, name, confidence: unseen ? 'L' : 'M', source: unseen ? INFERRED : AMENDMENT };
}

/** `Type` of each section, as the standard is believed to number them. */
const SECTION_TYPES = { A: 1, B: 2 } as const;

/**
 * The row that a package means, or undefined. A name goes before numbers; where a name stands in both sections (`Quyết
 * định`), the numbers choose, and without them the section that has the bare name. Numbers alone count only where there
 * is no name.
 */
export function documentTypeOf({ type, typeDetail, typeName }: DocumentType): DocumentTypeRow | undefined {
  const numbered = ({ section, number }: DocumentTypeRow): boolean =>
    SECTION_TYPES[section] === type && number !== null && number === typeDetail;
  if (typeName === undefined) return DOCUMENT_TYPES.rows.find(numbered);
  const name = normalised(typeName);
  const whole = DOCUMENT_TYPES.rows.filter((row) => normalised(row.name) === name);
  const bare = DOCUMENT_TYPES.rows.filter((row) => normalised(row.name.replace(/\(.*\)$/, '')) === name);
  return [...whole, ...bare].find(numbered) ?? whole[0] ?? bare[0];
}

/**
 * Folds case, composition and tones: writers place tones in two ways (thỏa, thoả), so letters are compared without
 * them.
 */
function normalised(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}
