// What a line of the timeline says to a person.

import { describe } from '../../texts/describe.ts';
import type { TraceLine } from '../../ports/messages.ts';
import type { Language } from '../problem.ts';

const ACTS: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map([
  ['message.accept', { vi: 'Hệ thống liên thông đã tiếp nhận gói tin', en: 'The gateway accepted the package' }],
  ['message.hold', { vi: 'Gói tin chờ xác minh', en: 'The package waits for verification' }],
  [
    'message.release',
    { vi: 'Đã xác minh xong, gói tin được chuyển tiếp', en: 'Verification is complete, the package goes on' },
  ],
  ['message.return', { vi: 'Gói tin được hoàn về nơi gửi', en: 'The package was returned to the sender' }],
  ['message.park', { vi: 'Gói tin chờ người xử lý', en: 'The package waits for a person' }],
  [
    'message.confirm',
    { vi: 'Văn bản khẩn đã chuyển được kiểm tra lại: hợp lệ', en: 'Checked again after delivery: it holds' },
  ],
  [
    'message.refute',
    {
      vi: 'Văn bản khẩn đã chuyển được kiểm tra lại: không hợp lệ',
      en: 'Checked again after delivery: it does not hold',
    },
  ],
  [
    'message.give-up',
    {
      vi: 'Văn bản khẩn đã chuyển: đến nay vẫn không kiểm tra được',
      en: 'Delivered unchecked, and nobody could tell to this day',
    },
  ],
  ['message.refuse', { vi: 'Hệ thống liên thông từ chối gói tin', en: 'The gateway refused the package' }],
  ['message.read', { vi: 'Đã xem nội dung', en: 'The content was read' }],
  ['attempt', { vi: 'Chuyển tới hệ thống của nơi nhận', en: "Sent to the recipient's system" }],
  ['delivery.send', { vi: 'Chuyển tới hệ thống của nơi nhận', en: "Sent to the recipient's system" }],
  ['delivery.available', { vi: 'Đã vào hộp thư của nơi nhận', en: "Placed in the recipient's inbox" }],
  [
    'delivery.render',
    { vi: 'Đã chuyển sang định dạng của nơi nhận', en: "Put into the form that the recipient's system takes" },
  ],
  ['delivery.read', { vi: 'Nơi nhận đã tải gói tin', en: 'The recipient downloaded the package' }],
  ['delivery.acknowledge', { vi: 'Nơi nhận đã xác nhận nhận đủ', en: 'The recipient acknowledged the package' }],
  [
    'delivery.cancel',
    { vi: 'Lượt gửi được dừng lại trước khi rời hệ thống', en: 'The delivery was stopped before it left' },
  ],
  ['delivery.ask', { vi: 'Nơi nhận được hỏi về bản đang giữ', en: 'The recipient was asked about the copy it holds' }],
  ['delivery.park', { vi: 'Lượt gửi chờ người xử lý', en: 'The delivery waits for a person' }],
  ['delivery.return', { vi: 'Lượt gửi được hoàn về nơi gửi', en: 'The delivery was returned to the sender' }],
  [
    'status.accept',
    { vi: 'Hệ thống liên thông đã tiếp nhận trạng thái xử lý', en: 'The gateway accepted a business status' },
  ],
  ['status.record', { vi: 'Nơi nhận báo trạng thái xử lý', en: 'The recipient reported a business status' }],
  ['status.recall', { vi: 'Nơi gửi đề nghị lấy lại văn bản', en: 'The sender asks to take the document back' }],
]);

const STATUSES: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map([
  ['01', { vi: 'đã đến', en: 'arrived' }],
  ['02', { vi: 'từ chối tiếp nhận', en: 'not accepted' }],
  ['03', { vi: 'đã tiếp nhận', en: 'registered' }],
  ['04', { vi: 'phân công', en: 'assigned' }],
  ['05', { vi: 'đang xử lý', en: 'in progress' }],
  ['06', { vi: 'hoàn thành', en: 'finished' }],
  ['13', { vi: 'lấy lại', en: 'recall asked' }],
  ['15', { vi: 'đồng ý cập nhật hoặc lấy lại', en: 'update or recall agreed' }],
  ['16', { vi: 'từ chối cập nhật hoặc lấy lại', en: 'update or recall refused' }],
]);

/** One sentence: the act, the status it carries, and what went wrong where something did. */
export function titleOf(line: TraceLine, language: Language): string {
  const act = ACTS.get(line.act)?.[language] ?? line.act;
  const code = line.details['code'] ?? line.details['statusCode'];
  const status = typeof code === 'string' ? STATUSES.get(code)?.[language] : undefined;
  const said = status === undefined || typeof code !== 'string' ? act : `${act}: ${code}, ${status}`;
  return line.outcome === 'ok' ? said : `${said}. ${describe(line.outcome, line.details, language).title}`;
}
