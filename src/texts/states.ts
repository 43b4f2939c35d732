// The words for the states of a message, its transmissions and its deliveries.

import type { Recall, TransmissionState, Transport } from '../core/exchange/lifecycle.ts';
import type { Language, Texts } from '../core/message/language.ts';
import { STATUS_CODES } from './codes.ts';
import { inSentence, wordFor } from './words.ts';

/** The transport states of one copy. */
export const TRANSPORTS: Readonly<Record<Transport, Texts>> = {
  queued: { vi: 'Chờ gửi', en: 'Waiting to be sent' },
  sending: { vi: 'Đang gửi', en: 'Being sent' },
  retrying: { vi: 'Chờ gửi lại', en: 'Waiting for another try' },
  'handed-over': { vi: 'Đã chuyển', en: 'Handed over' },
  arrived: { vi: 'Đã đến', en: 'Arrived' },
  parked: { vi: 'Chờ người xử lý', en: 'Waiting for a person' },
  returned: { vi: 'Hoàn về nơi gửi', en: 'Returned to the sender' },
  cancelled: { vi: 'Đã hủy', en: 'Cancelled' },
};

/** The states of a recall. */
export const RECALLS: Readonly<Record<Recall, Texts>> = {
  none: { vi: 'Không đề nghị lấy lại', en: 'No recall' },
  asked: { vi: 'Đang đề nghị lấy lại', en: 'Recall asked' },
  agreed: { vi: 'Đã đồng ý lấy lại', en: 'Recall agreed' },
  refused: { vi: 'Không đồng ý lấy lại', en: 'Recall refused' },
};

/** The states of a transmission. */
export const TRANSMISSIONS: Readonly<Record<TransmissionState, Texts>> = {
  held: { vi: 'Chờ xác minh', en: 'Waiting for a verdict' },
  blocked: { vi: 'Chờ bản gửi trước của cùng văn bản', en: 'Waiting for an earlier copy of the document' },
  ready: { vi: 'Sẵn sàng gửi', en: 'Ready to be sent' },
  parked: { vi: 'Chờ người xử lý', en: 'Waiting for a person' },
  finished: { vi: 'Đã xong', en: 'Finished' },
};

/** The gateway's disposition of an accepted package. */
export const DISPOSITIONS: Readonly<Record<'accepted' | 'held', Texts>> = {
  accepted: { vi: 'Đã tiếp nhận', en: 'Accepted' },
  held: { vi: 'Chờ xác minh', en: 'Waiting for a verdict' },
};

/** The states of messages with an open verdict. */
export const OPEN_MESSAGES: Readonly<Record<'held' | 'parked' | 'delivered', Texts>> = {
  held: { vi: 'Chờ xác minh', en: 'Waiting for a verdict' },
  parked: { vi: 'Chờ người xử lý', en: 'Waiting for a person' },
  delivered: { vi: 'Đã chuyển, chưa kiểm tra', en: 'Delivered unchecked' },
};

/** The states of a delivery, as the gateway answers them. */
interface Told {
  readonly transport: string;
  readonly business: { readonly latest: string | null; readonly furthest: string | null };
  readonly recall: string;
}

/** One line for people: the addressee's progress, or the copy's, and the state of a recall. */
export function wordsFor({ transport, business, recall }: Told, language: Language): string {
  const main =
    business.furthest === null
      ? wordFor(TRANSPORTS, transport, language)
      : wordFor(STATUS_CODES, business.latest === '02' ? '02' : business.furthest, language);
  return recall === 'none' ? main : `${main} (${inSentence(wordFor(RECALLS, recall, language))})`;
}
