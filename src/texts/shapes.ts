// What is wrong with data that a person wrote. `{name}` is filled from the facts.

import type { Texts } from '../core/message/language.ts';
import type { ShapeFault } from '../core/problems/shape.ts';
import type { Words } from './words.ts';

export const SHAPE_WORDS: Readonly<Record<ShapeFault, Texts>> = {
  absent: { vi: 'thiếu', en: 'it is missing' },
  'kind-wrong': { vi: 'phải là {expected}', en: 'it must be {expected}' },
  'choice-wrong': { vi: 'phải là một trong các giá trị: {choices}', en: 'it must be one of the values: {choices}' },
  'form-wrong': { vi: 'không đúng cách viết', en: 'it is not written as it must be' },
  'too-large': { vi: 'lớn hoặc dài quá {most}', en: 'it is larger or longer than {most}' },
  'too-small': { vi: 'nhỏ hoặc ngắn hơn {least}', en: 'it is smaller or shorter than {least}' },
  'member-unknown': { vi: 'có mục lạ: {members}', en: 'it has members that are not known: {members}' },
  'rule-broken': { vi: 'trái quy tắc: {rule}', en: 'against a rule: {rule}' },
};

/** Kinds of values, by the names that the reader of JSON gives them. */
export const VALUE_KINDS: Words = {
  string: { vi: 'chuỗi ký tự', en: 'text' },
  number: { vi: 'số', en: 'a number' },
  int: { vi: 'số nguyên', en: 'a whole number' },
  boolean: { vi: 'true (có) hoặc false (không)', en: 'true or false' },
  array: { vi: 'danh sách', en: 'a list' },
  object: { vi: 'đối tượng', en: 'an object' },
  record: { vi: 'đối tượng có các mục tùy ý', en: 'an object with any members' },
};

/** Rules about members that belong together, by the names that whoever keeps the rule gives them. */
export const SHAPE_RULES: Words = {
  'certificate-unreadable': { vi: 'không phải chứng thư số dạng PEM', en: 'not a certificate in PEM' },
  'list-unreadable': { vi: 'không phải danh sách thu hồi dạng PEM', en: 'not a revocation list in PEM' },
  'profile-unknown': {
    vi: 'không có mức tin cậy này, hoặc mức này phải có ngày kết thúc (validTo)',
    en: 'no such profile, or one that must say with validTo when it ends',
  },
  'form-unsignable': { vi: 'chỉ định dạng edxml ký số được', en: 'only edxml can be signed' },
  'secret-twice': { vi: 'chỉ ghi một trong secret và secretSha256', en: 'secret or secretSha256, not both' },
  'holder-unclear': {
    vi: 'ghi đúng một trong: certificate, keySha256, hoặc issuer cùng với subject',
    en: 'one of: certificate, keySha256, or issuer with subject',
  },
  'address-with-credentials': {
    vi: 'địa chỉ có kèm tài khoản, mật khẩu hoặc phần sau dấu #',
    en: 'it carries credentials or a fragment',
  },
  'trust-without-https': { vi: 'ca và pin chỉ dùng với địa chỉ https', en: 'ca and pin are only for https' },
  'origin-other': {
    vi: 'phải cùng giao thức, máy chủ và cổng với url',
    en: 'it is not of the same origin as url',
  },
};
