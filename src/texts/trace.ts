// The words around what `trace` shows: heads of its tables, and how messages have to do with each other.

import type { Language, Texts } from '../core/message/language.ts';

export const ARRIVED: Readonly<
  Record<Language, (summary: { readonly arrived: number; readonly total: number }) => string>
> = {
  vi: ({ arrived, total }) => `${arrived} / ${total} nơi đã đến`,
  en: ({ arrived, total }) => `${arrived} / ${total} arrived`,
};

export const RELATION_NAMES = ['actsOn', 'actedOnBy', 'answers', 'answeredBy', 'previous', 'next'] as const;

/** What the other message is to the one that is looked at. */
export const RELATIONS: Readonly<Record<(typeof RELATION_NAMES)[number], Texts>> = {
  actsOn: { vi: 'thu hồi, sửa, thay thế', en: 'acts on' },
  actedOnBy: { vi: 'được thu hồi, sửa, thay thế bởi', en: 'acted on by' },
  answers: { vi: 'trả lời', en: 'answers' },
  answeredBy: { vi: 'được trả lời bởi', en: 'answered by' },
  previous: { vi: 'bản trước', en: 'version before' },
  next: { vi: 'bản sau', en: 'version after' },
};

export const RELATION_COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Liên quan', 'Loại', 'Thông điệp', 'Mã văn bản'],
  en: ['Related', 'Kind', 'Message', 'Document'],
};

export const DELIVERY_COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Nơi nhận', 'Tên', 'Trạng thái', 'Lần thử', 'Lần tới', 'Vấn đề'],
  en: ['Addressee', 'Name', 'State', 'Tries', 'Next try', 'Problem'],
};

export const TIMELINE_COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Lúc', 'Ai', 'Nơi nhận', 'Kết quả', 'Việc'],
  en: ['At', 'Who', 'Addressee', 'Outcome', 'What'],
};

/** How a line of the timeline ended; else the code of a problem stands there. */
export const OUTCOMES: Readonly<Record<'ok', Texts>> = { ok: { vi: 'được', en: 'ok' } };
