// The words of `trace`: heads of its tables, and relations between messages.

import type { Language, Texts } from '../core/message/language.ts';

export const ARRIVED: Readonly<
  Record<Language, (summary: { readonly arrived: number; readonly total: number }) => string>
> = {
  vi: ({ arrived, total }) => `${arrived} / ${total} nơi đã đến`,
  en: ({ arrived, total }) => `${arrived} / ${total} arrived`,
};

export const RELATION_NAMES = ['actsOn', 'actedOnBy', 'answers', 'answeredBy', 'previous', 'next'] as const;

/** The relation of another message to the shown one. */
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

/** Outcomes of a line of the timeline; other lines show the code of a problem. */
export const OUTCOMES: Readonly<Record<'ok', Texts>> = { ok: { vi: 'được', en: 'ok' } };
