// Why a setting, or the registry, cannot be used. `{name}` is filled from the facts.

import type { Texts } from '../core/message/language.ts';

export const CONFIG_REASONS = {
  'setting-unknown': { vi: 'chương trình không có thiết lập này', en: 'this program has no such setting' },
  'secret-set-twice': { vi: 'chỉ đặt một trong {name} và {name}_FILE', en: 'set {name} or {name}_FILE, not both' },
  'named-file-unreadable': {
    vi: 'không đọc được tệp mà thiết lập này nêu',
    en: 'the file that it names cannot be read',
  },
  'named-file-not-json': { vi: 'tệp mà thiết lập này nêu không phải JSON', en: 'the file that it names is not JSON' },
  'named-file-not-object': {
    vi: 'tệp mà thiết lập này nêu phải chứa đúng một đối tượng JSON',
    en: 'the file that it names must hold one JSON object',
  },
  'companion-missing': { vi: 'chỉ có nghĩa khi đặt cả {companion}', en: 'it has no meaning without {companion}' },
  'rival-set': { vi: 'không đặt cùng lúc với {rival}', en: 'it cannot be set together with {rival}' },
  'scheme-wrong': { vi: 'phải bắt đầu bằng một trong: {schemes}', en: 'it must begin with one of: {schemes}' },
  'host-wrong': {
    vi: '“{entry}” không phải tên máy chủ, có hoặc không kèm cổng',
    en: '“{entry}” is neither a host nor a host and its port',
  },
  'text-wanted': { vi: 'phải là chữ', en: 'it must be text' },
  'path-wanted': { vi: 'phải là đường dẫn', en: 'it must be a path' },
  'url-wanted': { vi: 'phải là địa chỉ đầy đủ, có cả giao thức', en: 'it must be an absolute URL' },
  'integer-wanted': {
    vi: 'phải là số nguyên từ {least} đến {most}',
    en: 'it must be a whole number from {least} to {most}',
  },
  'seconds-wanted': {
    vi: 'phải là số giây, số nguyên từ {least} đến {most}',
    en: 'it must be a whole number of seconds from {least} to {most}',
  },
  'bytes-wanted': {
    vi: 'phải là dung lượng, ví dụ 300MB, từ {least} đến {most} byte',
    en: 'it must be a size such as 300MB, from {least} to {most} bytes',
  },
  'list-wanted': { vi: 'phải là danh sách, cách nhau bằng dấu phẩy', en: 'it must be a list separated by commas' },
  'choice-wanted': { vi: 'phải là một trong: {choices}', en: 'it must be one of: {choices}' },
  'choices-wanted': {
    vi: 'phải là danh sách lấy trong: {choices}',
    en: 'it must be a list out of: {choices}',
  },
  'address-wanted': { vi: 'cần một địa chỉ', en: 'an address is wanted' },
  'p256-key-wanted': { vi: 'cần một khóa bí mật loại P-256', en: 'a P-256 private key is wanted' },
  'hexadecimal-wanted': { vi: 'cần đúng 64 chữ số thập lục phân', en: '64 hexadecimal digits are wanted' },
  'server-account-missing': {
    vi: 'PostgreSQL không chạy bằng tài khoản root, và máy này không có tài khoản postgres hay nobody',
    en: 'PostgreSQL does not run as root, and the machine has no user postgres or nobody',
  },
  'folder-out-of-reach': {
    vi: 'tài khoản chạy máy chủ cơ sở dữ liệu không vào được thư mục này',
    en: 'the user of the database server cannot reach it',
  },
  'folder-path-too-long': {
    vi: 'đường dẫn của thư mục dữ liệu quá dài',
    en: 'the path of the data directory is too long',
  },
  'embedded-server-missing': {
    vi: 'không có PostgreSQL đi kèm cho máy này ({package}); hãy nêu địa chỉ một máy chủ',
    en: 'no embedded PostgreSQL for this machine ({package}); name a server instead',
  },
  'migration-changed': {
    vi: 'bước nâng cấp này đã bị sửa sau khi áp dụng',
    en: 'the migration was changed after it was applied',
  },
  'run-role-missing': {
    vi: 'không có tài khoản cơ sở dữ liệu {role} để chạy',
    en: 'the run role {role} does not exist',
  },
  'registry-shape': { vi: 'mục “{place}”: {fault}', en: '“{place}”: {fault}' },
  'registry-connection-missing': {
    vi: 'cơ quan {organisation}: không có kết nối {connection}',
    en: 'organisation {organisation}: no connection {connection}',
  },
  'registry-successor-missing': {
    vi: 'cơ quan {organisation}: không có cơ quan kế thừa {successor}',
    en: 'organisation {organisation}: no successor {successor}',
  },
  'registry-organisation-missing': {
    vi: 'kết nối {connection}: không có cơ quan {organisation}',
    en: 'connection {connection}: no organisation {organisation}',
  },
  'registry-entry-missing': {
    vi: 'có mục nêu “{value}” mà danh bạ không có',
    en: 'an entry names “{value}”, which the registry does not have',
  },
  'registry-entry-twice': { vi: '“{value}” có hai lần', en: '“{value}” is there twice' },
  'registry-entry-empty': { vi: 'có mục thiếu {column}', en: 'an entry lacks {column}' },
} as const satisfies Readonly<Record<string, Texts>>;

export type ConfigReason = keyof typeof CONFIG_REASONS;
