// Reasons why a command's arguments, or a file that they name, cannot be used. `{name}` is filled from the facts.

import type { Texts } from '../core/message/language.ts';

export const USAGE_REASONS = {
  'account-missing': {
    vi: 'cần --gateway, --client và --secret-file, hoặc --credentials với một tệp có đủ các mục đó',
    en: 'give --gateway, --client and --secret-file, or --credentials with a file that has them',
  },
  'address-invalid': {
    vi: '{address} không phải địa chỉ http hoặc https',
    en: '{address} is not an http or https address',
  },
  'adapter-unknown': {
    vi: '{file}: kết nối {connection}: không có loại {adapter}; hiện có {choices}',
    en: '{file}: connection {connection}: adapter {adapter} is none of {choices}',
  },
  'authority-missing': {
    vi: 'chưa có nơi cấp chứng thư số trong {folder}; lệnh pki init sẽ tạo',
    en: 'no authority in {folder}; pki init makes one',
  },
  'choice-unknown': { vi: '{option} phải là một trong: {choices}', en: '{option} is one of: {choices}' },
  'delivery-unnamed': {
    vi: 'hệ thống liên thông trả về mã lượt gửi không hợp lệ',
    en: 'the gateway named a delivery by something that is no id',
  },
  'file-invalid': { vi: '{file}: mục “{place}”: {fault}', en: '{file}: “{place}”: {fault}' },
  'folder-unusable': { vi: 'không tạo được thư mục {folder}', en: '{folder} cannot be made a folder' },
  'head-invalid': { vi: '{file} không phải đỉnh của nhật ký', en: '{file} is not a head of an audit log' },
  'json-needs-out': { vi: '--json phải đi cùng --out', en: '--json needs --out' },
  'json-invalid': { vi: '{file} không phải JSON', en: '{file} is not JSON' },
  'no-anchor': {
    vi: '{option}: không có chứng thư số gốc (tự cấp) nào ở đó',
    en: '{option}: no self-issued certificate there',
  },
  'not-a-file': { vi: '{file} không phải một tệp', en: '{file} is not a file' },
  'settings-invalid': {
    vi: '{file}: kết nối {connection}: thiết lập “{place}”: {fault}',
    en: '{file}: connection {connection}: setting “{place}”: {fault}',
  },
  'value-unusable': { vi: 'giá trị không dùng được: {option} {value}', en: 'not a usable value: {option} {value}' },
} as const satisfies Readonly<Record<string, Texts>>;

export type UsageReason = keyof typeof USAGE_REASONS;
