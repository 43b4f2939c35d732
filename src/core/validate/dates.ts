// Limits on a document's date. An impossible date refuses; an odd one is a warning to the sender.

import type { Finding } from '../problems/finding.ts';
import type { DocumentMessage } from '../message/message.ts';
import { fieldPlace } from '../message/places.ts';
import { vietnameseDate } from '../message/vietnam-time.ts';
import { noteFinding, type ValidationFacts } from './check.ts';

/**
 * A promulgation date further ahead than this is a typing error. This limit and the other two are the gateway's own.
 */
const YEARS_AHEAD = 1;

/** Documents are promulgated first and sent the same or the next working day (NĐ 30/2020/NĐ-CP, Điều 18). */
const ODD_DAYS_AHEAD = 30;
const ODD_YEARS_BACK = 10;

const PROMULGATED = fieldPlace('promulgationInfo.promulgationDate');

export function documentDates(message: DocumentMessage, { instant }: ValidationFacts): readonly Finding[] {
  const { promulgationDate } = message.promulgationInfo;
  if (promulgationDate.trim() === '') return [];
  const today = vietnameseDate(instant);
  if (promulgationDate > yearsFrom(today, YEARS_AHEAD)) {
    return [noteFinding('error', 'date-invalid', { field: PROMULGATED }, PROMULGATED)];
  }
  const soon = vietnameseDate(new Date(instant.getTime() + ODD_DAYS_AHEAD * 86_400_000));
  const odd = promulgationDate > soon || promulgationDate < yearsFrom(today, -ODD_YEARS_BACK);
  const early = message.dueDate !== undefined && message.dueDate < promulgationDate;
  return [
    ...(odd ? [noteFinding('warning', 'date-unusual', { field: PROMULGATED }, PROMULGATED)] : []),
    ...(early ? [noteFinding('warning', 'due-date-early', {}, fieldPlace('dueDate'))] : []),
  ];
}

function yearsFrom(date: string, years: number): string {
  return `${Number(date.slice(0, 4)) + years}${date.slice(4)}`;
}
