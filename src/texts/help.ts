// The words around the help of commands, and what is told of a command line that cannot be read.

import type { Texts } from '../core/message/language.ts';

/** Headings, by the library's own. */
export const HEADINGS: Readonly<Record<string, Texts>> = {
  'Usage:': { vi: 'Cách dùng:', en: 'Usage:' },
  'Arguments:': { vi: 'Đối số:', en: 'Arguments:' },
  'Options:': { vi: 'Tùy chọn:', en: 'Options:' },
  'Commands:': { vi: 'Lệnh:', en: 'Commands:' },
};

export const HELP = {
  options: { vi: '[tùy chọn]', en: '[options]' },
  command: { vi: '[lệnh]', en: '[command]' },
  help: { vi: 'in cách dùng', en: 'display help for command' },
  helpCommand: { vi: 'in cách dùng một lệnh', en: 'display help for command' },
  choices: { vi: 'một trong: {choices}', en: 'choices: {choices}' },
  fallback: { vi: 'mặc định: {fallback}', en: 'default: {fallback}' },
  exits: { vi: 'Trạng thái kết thúc:', en: 'Exit status:' },
  pages: { vi: 'Trang tài liệu, bằng tiếng Anh (lienthong help TRANG):', en: 'Pages (lienthong help TOPIC):' },
  hint: { vi: '(xem hướng dẫn: --help)', en: '(see --help)' },
  error: { vi: 'Lỗi: {reason}', en: 'error: {reason}' },
  settings: {
    vi: 'Thiết lập (biến môi trường, hoặc tệp JSON mà LIENTHONG_CONFIG chỉ ra; biến môi trường được ưu tiên):',
    en: 'Settings (environment, or a JSON file named by LIENTHONG_CONFIG; the environment wins):',
  },
  secrets: {
    vi: 'Biến có đuôi _FILE chỉ ra tệp chứa giá trị bí mật.',
    en: 'A variable ending in _FILE names a file that holds the secret.',
  },
} as const satisfies Readonly<Record<string, Texts>>;

/** Names of what stands for a value: `<file>`. */
export const VALUES: Readonly<Record<string, Texts>> = {
  address: { vi: 'địa chỉ', en: 'address' },
  code: { vi: 'mã', en: 'code' },
  command: { vi: 'lệnh', en: 'command' },
  days: { vi: 'số ngày', en: 'days' },
  file: { vi: 'tệp', en: 'file' },
  files: { vi: 'tệp', en: 'files' },
  folder: { vi: 'thư mục', en: 'folder' },
  form: { vi: 'dạng', en: 'form' },
  id: { vi: 'mã', en: 'id' },
  instant: { vi: 'thời điểm', en: 'instant' },
  key: { vi: 'khóa', en: 'key' },
  kind: { vi: 'loại', en: 'kind' },
  language: { vi: 'ngôn ngữ', en: 'language' },
  list: { vi: 'danh sách', en: 'list' },
  name: { vi: 'tên', en: 'name' },
  number: { vi: 'số', en: 'number' },
  oids: { vi: 'mã chính sách', en: 'oids' },
  path: { vi: 'đường dẫn', en: 'path' },
  purpose: { vi: 'mục đích', en: 'purpose' },
  reason: { vi: 'lý do', en: 'reason' },
  seconds: { vi: 'số giây', en: 'seconds' },
  text: { vi: 'lời', en: 'text' },
  topic: { vi: 'tên trang', en: 'topic' },
  url: { vi: 'địa chỉ', en: 'url' },
};

/** Why a command line cannot be read. */
export const USAGE_FAULTS = {
  'option-unknown': { vi: 'không có tùy chọn {option}', en: 'unknown option {option}' },
  'command-unknown': { vi: 'không có lệnh {command}', en: 'unknown command {command}' },
  'argument-missing': { vi: 'thiếu đối số <{argument}>', en: 'missing argument <{argument}>' },
  'value-missing': { vi: 'tùy chọn {option} thiếu giá trị', en: 'option {option} needs a value' },
  'option-missing': { vi: 'thiếu tùy chọn bắt buộc {option}', en: 'required option {option} is missing' },
  'arguments-surplus': {
    vi: 'thừa đối số: cần {wanted}, có {count}',
    en: 'too many arguments: {wanted} wanted, {count} given',
  },
  'choice-unknown': {
    vi: '{option}: {value} không dùng được; chọn một trong: {choices}',
    en: '{option}: {value} cannot be used; choose one of: {choices}',
  },
  'seconds-wanted': { vi: '{option}: {value} không phải số giây', en: '{option}: {value} is no number of seconds' },
  'days-wanted': { vi: '{option}: {value} không phải số ngày', en: '{option}: {value} is no number of days' },
  'port-wanted': { vi: '{option}: {value} không phải số cổng', en: '{option}: {value} is no port' },
  'topic-unknown': {
    vi: 'không có trang hoặc lệnh {topic}; các trang: {choices}',
    en: 'no page or command {topic}; pages: {choices}',
  },
  near: { vi: ' (có phải là {near}?)', en: ' (did you mean {near}?)' },
} as const satisfies Readonly<Record<string, Texts>>;

export type UsageFault = Exclude<keyof typeof USAGE_FAULTS, 'near'>;
