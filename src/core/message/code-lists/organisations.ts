// Codes of organisations: the forms they have, and those of level 1 that are known. Codes whose decisions could not be
// read are missing: the registry of a deployment lists its organisations.

import type { CodeList, NamedRow, Confidence, Sourced } from './code-list.ts';

const DECISION_09 = 'Quyết định 09/2025/QĐ-TTg, amending Quyết định 20/2020/QĐ-TTg, as published by the press';

export const MINISTRIES: CodeList<NamedRow> = {
  title: 'Bộ, ngành (codes of level 1, central)',
  note: 'In force from 14 April 2025. Not the whole list: codes that could not be read are left out.',
  rows: [
    ministry('G01', 'Bộ Công an'),
    ministry('G02', 'Bộ Công Thương'),
    ministry('G03', 'Bộ Giáo dục và Đào tạo'),
    ministry('G06', 'Bộ Khoa học và Công nghệ'),
    ministry('G08', 'Bộ Ngoại giao'),
    ministry('G09', 'Bộ Nội vụ'),
    ministry('G10', 'Bộ Nông nghiệp và Môi trường'),
    ministry('G11', 'Bộ Quốc phòng'),
    ministry('G12', 'Bộ Tài chính'),
    ministry('G15', 'Bộ Tư pháp'),
    ministry('G16', 'Bộ Văn hóa, Thể thao và Du lịch'),
    ministry('G17', 'Bộ Xây dựng'),
    ministry('G18', 'Bộ Y tế'),
    ministry('G19', 'Ngân hàng Nhà nước Việt Nam'),
    ministry('G20', 'Thanh tra Chính phủ'),
    ministry('G21', 'Bộ Dân tộc và Tôn giáo'),
    ministry('G22', 'Văn phòng Chính phủ'),
    ministry('G27', 'Đài Tiếng nói Việt Nam'),
    ministry('G28', 'Đài Truyền hình Việt Nam'),
    ministry('G30', 'Thông tấn xã Việt Nam'),
  ],
};

const PACKAGES = 'published lists and packages';
const POSITION = 'inferred from the place in the alphabetical list of provinces; no primary text found';

export const PROVINCES: CodeList<NamedRow> = {
  title: 'Tỉnh, thành phố (codes of level 1, local)',
  note: 'H: Ủy ban nhân dân, K: Hội đồng nhân dân. Not the whole list. A merged province keeps the code of its namesake.',
  rows: [
    province('H14', 'UBND tỉnh Cao Bằng', 'M', PACKAGES),
    province('H17', 'UBND thành phố Đà Nẵng', 'M', PACKAGES),
    province('H27', 'UBND tỉnh Hà Tĩnh', 'M', PACKAGES),
    province('H37', 'UBND tỉnh Lạng Sơn', 'M', PACKAGES),
    province('H41', 'UBND tỉnh Nghệ An', 'M', PACKAGES),
    province('H49', 'UBND tỉnh Quảng Ninh', 'M', PACKAGES),
    province('H52', 'UBND tỉnh Sơn La', 'M-L', POSITION),
    province('H54', 'UBND tỉnh Thái Bình', 'M', PACKAGES),
    province('H56', 'UBND tỉnh Thanh Hóa', 'M', PACKAGES),
    province('H57', 'UBND thành phố Huế', 'M', DECISION_09),
    province('K52', 'HĐND tỉnh Sơn La', 'L', 'inferred from the code of the province'),
    province('K57', 'HĐND thành phố Huế', 'M', DECISION_09),
  ],
};

export const LEVEL_ONE_LETTERS: CodeList<NamedRow> = {
  title: 'Chữ cái đầu của mã cấp 1 (first letters of level 1)',
  note: 'As seen in packages; others may exist.',
  rows: [
    letter('G', 'Bộ, cơ quan ngang bộ, cơ quan trung ương', 'M'),
    letter('H', 'Ủy ban nhân dân tỉnh, thành phố', 'M'),
    letter('K', 'Hội đồng nhân dân tỉnh, thành phố', 'M'),
    letter('W', 'Hệ thống của trục liên thông', 'M'),
    letter('A', 'Tổ chức đảng và tổ chức khác (ý nghĩa chưa xác định)', 'U'),
  ],
};

/** The project's own description, from the decisions and from packages. */
export interface OrganIdForm extends Sourced {
  readonly form: 'qd20' | 'qcvn-2016' | 'qcvn-2016-short' | 'enterprise';
  readonly title: string;
  /** A regular expression that the whole code matches. */
  readonly pattern: string;
}

/** QĐ 20/2020/QĐ-TTg sets the length. */
export const ORGAN_ID_LENGTH = 35;

export const ORGAN_ID_FORMS: CodeList<OrganIdForm> = {
  title: 'Dạng mã định danh cơ quan (forms of organisation codes)',
  note: 'The first form that matches is taken. A code of another form is taken too, and noted, when it has only upper-case letters, digits and single full stops, and at most 35 characters.',
  rows: [
    {
      form: 'qd20',
      title: 'Mã theo QĐ 20/2020: cấp 1 bên trái',
      pattern: '^[A-Z][0-9]{2}(\\.[0-9A-Z]+)*$',
      confidence: 'M',
      source: 'Quyết định 20/2020/QĐ-TTg',
    },
    {
      form: 'qcvn-2016',
      title: 'Mã cũ 13 ký tự: cấp 1 bên phải',
      pattern: '^[0-9A-Z]{3}\\.[0-9A-Z]{2}\\.[0-9A-Z]{2}\\.[A-Z][0-9]{2}$',
      confidence: 'M',
      source: 'QCVN 102:2016/BTTTT; letters in the lower groups as seen in packages',
    },
    {
      form: 'qcvn-2016-short',
      title: 'Mã cũ viết rút gọn: cấp 1 bên phải',
      pattern: '^[0-9A-Z]{2}(\\.[0-9A-Z]{2})?\\.[A-Z][0-9]{2}$',
      confidence: 'M',
      source: 'packages of the national axis',
    },
    {
      form: 'enterprise',
      title: 'Mã doanh nghiệp: mã số thuế, có thể có hai chữ số đứng trước',
      pattern: '^[0-9]{10,14}$',
      confidence: 'L',
      source: 'packages of enterprises',
    },
  ],
};

function ministry(code: string, vi: string): NamedRow {
  return { code, vi, confidence: 'M', source: DECISION_09 };
}

function province(code: string, vi: string, confidence: Confidence, source: string): NamedRow {
  return { code, vi, confidence, source };
}

function letter(code: string, vi: string, confidence: Confidence): NamedRow {
  return { code, vi, confidence, source: 'packages of the national axis' };
}
