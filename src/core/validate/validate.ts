// Business rules over a message of any format: small checks in one table. They answer findings and throw no exception;
// the caller refuses when a finding is an error.

import { documentTypeOf } from '../message/code-lists/document-types.ts';
import { excerpt } from '../message/excerpt.ts';
import { mostTelling, type Finding } from '../problems/finding.ts';
import type { DocumentMessage, Message, StatusCode } from '../message/message.ts';
import { amounts, steering, urgency } from './amounts.ts';
import { nameFault } from '../message/file-name.ts';
import { fieldPlace } from '../message/places.ts';
import { typeFinding } from './attachments.ts';
import { answersOfRevocation, bussinessReason, changedReceivers, replacedElsewhere, target } from './bussiness.ts';
import { noteFinding, ofDocuments, type Check, type ValidationFacts } from './check.ts';
import { documentDates } from './dates.ts';
import { TEXT_LIMITS, type TextLimit } from '../message/limits.ts';
import { textFields } from './fields.ts';
import { organIdFault, organIdForm } from './organ-id.ts';
import { printedPlaces } from './printed-places.ts';
import { isAhead } from './status-date.ts';

export const RECIPIENTS = 10_000;

/** Statuses that need a reason, because they refuse or ask for something. */
const REASONED: ReadonlySet<StatusCode> = new Set<StatusCode>(['02', '13', '16']);

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export const CHECKS: readonly Check[] = [
  { name: 'secrecy', run: ofDocuments(secrecy) },
  { name: 'required', run: requiredFields },
  { name: 'organ-ids', run: organIds },
  { name: 'lengths', run: lengths },
  { name: 'document-dates', run: ofDocuments(documentDates) },
  { name: 'status-date', run: statusDate },
  { name: 'recipients', run: ofDocuments(recipients) },
  { name: 'status-reason', run: statusReason },
  { name: 'document-type', run: ofDocuments(documentType) },
  { name: 'urgency', run: ofDocuments(urgency) },
  { name: 'steering', run: ofDocuments(steering) },
  { name: 'amounts', run: ofDocuments(amounts) },
  { name: 'circulation', run: ofDocuments(circulation) },
  { name: 'target', run: ofDocuments(target) },
  { name: 'bussiness-reason', run: ofDocuments(bussinessReason) },
  { name: 'answers-of-revocation', run: ofDocuments(answersOfRevocation) },
  { name: 'changed-receivers', run: ofDocuments(changedReceivers) },
  { name: 'replaced-elsewhere', run: ofDocuments(replacedElsewhere) },
  { name: 'printed-places', run: ofDocuments(printedPlaces) },
  { name: 'attachments', run: ofDocuments(attachments) },
  { name: 'bidi', run: bidi },
];

/** Runs all checks, so that the sender learns every fault at once. */
export function validate(message: Message, instant: Date): readonly Finding[] {
  const facts: ValidationFacts = { instant, fields: textFields(message) };
  return mostTelling(CHECKS.flatMap((check) => check.run(message, facts)));
}

function requiredFields(_message: Message, { fields }: ValidationFacts): readonly Finding[] {
  return fields.flatMap(({ required, field, text }) =>
    required && text.trim() === '' ? [noteFinding('error', 'field-missing', { field }, field)] : [],
  );
}

function organIds(_message: Message, { fields }: ValidationFacts): readonly Finding[] {
  return fields.flatMap(({ limit, field, text }) => {
    if (limit !== 'organId' || text.trim() === '') return [];
    const reason = organIdFault(text);
    if (reason !== undefined) {
      return [noteFinding('error', 'organ-id-invalid', { organId: excerpt(text, 50), reason }, field)];
    }
    return organIdForm(text) === undefined
      ? [noteFinding('info', 'organ-id-form-unknown', { organId: text }, field)]
      : [];
  });
}

function lengths(_message: Message, { fields }: ValidationFacts): readonly Finding[] {
  return fields.flatMap(({ limit, field, text }) => {
    // Checks of their own report these more precisely.
    if (limit === undefined || limit === 'organId' || limit === 'attachmentName') return [];
    const { refused, believed }: TextLimit = TEXT_LIMITS[limit];
    const length = characters(text);
    if (length > refused) return [noteFinding('error', 'field-too-long', { field, limit: refused }, field)];
    const long = believed !== undefined && length > believed;
    return long ? [noteFinding('warning', 'field-too-long', { field, limit: believed }, field)] : [];
  });
}

function statusDate(message: Message, { instant }: ValidationFacts): readonly Finding[] {
  if (message.kind !== 'status' || !isAhead(message.timestamp, instant)) return [];
  const place = fieldPlace('timestamp');
  return [noteFinding('error', 'date-invalid', { field: place }, place)];
}

/** Only the field and the sender's own statement count; the check does not search the text for words. */
function secrecy({ secrecy: stated }: DocumentMessage): readonly Finding[] {
  return stated === undefined || stated === 'none' ? [] : [noteFinding('error', 'secrecy-forbidden', {}, 'Secrecy')];
}

/** Tells the receiver, because the limit binds each receiver that passes the document on. */
function circulation({ circulation: limits }: DocumentMessage): readonly Finding[] {
  return limits === undefined || limits.length === 0
    ? []
    : [noteFinding('info', 'circulation-limited', {}, fieldPlace('otherInfo.sphereOfPromulgation'))];
}

function recipients({ to }: DocumentMessage): readonly Finding[] {
  return to.length <= RECIPIENTS
    ? []
    : [noteFinding('error', 'recipients-too-many', { limit: RECIPIENTS }, fieldPlace('to[]'))];
}

function statusReason(message: Message): readonly Finding[] {
  if (message.kind !== 'status' || !REASONED.has(message.statusCode)) return [];
  const place = fieldPlace('description');
  return (message.description ?? '').trim() === ''
    ? [noteFinding('error', 'field-missing', { field: place }, place)]
    : [];
}

function documentType(message: DocumentMessage): readonly Finding[] {
  const { typeName } = message.documentType;
  if (typeName === undefined || documentTypeOf(message.documentType) !== undefined) return [];
  return [noteFinding('info', 'type-unmapped', { value: excerpt(typeName, 100) }, fieldPlace('documentType.typeName'))];
}

function attachments(message: DocumentMessage): readonly Finding[] {
  return message.attachments.flatMap((attachment, index) => {
    const place = `Attachment[${index + 1}]`;
    const reason = nameFault(attachment.attachmentName);
    const type = typeFinding(attachment);
    return [
      ...(reason === undefined
        ? []
        : [noteFinding('error', 'attachment-name-invalid', { reason }, `${place}/AttachmentName`)]),
      ...(type === undefined ? [] : [{ ...type, place }]),
    ];
  });
}

/** Notes bidi control characters. Texts with them are shown isolated; file names with them are refused. */
function bidi(_message: Message, { fields }: ValidationFacts): readonly Finding[] {
  return fields.flatMap(({ limit, field, text }) =>
    limit !== 'attachmentName' && BIDI.test(text) ? [noteFinding('warning', 'bidi-control', { field }, field)] : [],
  );
}

/** Characters as people count them in a limit: code points, not the halves of a surrogate pair. */
function characters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff]/g)?.length ?? 0);
}
