// The small values of a document: urgency, steering, pages and copies.

import { HIGHEST_URGENCY, STEERING_TYPES, URGENCY } from '../message/code-lists/enumerations.ts';
import type { Finding } from '../problems/finding.ts';
import type { DocumentMessage } from '../message/message.ts';
import { fieldPlace } from '../message/places.ts';
import { noteFinding } from './check.ts';

/** The gateway's own limit, more than an office prints of one document. */
const MOST_PAGES = 10_000;
const MOST_COPIES = 100_000;

/** Reads 0–4; any other value does not make a document urgent. */
export function urgency({ otherInfo: { priority } }: DocumentMessage): readonly Finding[] {
  const place = fieldPlace('otherInfo.priority');
  if (priority === undefined) return [];
  if (!isAmount(priority) || priority > HIGHEST_URGENCY) {
    return [noteFinding('warning', 'priority-unknown', { value: priority }, place)];
  }
  const offered = URGENCY.rows.find(({ code }) => code === String(priority))?.offered === true;
  return offered ? [] : [noteFinding('info', 'priority-outdated', {}, place)];
}

/** Keeps every raw number, because the sources contradict each other. */
export function steering({ steeringType }: DocumentMessage): readonly Finding[] {
  if (steeringType === undefined || STEERING_TYPES.rows.some(({ code }) => code === String(steeringType))) return [];
  const place = fieldPlace('steeringType');
  return [noteFinding('info', 'value-unlisted', { field: place, value: steeringType }, place)];
}

export function amounts({ otherInfo }: DocumentMessage): readonly Finding[] {
  return [
    ...amount(fieldPlace('otherInfo.pageAmount'), otherInfo.pageAmount, MOST_PAGES),
    ...amount(fieldPlace('otherInfo.promulgationAmount'), otherInfo.promulgationAmount, MOST_COPIES),
  ];
}

function amount(field: string, value: number | undefined, limit: number): readonly Finding[] {
  if (value === undefined) return [];
  if (!isAmount(value)) return [noteFinding('error', 'field-invalid', { field }, field)];
  return value > limit ? [noteFinding('warning', 'amount-unusual', { field, value }, field)] : [];
}

function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
