// Parses the text of a field. Dates and times are lowered to one form; other spellings than the standard's are read as
// well, and noted.

import { VIETNAM_OFFSET_MINUTES } from '../../message/vietnam-time.ts';
import type { Leaf, Texts } from '../../message/fields.ts';
import type { TextType } from './elements.ts';

/** A value, and whether it has the standard's spelling. Undefined: the text is no such value. */
export type Parsed = { readonly value: string | number | boolean; readonly standard: boolean } | undefined;

interface Calendar {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The standard's own form first; the other two are seen in the wild. */
const DATE_FORMS: readonly {
  readonly pattern: RegExp;
  readonly standard: boolean;
  readonly read: (part: Part) => Calendar;
}[] = [
  { pattern: /^(\d{4})\/(\d{2})\/(\d{2})$/, standard: true, read: yearFirst },
  { pattern: /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/, standard: false, read: yearFirst },
  { pattern: /^(\d{4})-(\d{2})-(\d{2})$/, standard: false, read: yearFirst },
  { pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, standard: false, read: dayFirst },
];

const TIME_FORM = /^(\S+?)(?: +|T)(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/;
const STANDARD_TIME_FORM = /^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}$/;

/** Electronic documents have no earlier date; `0000/00/00` and its kin are no dates at all. */
const EARLIEST_YEAR = 1900;

type Part = (index: number) => number;

/** Parsers by value type; `text`, `exact` and `organ-id` cannot fail. */
export const VALUES: Readonly<Record<TextType, (text: string) => Parsed>> = {
  text: (text) => ({ value: text, standard: true }),
  exact: (text) => ({ value: text, standard: true }),
  'organ-id': (text) => ({ value: text, standard: true }),
  date: parseDate,
  timestamp: parseTimestamp,
  integer: parseInteger,
  flag: parseFlag,
};

/** To ISO `yyyy-MM-dd`. A time behind the date is ignored. */
export function parseDate(text: string): Parsed {
  const calendar = readCalendar(text);
  if (calendar !== undefined) return { value: isoDate(calendar), standard: calendar.standard };
  const timed = parseTimestamp(text);
  return timed === undefined ? undefined : { value: String(timed.value).slice(0, 10), standard: false };
}

/** To local Vietnamese time without zone, `yyyy-MM-ddTHH:mm:ss`; a stated zone is converted. */
export function parseTimestamp(text: string): Parsed {
  const match = TIME_FORM.exec(text);
  if (match === null) return undefined;
  const [, date = '', hour = '', minute = '', second = '00', zone] = match;
  const calendar = readCalendar(date);
  if (calendar === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const local = `${isoDate(calendar)}T${hour}:${minute}:${second}`;
  return { value: zone === undefined ? local : inVietnam(local, zone), standard: STANDARD_TIME_FORM.test(text) };
}

function inVietnam(local: string, zone: string): string {
  const shift = VIETNAM_OFFSET_MINUTES - offsetMinutes(zone);
  return new Date(Date.parse(`${local}Z`) + shift * 60_000).toISOString().slice(0, 19);
}

function parseInteger(text: string): Parsed {
  return /^[0-9]{1,9}$/.test(text) ? { value: Number(text), standard: true } : undefined;
}

function parseFlag(text: string): Parsed {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === '1') return { value: true, standard: true };
  if (lower === 'false' || lower === '0') return { value: false, standard: true };
  return undefined;
}

function readCalendar(text: string): (Calendar & { readonly standard: boolean }) | undefined {
  for (const { pattern, standard, read } of DATE_FORMS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const calendar = read((index) => Number(match[index]));
    return isReal(calendar) ? { ...calendar, standard } : undefined;
  }
  return undefined;
}

function yearFirst(part: Part): Calendar {
  return { year: part(1), month: part(2), day: part(3) };
}

function dayFirst(part: Part): Calendar {
  return { year: part(3), month: part(2), day: part(1) };
}

function isReal({ year, month, day }: Calendar): boolean {
  if (year < EARLIEST_YEAR || month < 1 || month > 12 || day < 1) return false;
  return day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function isoDate({ year, month, day }: Calendar): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** The reverse: a value as the national format writes it. */
export function textOf(field: Leaf | Texts, value: unknown): string {
  const text = String(value);
  if (field.value === 'date' || field.value === 'timestamp') return slashed(text);
  return field.kind === 'leaf' ? (field.codes?.[text] ?? text) : text;
}

/** ISO to the standard's form: `2026-11-20T08:29:51` to `2026/11/20 08:29:51`. */
export function slashed(iso: string): string {
  return iso.replaceAll('-', '/').replace('T', ' ');
}
