const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Milliseconds since 1970 of an ISO instant. A date without time begins at midnight in Việt Nam (UTC+7, no summer time):
 * it comes from a decision or a form, and those are dated there.
 */
export function instantOf(text: string): number {
  return Date.parse(DATE_ONLY.test(text) ? `${text}T00:00:00+07:00` : text);
}
