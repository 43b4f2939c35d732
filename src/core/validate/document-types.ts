// Names of document types, by which documents are sorted; numbers contradict each other in practice and are only kept.
// Source: SĐ1:2022 QCVN 102:2016/BTTTT as far as it could be read, and Nghị định 30/2020/NĐ-CP for the types it adds.

const NAMES: readonly string[] = [
  // Văn bản quy phạm pháp luật
  'Hiến pháp',
  'Luật',
  'Bộ luật',
  'Pháp lệnh',
  'Lệnh',
  'Nghị quyết',
  'Nghị quyết liên tịch',
  'Nghị định',
  'Quyết định',
  'Thông tư',
  'Thông tư liên tịch',
  'Chỉ thị',
  // Văn bản hành chính
  'Nghị quyết (cá biệt)',
  'Quyết định (cá biệt)',
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
  'Phiếu báo',
  'Thư công',
];

const KNOWN: ReadonlySet<string> = new Set(NAMES.map(normalised));

/** By name, whatever its case, composition or placing of tones. */
export function isKnownDocumentType(typeName: string): boolean {
  return KNOWN.has(normalised(typeName));
}

/** Tones are placed in two ways (thỏa, thoả), so letters are compared without them. */
function normalised(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}
