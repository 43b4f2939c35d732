// What was added to a signed file after a signature, in words.

import type { Language, Texts } from '../core/message/language.ts';
import type { AdditionKind, AdditionSubject } from '../core/pdf/addition.ts';
import type { AdditionReport } from '../core/verify/pdf-report.ts';

export const ADDITION_KINDS: Readonly<Record<AdditionKind, Texts>> = {
  bookkeeping: { vi: 'không làm thay đổi nội dung', en: 'changes nothing of the content' },
  signing: { vi: 'ký thêm', en: 'signed further' },
  preparing: { vi: 'thêm chỗ để ký', en: 'a place to sign added' },
  filling: { vi: 'điền thông tin', en: 'filled in' },
  completing: { vi: 'bổ sung', en: 'completed' },
  colouring: { vi: 'quy định màu', en: 'colours laid down' },
  changing: { vi: 'thay đổi', en: 'changed' },
  unknown: { vi: 'thay đổi không xác định được', en: 'changed in a way that cannot be told' },
};

export const ADDITION_SUBJECTS: Readonly<Record<AdditionSubject, Texts>> = {
  signature: { vi: 'chữ ký số', en: 'a signature' },
  'time-stamp': { vi: 'dấu thời gian', en: 'a time stamp' },
  'signature-field': { vi: 'ô chữ ký để trống', en: 'an empty signature field' },
  'signature-picture': {
    vi: 'hình được vẽ vào ô chữ ký mà không có chữ ký số hợp lệ',
    en: 'a picture drawn into a signature field without a signature that holds',
  },
  'field-value': { vi: 'nội dung của một ô trong biểu mẫu', en: 'the content of a field of the form' },
  form: { vi: 'các ô của biểu mẫu bị thêm, sửa hoặc bỏ', en: 'fields of the form were added, altered or taken away' },
  'form-resources': { vi: 'cách thể hiện các ô của biểu mẫu', en: 'the look of the fields of the form' },
  annotation: { vi: 'ghi chú, hình hoặc dấu đặt trên trang', en: 'a note, picture or stamp on a page' },
  'annotation-removed': { vi: 'ghi chú hoặc ô trên trang bị bỏ', en: 'a note or field taken off a page' },
  'page-content': { vi: 'nội dung của trang', en: 'the content of a page' },
  'page-resources': { vi: 'phông chữ hoặc hình của trang', en: 'fonts or pictures of a page' },
  'page-size': {
    vi: 'kích thước, phần nhìn thấy hoặc chiều của trang',
    en: 'the size, visible part or turn of a page',
  },
  page: { vi: 'thuộc tính của trang', en: 'an attribute of a page' },
  pages: { vi: 'trang bị thêm, bỏ hoặc đổi thứ tự', en: 'pages were added, taken away or put in another order' },
  actions: { vi: 'thao tác mà phần mềm đọc sẽ tự thực hiện', en: 'something for the reader’s program to do' },
  layers: { vi: 'các lớp nội dung được hiện hoặc ẩn', en: 'which layers of the content are shown' },
  'output-intent': { vi: 'cách thể hiện màu', en: 'how colours are rendered' },
  structure: { vi: 'cấu trúc dành cho phần mềm đọc màn hình', en: 'the structure that screen readers follow' },
  encryption: { vi: 'việc mã hóa tệp', en: 'the encryption of the file' },
  document: { vi: 'thuộc tính chung của tệp', en: 'an attribute of the whole file' },
  'stray-bytes': {
    vi: 'dữ liệu thừa mà mỗi phần mềm đọc hiểu một cách',
    en: 'stray data that each reader’s program takes in its own way',
  },
  more: { vi: 'rất nhiều thay đổi khác', en: 'a great many further changes' },
};

const PHRASES = {
  place: {
    vi: 'trang {page}, cách mép trái {left} mm, cách mép trên {top} mm, rộng {width} mm, cao {height} mm',
    en: 'page {page}, {left} mm from the left, {top} mm from the top, {width} mm wide, {height} mm high',
  },
  page: { vi: 'cả trang {page}', en: 'the whole of page {page}' },
  covered: { vi: 'được chữ ký của {signer} xác nhận', en: 'confirmed by the signature of {signer}' },
  words: { vi: 'che: “{covers}”', en: 'covers “{covers}”' },
  picture: { vi: 'che hình hoặc chữ ký đã có', en: 'covers a picture or signature that stood there' },
  uncovered: { vi: 'không được chữ ký nào xác nhận', en: 'confirmed by no signature' },
} as const satisfies Readonly<Record<string, Texts>>;

/** An addition in one sentence: what it is, where it is seen, whose signature confirms it. */
export function additionInWords(
  { kind, subject, place, field, covers, coveredBy }: AdditionReport,
  language: Language,
): string {
  const what = `${ADDITION_KINDS[kind][language]}: ${ADDITION_SUBJECTS[subject][language]}`;
  const name = field === null ? '' : ` “${field}”`;
  const where =
    place === null ? [] : [filledWith(PHRASES[place.share === 1 ? 'page' : 'place'][language], { ...place })];
  const beneath =
    covers === undefined ? [] : [filledWith(PHRASES[covers === '' ? 'picture' : 'words'][language], { covers })];
  const signer = coveredBy?.signer ?? coveredBy?.field;
  const whose = signer === undefined ? PHRASES.uncovered[language] : filledWith(PHRASES.covered[language], { signer });
  return [what + name, ...where, ...beneath, whose].join('; ');
}

function filledWith(text: string, facts: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '…'));
}
