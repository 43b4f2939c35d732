// The words for the codes that packages carry, as QCVN 102:2016/BTTTT and Nghị định 30/2020/NĐ-CP call them.

import type { Texts } from '../core/message/language.ts';
import type { Message, StatusCode } from '../core/message/message.ts';

/** `StatusCode` of a business status. */
export const STATUS_CODES: Readonly<Record<StatusCode, Texts>> = {
  '01': { vi: 'Đã đến', en: 'Arrived' },
  '02': { vi: 'Từ chối tiếp nhận', en: 'Refused' },
  '03': { vi: 'Đã tiếp nhận', en: 'Registered' },
  '04': { vi: 'Phân công', en: 'Assigned' },
  '05': { vi: 'Đang xử lý', en: 'In progress' },
  '06': { vi: 'Hoàn thành', en: 'Finished' },
  '13': { vi: 'Lấy lại', en: 'Recall asked' },
  '15': { vi: 'Đồng ý yêu cầu cập nhật hoặc lấy lại', en: 'Update or recall agreed' },
  '16': { vi: 'Từ chối yêu cầu cập nhật hoặc lấy lại', en: 'Update or recall refused' },
};

/** What a message is: a document that does something, or a business status. */
export const MESSAGE_KINDS: Readonly<Record<Message['kind'], Texts>> = {
  new: { vi: 'Văn bản mới', en: 'New document' },
  revoke: { vi: 'Thu hồi', en: 'Revocation' },
  update: { vi: 'Cập nhật', en: 'Update' },
  replace: { vi: 'Thay thế', en: 'Replacement' },
  status: { vi: 'Trạng thái xử lý', en: 'Business status' },
};

/** `OtherInfo/Priority`. */
export const URGENCIES: Readonly<Record<'0' | '1' | '2' | '3' | '4', Texts>> = {
  '0': { vi: 'Thường', en: 'Ordinary' },
  '1': { vi: 'Khẩn', en: 'Urgent' },
  '2': { vi: 'Thượng khẩn', en: 'Very urgent' },
  '3': { vi: 'Hỏa tốc', en: 'Express' },
  '4': { vi: 'Hỏa tốc hẹn giờ', en: 'Express by a set hour' },
};

/** `MessageHeader/SteeringType`. */
export const STEERING_KINDS: Readonly<Record<'0' | '1' | '2' | '3', Texts>> = {
  '0': { vi: 'Không phải văn bản chỉ đạo', en: 'Steers nothing' },
  '1': { vi: 'Không phải văn bản chỉ đạo', en: 'Steers nothing' },
  '2': { vi: 'Văn bản chỉ đạo', en: 'Steering document' },
  '3': { vi: 'Văn bản báo cáo', en: 'Reporting document' },
};

/** `Receiver/ReceiverType` of an update. */
export const RECEIVER_CHANGES: Readonly<Record<'0' | '1', Texts>> = {
  '0': { vi: 'Bỏ khỏi danh sách nơi nhận', en: 'Taken off the list of addressees' },
  '1': { vi: 'Thêm vào danh sách nơi nhận', en: 'Added to the list of addressees' },
};
