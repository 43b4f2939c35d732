// Civil time in Vietnam, which keeps UTC+07:00 all year. Packages, decisions and registers state it without a zone.

export const VIETNAM_OFFSET_MINUTES = 7 * 60;

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** Local Vietnamese time without zone, `yyyy-MM-ddTHH:mm:ss`. */
export function vietnameseTime(instant: Date): string {
  return new Date(instant.getTime() + VIETNAM_OFFSET_MINUTES * 60_000).toISOString().slice(0, 19);
}

/** The calendar day in Vietnam, `yyyy-MM-dd`: laws and registers count in it. */
export function vietnameseDate(instant: Date): string {
  return vietnameseTime(instant).slice(0, 10);
}

/**
 * Milliseconds since 1970 of an ISO instant. A date without time begins at midnight in Vietnam, because Vietnamese
 * decisions and forms state it.
 */
export function instantOf(text: string): number {
  return Date.parse(DATE_ONLY.test(text) ? `${text}T00:00:00+07:00` : text);
}
