// Why a key cannot be read or used. `{name}` is filled from the facts.

import type { Texts } from '../core/message/language.ts';

export const KEY_REASONS = {
  'key-file-unreadable': { vi: 'không mở được tệp', en: 'the file cannot be opened' },
  'key-closed': { vi: 'khóa đã được đóng lại', en: 'the key is closed' },
  'key-not-private': { vi: 'không phải khóa bí mật', en: 'not a private key' },
  'key-or-passphrase-wrong': {
    vi: 'không phải khóa bí mật, hoặc mật khẩu sai',
    en: 'not a private key, or wrong passphrase',
  },
  'key-kind-unusable': {
    vi: 'không ký được bằng khóa loại {kind}; ký được bằng RSA hoặc EC P-256',
    en: 'a key of kind {kind} cannot sign here; RSA or EC P-256 can',
  },
  'key-without-certificate': {
    vi: 'không có chứng thư số nào là của khóa này',
    en: 'no certificate belongs to the key',
  },
  'certificate-beside-unreadable': {
    vi: 'không đọc được một chứng thư số kèm theo khóa',
    en: 'a certificate beside the key cannot be read',
  },
  'token-library-unusable': { vi: 'không nạp được thư viện', en: 'the library cannot be loaded' },
  'token-unreadable': { vi: 'không đọc được thiết bị giữ khóa', en: 'the token cannot be read' },
  'token-signing-failed': { vi: 'thiết bị giữ khóa không ký được', en: 'the token did not sign' },
  'token-missing': { vi: 'không có thiết bị nào mang nhãn này', en: 'there is no token of this label' },
  'token-ambiguous': { vi: 'có nhiều thiết bị cùng mang nhãn này', en: 'there are several tokens of this label' },
  'pin-near-lock': {
    vi: 'nhập sai mã PIN một lần nữa thì thiết bị sẽ khóa; hãy đăng nhập trước bằng chương trình khác',
    en: 'one more wrong PIN would lock the token; log in with another program first',
  },
  'token-key-missing': {
    vi: 'không có khóa bí mật RSA hoặc EC nào mang tên này',
    en: 'there is no RSA or EC private key of this name',
  },
  'token-key-ambiguous': {
    vi: 'có nhiều khóa bí mật cùng mang tên này',
    en: 'there are several private keys of this name',
  },
  'public-key-unreadable': { vi: 'không đọc được khóa công khai của nó', en: 'its public key cannot be read' },
  'public-key-missing': {
    vi: 'bên cạnh nó không có khóa công khai P-256 hoặc RSA, cũng không có chứng thư số',
    en: 'there is neither a P-256 or RSA public key nor a certificate beside it',
  },
  'public-key-foreign': {
    vi: 'khóa công khai mang tên này không phải của nó',
    en: 'the public key of this name does not belong to it',
  },
  'key-file-too-large': { vi: 'tệp quá lớn', en: 'the file is too large' },
  'key-not-single': { vi: 'tệp phải chứa đúng một khóa', en: 'the file must hold exactly one key' },
  'pkcs12-or-passphrase-wrong': {
    vi: 'không phải tệp PKCS#12, hoặc mật khẩu sai',
    en: 'not a PKCS#12 file, or wrong passphrase',
  },
  'pkcs12-key-unreadable': { vi: 'không đọc được khóa trong tệp', en: 'the key in it cannot be read' },
  'key-not-public': { vi: 'đây là khóa bí mật; cần khóa công khai', en: 'a private key; a public one is wanted' },
  'public-file-unknown': {
    vi: 'không phải khóa công khai, cũng không phải chứng thư số',
    en: 'neither a public key nor a certificate',
  },
} as const satisfies Readonly<Record<string, Texts>>;

export type KeyReason = keyof typeof KEY_REASONS;
