// The words of a message's timeline: its acts and their actors.

import type { AuditAct, TraceAct } from '../core/exchange/audit-acts.ts';
import type { Language, Texts } from '../core/message/language.ts';
import type { Facts } from '../core/problems/finding.ts';
import type { Actor, ProblemCode } from '../core/problems/problems.ts';
import { STATUS_CODES } from './codes.ts';
import { describe } from './describe.ts';
import { inSentence, wordFor } from './words.ts';

const SENT: Texts = { vi: 'Chuyển tới hệ thống của nơi nhận', en: "Sent to the recipient's system" };

/** The acts. */
export const ACTS: Readonly<Record<AuditAct | TraceAct, Texts>> = {
  'message.accept': { vi: 'Hệ thống liên thông đã tiếp nhận gói tin', en: 'The gateway accepted the package' },
  'message.refuse': { vi: 'Hệ thống liên thông từ chối gói tin', en: 'The gateway refused the package' },
  'message.read': { vi: 'Đã xem nội dung', en: 'The content was read' },
  'message.release': {
    vi: 'Đã xác minh xong, gói tin được chuyển tiếp',
    en: 'Verification is complete, the package goes on',
  },
  'message.return': { vi: 'Gói tin được hoàn về nơi gửi', en: 'The package was returned to the sender' },
  'message.park': { vi: 'Gói tin chờ người xử lý', en: 'The package waits for a person' },
  'message.confirm': {
    vi: 'Văn bản khẩn đã chuyển được kiểm tra lại: hợp lệ',
    en: 'Checked again after delivery: it holds',
  },
  'message.refute': {
    vi: 'Văn bản khẩn đã chuyển được kiểm tra lại: không hợp lệ',
    en: 'Checked again after delivery: it does not hold',
  },
  'message.give-up': {
    vi: 'Văn bản khẩn đã chuyển: đến nay vẫn không kiểm tra được',
    en: 'Delivered unchecked, and nobody could tell to this day',
  },
  attempt: SENT,
  'delivery.send': SENT,
  'delivery.render': {
    vi: 'Đã chuyển sang định dạng của nơi nhận',
    en: "Put into the form that the recipient's system takes",
  },
  'delivery.read': { vi: 'Nơi nhận đã tải gói tin', en: 'The recipient downloaded the package' },
  'delivery.acknowledge': { vi: 'Nơi nhận đã xác nhận nhận đủ', en: 'The recipient acknowledged the package' },
  'delivery.cancel': {
    vi: 'Lượt gửi được dừng lại trước khi rời hệ thống',
    en: 'The delivery was stopped before it left',
  },
  'delivery.ask': { vi: 'Nơi nhận được hỏi về bản đang giữ', en: 'The recipient was asked about the copy it holds' },
  'delivery.park': { vi: 'Lượt gửi chờ người xử lý', en: 'The delivery waits for a person' },
  'delivery.return': { vi: 'Lượt gửi được hoàn về nơi gửi', en: 'The delivery was returned to the sender' },
  'status.accept': {
    vi: 'Hệ thống liên thông đã tiếp nhận trạng thái xử lý',
    en: 'The gateway accepted a business status',
  },
  'status.record': { vi: 'Nơi nhận báo trạng thái xử lý', en: 'The recipient reported a business status' },
  'status.recall': { vi: 'Nơi gửi đề nghị lấy lại văn bản', en: 'The sender asks to take the document back' },
  'connection.trust': { vi: 'Đổi mức tin cậy của một kết nối', en: 'The trust in a connection was changed' },
  'registry.apply': { vi: 'Nạp danh bạ mới', en: 'A new registry was applied' },
};

/** The parties that must act on a problem. */
export const ACTORS: Readonly<Record<Actor, Texts>> = {
  sender: { vi: 'Bên gửi', en: 'The sender' },
  receiver: { vi: 'Bên nhận', en: 'The recipient' },
  operator: { vi: 'Quản trị hệ thống liên thông', en: "The gateway's operator" },
  none: { vi: 'Không ai phải làm gì', en: 'Nobody' },
};

/** Actors of the gateway itself, by their names in the audit log. */
export const GATEWAY_ACTORS: Readonly<Record<'worker' | 'operator' | 'sequencer', Texts>> = {
  worker: { vi: 'hệ thống', en: 'gateway' },
  operator: { vi: 'quản trị', en: 'operator' },
  sequencer: { vi: 'hệ thống', en: 'gateway' },
};

/** Other actors of the audit log, which stand before a colon and a name: `client:van-phong`. */
export const NAMED_ACTORS: Readonly<Record<'client' | 'organisation', Texts>> = {
  client: { vi: 'kết nối', en: 'client' },
  organisation: { vi: 'cơ quan', en: 'organisation' },
};

/** An actor of the audit log: `hệ thống`, `kết nối van-phong`. */
export function actorInWords(actor: string, language: Language): string {
  const [kind = '', ...name] = actor.split(':');
  return name.length === 0
    ? wordFor(GATEWAY_ACTORS, actor, language)
    : `${wordFor(NAMED_ACTORS, kind, language)} ${name.join(':')}`;
}

interface Line {
  readonly act: string;
  readonly outcome: 'ok' | ProblemCode;
  readonly details: Facts;
}

/** One sentence: the act, the status it carries, and the problem where there was one. */
export function titleOf({ act, outcome, details }: Line, language: Language): string {
  const done = wordFor(ACTS, act, language);
  const code = details['code'] ?? details['statusCode'];
  const isStatus = typeof code === 'string' && Object.hasOwn(STATUS_CODES, code);
  const title = isStatus ? `${done}: ${code}, ${inSentence(wordFor(STATUS_CODES, code, language))}` : done;
  return outcome === 'ok' ? title : `${title}. ${describe(outcome, details, language).title}`;
}
