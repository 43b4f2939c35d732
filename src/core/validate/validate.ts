// Business rules over a message, whatever format it came in: small checks in one table. Findings, not exceptions; the
// caller refuses when one of them is an error.

import { documentTypeOf } from '../code-lists/document-types.ts';
import { excerpt } from '../excerpt.ts';
import { mostTelling, type Facts, type Finding, type Severity } from '../finding.ts';
import type { Message, StatusCode } from '../message.ts';
import type { ProblemCode } from '../problems.ts';
import { vietnameseDate } from '../vietnam-time.ts';
import { nameFault, typeFinding } from './attachments.ts';
import { TEXT_LIMITS, textFields, type Field, type TextLimit } from './fields.ts';
import { organIdFault } from './organ-id.ts';
import { isAhead } from './status-date.ts';

/** What the checks know besides the message. */
export interface ValidationFacts {
  readonly instant: Date;
  /** All its texts, gathered once. */
  readonly fields: readonly Field[];
}

export interface Check {
  readonly name: string;
  run(message: Message, facts: ValidationFacts): readonly Finding[];
}

/** A promulgation date further ahead than this is a slip of the keyboard. */
const YEARS_AHEAD = 1;
export const RECIPIENTS = 10_000;

/** Statuses that say no, or ask for something, without a reason help nobody. */
const REASONED: ReadonlySet<StatusCode> = new Set<StatusCode>(['02', '13', '16']);

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export const CHECKS: readonly Check[] = [
  // Kinds that are read but not yet handled: drop this line to let them in.
  { name: 'kind', run: kindSupported },
  { name: 'required', run: requiredFields },
  { name: 'organ-ids', run: organIds },
  { name: 'lengths', run: lengths },
  { name: 'dates', run: dates },
  { name: 'recipients', run: recipients },
  { name: 'reasons', run: reasons },
  { name: 'document-type', run: documentType },
  { name: 'attachments', run: attachments },
  { name: 'bidi', run: bidi },
];

/** All checks, always: a sender is told everything at once. */
export function validate(message: Message, instant: Date): readonly Finding[] {
  const facts: ValidationFacts = { instant, fields: textFields(message) };
  return mostTelling(CHECKS.flatMap((check) => check.run(message, facts)));
}

function kindSupported(message: Message): readonly Finding[] {
  const supported = message.kind === 'status' || message.kind === 'new';
  return supported ? [] : [found('error', 'message-kind-unsupported', { kind: message.kind })];
}

function requiredFields(message: Message): readonly Finding[] {
  const required: readonly (readonly [string, string])[] =
    message.kind === 'status'
      ? [
          ['From/OrganId', message.from.organId],
          ['ResponseFor/OrganId', message.responseFor.organId],
          ['ResponseFor/DocumentId', message.responseFor.documentId],
          ['Timestamp', message.timestamp],
        ]
      : [
          ['From/OrganId', message.from.organId],
          ['To', message.to.length === 0 ? '' : 'given'],
          ...message.to.map(({ organId }, index) => [`To[${index + 1}]/OrganId`, organId] as const),
          ['DocumentId', message.documentId],
          ['Code/CodeNumber', message.code.codeNumber],
          ['PromulgationInfo/PromulgationDate', message.promulgationInfo.promulgationDate],
          ['Subject', message.subject],
        ];
  return required.flatMap(([field, text]) =>
    text.trim() === '' ? [found('error', 'field-missing', { field }, field)] : [],
  );
}

function organIds(_message: Message, { fields }: ValidationFacts): readonly Finding[] {
  return fields.flatMap(({ kind, field, text }) => {
    if (kind !== 'organId' || text.trim() === '') return [];
    const reason = organIdFault(text);
    return reason === undefined
      ? []
      : [found('error', 'organ-id-invalid', { organId: excerpt(text, 50), reason }, field)];
  });
}

function lengths(_message: Message, { fields }: ValidationFacts): readonly Finding[] {
  return fields.flatMap(({ kind, field, text }) => {
    // Their own checks know better words for these.
    if (kind === 'organId' || kind === 'attachmentName') return [];
    const limit: TextLimit = TEXT_LIMITS[kind];
    const length = characters(text);
    if (length > limit.refused) return [found('error', 'field-too-long', { field, limit: limit.refused }, field)];
    const long = limit.believed !== undefined && length > limit.believed;
    return long ? [found('warning', 'field-too-long', { field, limit: limit.believed }, field)] : [];
  });
}

function dates(message: Message, { instant }: ValidationFacts): readonly Finding[] {
  const invalid = (field: string): readonly Finding[] => [found('error', 'date-invalid', { field }, field)];
  if (message.kind === 'status') return isAhead(message.timestamp, instant) ? invalid('Timestamp') : [];
  const today = vietnameseDate(instant);
  const latest = `${Number(today.slice(0, 4)) + YEARS_AHEAD}${today.slice(4)}`;
  return message.promulgationInfo.promulgationDate > latest ? invalid('PromulgationInfo/PromulgationDate') : [];
}

function recipients(message: Message): readonly Finding[] {
  if (message.kind === 'status' || message.to.length <= RECIPIENTS) return [];
  return [found('error', 'recipients-too-many', { limit: RECIPIENTS }, 'To')];
}

function reasons(message: Message): readonly Finding[] {
  if (message.kind !== 'status' || !REASONED.has(message.statusCode)) return [];
  return (message.description ?? '').trim() === ''
    ? [found('error', 'field-missing', { field: 'Description' }, 'Description')]
    : [];
}

function documentType(message: Message): readonly Finding[] {
  if (message.kind === 'status') return [];
  const { typeName } = message.documentType;
  if (typeName === undefined || documentTypeOf(message.documentType) !== undefined) return [];
  return [found('info', 'type-unmapped', { value: excerpt(typeName, 100) }, 'DocumentType/TypeName')];
}

function attachments(message: Message): readonly Finding[] {
  if (message.kind === 'status') return [];
  return message.attachments.flatMap((attachment, index) => {
    const place = `Attachment[${index + 1}]`;
    const reason = nameFault(attachment.attachmentName);
    const type = typeFinding(attachment);
    return [
      ...(reason === undefined
        ? []
        : [found('error', 'attachment-name-invalid', { reason }, `${place}/AttachmentName`)]),
      ...(type === undefined ? [] : [{ ...type, place }]),
    ];
  });
}

/** Shown isolated wherever a person reads it; a name of a file with these is refused. */
function bidi(_message: Message, { fields }: ValidationFacts): readonly Finding[] {
  return fields.flatMap(({ kind, field, text }) =>
    kind !== 'attachmentName' && BIDI.test(text) ? [found('warning', 'bidi-control', { field }, field)] : [],
  );
}

/** Characters as people count them in a limit: code points, not the halves of a surrogate pair. */
function characters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff]/g)?.length ?? 0);
}

function found(severity: Severity, code: ProblemCode, facts: Facts, place?: string): Finding {
  return place === undefined ? { code, severity, facts } : { code, severity, facts, place };
}
