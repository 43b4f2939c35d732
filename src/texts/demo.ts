// The words of the demonstration: the name of each step, its expected and its observed result.

import type { Language, Texts } from '../core/message/language.ts';
import { ARRIVED } from './trace.ts';
import { inSentence, wordFor, type Words } from './words.ts';

/** The same text in both languages: figures, names and codes. */
export function bothWays(text: string): Texts {
  return { vi: text, en: text };
}

/** The word for a code as it stands within a sentence, in both languages. */
export function inBoth(words: Words, code: string): Texts {
  return { vi: inSentence(wordFor(words, code, 'vi')), en: inSentence(wordFor(words, code, 'en')) };
}

const NO_DELIVERY: Texts = { vi: 'không thấy lượt gửi', en: 'no delivery found' };

interface Holder {
  readonly organisation: string;
  readonly state: Texts;
}

interface Summary {
  readonly arrived: number;
  readonly total: number;
}

export const DEMO_STEPS = {
  token: {
    name: { vi: 'Xin mã truy cập', en: 'Ask for an access token' },
    expected: { vi: 'mã Bearer, có thời hạn', en: 'Bearer, with a lifetime' },
    seen: (type: string, seconds: number): Texts => ({ vi: `${type}, ${seconds} giây`, en: `${type}, ${seconds} s` }),
  },
  submit: {
    name: { vi: 'Gửi văn bản đã ký số tới 4 nơi nhận', en: 'Send a signed document to 4 addressees' },
    expected: { vi: 'đạt, tiếp nhận, 4 lượt gửi', en: 'passed, accepted, 4 deliveries' },
    seen: (http: number, verdict: Texts, disposition: Texts, deliveries: number): Texts => ({
      vi: `HTTP ${http}: ${verdict.vi}, ${disposition.vi}, ${deliveries} lượt gửi`,
      en: `HTTP ${http}: ${verdict.en}, ${disposition.en}, ${deliveries} deliveries`,
    }),
  },
  receipt: {
    name: { vi: 'Kiểm tra chữ ký trên biên nhận', en: 'Check the signature on the receipt' },
    expected: { vi: 'chữ ký đúng, đúng mã băm của gói tin', en: 'signature valid, hash is that of the package' },
    noKey: (keyId: string): Texts => ({ vi: `không có khóa ${keyId}`, en: `no key ${keyId}` }),
    seen: (isValid: boolean, isSame: boolean, at: string): Texts => ({
      vi: `${isValid ? 'chữ ký đúng' : 'CHỮ KÝ SAI'}, ${isSame ? 'đúng' : 'KHÁC'} mã băm, lúc ${at}`,
      en: `signature ${isValid ? 'valid' : 'INVALID'}, hash ${isSame ? 'the same' : 'DIFFERENT'}, at ${at}`,
    }),
  },
  delivery: {
    pushed: (name: string): Texts => ({ vi: `${name} nhận qua HTTP`, en: `${name} takes the push` }),
    pulled: (name: string): Texts => ({ vi: `${name} tự lấy và xác nhận`, en: `${name} pulls and acknowledges` }),
    passedOn: (name: string): Texts => ({ vi: `${name} lấy và xác nhận`, en: `${name} pulls and acknowledges` }),
    expected: (state: Texts): Texts => ({
      vi: `đúng từng byte, trạng thái ${state.vi}`,
      en: `byte for byte the same, state ${state.en}`,
    }),
    nothing: (state: Texts): Texts => ({
      vi: `chưa nhận được gì, trạng thái ${state.vi}`,
      en: `nothing came, state ${state.en}`,
    }),
    seen: (bytes: string, isSame: boolean, state: Texts): Texts => ({
      vi: `${bytes} ${isSame ? 'đúng' : 'KHÁC'}, trạng thái ${state.vi}`,
      en: `${bytes} ${isSame ? 'the same' : 'DIFFERENT'}, state ${state.en}`,
    }),
  },
  platformReport: {
    name: (name: string): Texts => ({ vi: `${name} báo 01: đã đến`, en: `${name} reports 01: arrived` }),
    expected: (state: Texts): Texts => ({ vi: `trạng thái ${state.vi}`, en: `state ${state.en}` }),
    noDelivery: NO_DELIVERY,
    seen: (state: Texts, handling: string): Texts => ({
      vi: `trạng thái ${state.vi}, xử lý ${handling}`,
      en: `state ${state.en}, handling ${handling}`,
    }),
  },
  unreachable: {
    name: (name: string): Texts => ({ vi: `${name} chưa kết nối được`, en: `${name} cannot be reached` }),
    expected: (state: Texts): Texts => ({
      vi: `trạng thái ${state.vi}, có giờ gửi lại`,
      en: `state ${state.en}, with a time for the next try`,
    }),
    seen: (state: Texts, next: string, why: string): Texts => ({
      vi: `trạng thái ${state.vi}, lần tới ${next}: ${why}`,
      en: `state ${state.en}, next ${next}: ${why}`,
    }),
  },
  status: {
    name: (name: string): Texts => ({ vi: `${name} báo 03: đã tiếp nhận`, en: `${name} reports 03: registered` }),
    expected: (sender: string): Texts => ({ vi: `về tới hộp thư của ${sender}`, en: `comes back to ${sender}` }),
    noDelivery: NO_DELIVERY,
    seen: (isBack: boolean, handling: string): Texts => ({
      vi: `${isBack ? 'đã về' : 'chưa về'}, xử lý ${handling}`,
      en: `${isBack ? 'came back' : 'did not come back'}, handling ${handling}`,
    }),
  },
  revoke: {
    name: (sender: string): Texts => ({ vi: `${sender} thu hồi văn bản`, en: `${sender} revokes the letter` }),
    expected: (stopped: string, state: Texts, agreeing: string): Texts => ({
      vi: `${stopped}: ${state.vi}; ba nơi kia được hỏi, ${agreeing} đồng ý (15)`,
      en: `${stopped}: ${state.en}; the three others are asked, ${agreeing} agrees (15)`,
    }),
    notTold: (name: string): Texts => ({ vi: `${name} chưa nhận được`, en: `${name} was not told` }),
    seen: (holders: readonly Holder[]): Texts => ({
      vi: holders.map(({ organisation, state }) => `${organisation} ${state.vi}`).join(', '),
      en: holders.map(({ organisation, state }) => `${organisation} ${state.en}`).join(', '),
    }),
  },
  repeat: {
    name: { vi: 'Gửi lại đúng gói tin ấy', en: 'Send the very same package again' },
    expected: { vi: 'HTTP 200, cùng một biên nhận', en: 'HTTP 200, the same receipt' },
    seen: (http: number, isSame: boolean): Texts => ({
      vi: `HTTP ${http}, ${isSame ? 'cùng một biên nhận' : 'biên nhận KHÁC'}`,
      en: `HTTP ${http}, ${isSame ? 'the same receipt' : 'ANOTHER receipt'}`,
    }),
  },
  tampered: {
    name: { vi: 'Gửi gói tin bị sửa một byte sau khi ký', en: 'Send a package with one byte changed after signing' },
    expected: { vi: 'bị từ chối: signature-invalid', en: 'refused: signature-invalid' },
    accepted: (http: number): Texts => ({ vi: `HTTP ${http}: ĐƯỢC TIẾP NHẬN`, en: `HTTP ${http}: ACCEPTED` }),
  },
  summary: {
    name: { vi: 'Tổng hợp các nơi nhận', en: 'Count the addressees' },
    expected: { vi: '3 / 4 nơi đã đến', en: '3 / 4 arrived' },
    seen: (summary: Summary): Texts => ({ vi: ARRIVED.vi(summary), en: ARRIVED.en(summary) }),
  },
  trace: {
    name: { vi: 'Xem dòng thời gian', en: 'Read the timeline' },
    expected: {
      vi: 'có tiếp nhận, và mỗi nơi nhận ít nhất một dòng',
      en: 'the acceptance, and a line for each addressee',
    },
    seen: (lines: number, reached: number, addressees: number): Texts => ({
      vi: `${lines} dòng, ${reached} / ${addressees} nơi nhận`,
      en: `${lines} lines, ${reached} of ${addressees} addressees`,
    }),
  },
  evidence: {
    name: { vi: 'Tải hồ sơ chứng cứ, tự kiểm tra', en: 'Fetch the evidence and prove it again' },
    expected: { vi: 'đạt, không hỏi hệ thống', en: 'passed, without asking the gateway' },
    seen: (verdict: Texts, code: string, file: string): Texts => ({
      vi: `${verdict.vi}${code === '' ? '' : ` ${code}`}: ${file}`,
      en: `${verdict.en}${code === '' ? '' : ` ${code}`}: ${file}`,
    }),
  },
} as const;

export const EXPECTED: Texts = { vi: 'Mong đợi', en: 'Expected' };
export const TIMELINE: Texts = { vi: 'Dòng thời gian', en: 'Timeline' };

export const ALL_AS_TOLD: Readonly<Record<Language, (steps: number) => string>> = {
  vi: (steps) => `${steps} bước đều đúng như đã nói.`,
  en: (steps) => `All ${steps} steps came out as told.`,
};

export const NOT_AS_TOLD: Readonly<Record<Language, (steps: number) => string>> = {
  vi: (steps) => `${steps} bước không đúng:`,
  en: (steps) => `${steps} steps did not come out as told:`,
};

export const FAILED_HEADS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Bước', 'Mong đợi', 'Đã thấy'],
  en: ['Step', 'Expected', 'Seen'],
};

/** Labels of the addresses at the end. */
export const ADDRESSES = {
  gateway: { vi: 'Địa chỉ', en: 'Gateway' },
  interface: { vi: 'Giao diện', en: 'Interface' },
  state: { vi: 'Tình trạng', en: 'State' },
  credentials: { vi: 'Tài khoản thử', en: 'Credentials' },
  package: { vi: 'Gói tin đã gửi', en: 'Package sent' },
  again: { vi: 'Xem lại', en: 'Look again' },
  evidence: { vi: 'Hồ sơ chứng cứ', en: 'Evidence' },
  stop: { vi: 'Dừng', en: 'Stop' },
} as const satisfies Readonly<Record<string, Texts>>;
