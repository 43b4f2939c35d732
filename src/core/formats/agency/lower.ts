// From metadata that passed its schema to the one vocabulary: empty texts are absent, times are Vietnamese, and sphere and
// limits on passing on are told apart as they would be after a way through the national format.

import type { Finding } from '../../problems/finding.ts';
import { DOCUMENT_FIELDS, STATUS_FIELDS } from '../../message/fields.ts';
import type { ResponseFor, StatusMessage } from '../../message/message.ts';
import { present } from '../../message/present.ts';
import { rowsOf, valueIn, type FieldRow } from '../../message/rows.ts';
import { joinSphere, splitSphere } from '../circulation.ts';
import { parseTimestamp } from '../edxml/values.ts';
import type { DocumentDraft } from '../edxml/write.ts';
import { lowering, type Source } from '../lowering.ts';
import type { DocumentMetadata, StatusMetadata } from './metadata.ts';

/** Members stand under the names of the message. */
const MEMBERS: Source<object> = {
  leaf:
    ({ name }, { value: type }) =>
    (from) => {
      const value = valueIn(from, name);
      if (typeof value === 'number' || typeof value === 'boolean') return value;
      if (typeof value !== 'string' || value === '') return undefined;
      // To local Vietnamese time; the schema has seen that it is a time.
      return type === 'timestamp' ? parseTimestamp(value)?.value : value;
    },
  texts:
    ({ name }) =>
    (from) =>
      listIn(from, name).flatMap((text) => (typeof text === 'string' && text !== '' ? [text] : [])),
  group:
    ({ name }) =>
    (from) =>
      objectOf(valueIn(from, name)),
  entries:
    ({ name }) =>
    (from) =>
      listIn(from, name).flatMap((entry) => objectOf(entry) ?? []),
};

const documentIn = lowering<DocumentDraft, object>(DOCUMENT_FIELDS, MEMBERS);
const statusIn = lowering<Omit<StatusMessage, 'kind'>, object>(STATUS_FIELDS, MEMBERS);

/** `findings`: what was left out because it says nothing. */
export function documentOf(metadata: DocumentMetadata): {
  readonly message: DocumentDraft;
  readonly findings: readonly Finding[];
} {
  const { otherInfo, circulation, responseFor, ...document } = documentIn(metadata);
  const { sphereOfPromulgation: sphere, ...info } = otherInfo;
  const limits = splitSphere(
    joinSphere({ sphereOfPromulgation: sphere, circulation: [...new Set(circulation)] }) ?? '',
  );
  const message: DocumentDraft = {
    ...document,
    otherInfo: { ...info, ...present({ sphereOfPromulgation: limits.sphereOfPromulgation }) },
    responseFor: responseFor.filter(names),
    ...present({ circulation: limits.circulation }),
  };
  const unanswered = responseFor.flatMap((entry, index): readonly Finding[] =>
    names(entry)
      ? []
      : [{ code: 'response-for-empty', severity: 'warning', facts: {}, place: `/responseFor/${index}` }],
  );
  return { message, findings: [...emptyEntries(metadata, DOCUMENT), ...unanswered] };
}

const DOCUMENT = rowsOf(DOCUMENT_FIELDS);

/** Lists of texts have entries in the message only where something is said. */
function emptyEntries(from: object, rows: readonly FieldRow[], above = ''): readonly Finding[] {
  return rows.flatMap(({ name, field, rows: inside }): readonly Finding[] => {
    const place = `${above}/${name}`;
    if (field.kind === 'leaf') return [];
    if (field.kind === 'group') return emptyEntries(objectOf(valueIn(from, name)) ?? {}, inside, place);
    return listIn(from, name).flatMap((entry, index): readonly Finding[] => {
      const own = `${place}/${index}`;
      if (field.kind === 'groups') return emptyEntries(objectOf(entry) ?? {}, inside, own);
      return entry === '' ? [{ code: 'empty-element', severity: 'warning', facts: { field: own }, place: own }] : [];
    });
  });
}

export function statusOf(metadata: StatusMetadata): StatusMessage {
  return { kind: 'status', ...statusIn(metadata) };
}

/** An entry without any of these names no document. */
function names({ organId, documentId, code }: ResponseFor): boolean {
  return organId !== '' || documentId !== '' || code !== '';
}

function listIn(from: object, name: string): readonly unknown[] {
  const value = valueIn(from, name);
  return Array.isArray(value) ? value : [];
}

function objectOf(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}
