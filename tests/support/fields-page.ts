// `schemas/fields.md`: the tables of fields and of dialects, for people who know the standard and not this program.

import { DOCUMENT_FIELDS, FILE_FIELDS, STATUS_FIELDS, type FieldTable } from '../../src/core/message/fields.ts';
import { pathsOf, rowsOf } from '../../src/core/message/rows.ts';
import { meaningOf } from './agency-schema.ts';
import { NAMESPACES } from '../../src/core/message/names.ts';
import { DATE_SPELLINGS, LEFT_OUT, OTHER_NAMES } from '../../src/core/formats/edxml/spellings.ts';

export function fieldsPage(): string {
  return [
    '# Fields and dialects (các mục và cách viết)',
    'Made from `src/core/message/fields.ts`, `src/texts/fields.ts` and `src/core/formats/edxml/spellings.ts`, by which the program itself reads and writes. `[]`: there may be several. `—`: the form has no place of its own for it; when a message is put into that form, it is told where the field goes, or that it is lost.',
    '## A document (văn bản)',
    'JSON below `header`, elements below `edXMLHeader`, agency package: the field as it is called in the message.',
    fieldTable(DOCUMENT_FIELDS),
    '## A business status (trạng thái)',
    fieldTable(STATUS_FIELDS),
    '## A file (tệp đính kèm)',
    'JSON in the entries of `attachments`, elements in `AttachmentEncoded/Attachment`. `contentid`, `contenttype` and `contenttransferencoded` beside `attachmentname` are an addition of this program, named as the form would name them; without the content, the file must lie beside the text.',
    fieldTable(FILE_FIELDS),
    '## JSON in other shapes',
    'Read as well: the flat form of requests (levels joined by `_`, as in `header_messageheader_from_organid`), an answer that holds the form in `data`, names in another case, numbers in place of texts, a list of one in place of an object, `responsefors` for several `responsefor`, `staffinfoes` for `staffinfo`, `organidlist` as a bare list. A signature in the text is never believed.',
    '## Names of elements in other dialects',
    table(
      ['standard', 'also read', 'seen in', 'confidence'],
      OTHER_NAMES.map(({ element, spelled, source, confidence }) => [code(element), code(spelled), source, confidence]),
    ),
    '## Namespaces',
    table(
      ['namespace', 'noted as'],
      [...NAMESPACES].map(([namespace, note]) => [namespace === '' ? 'none' : code(namespace), note ?? 'the standard']),
    ),
    '## Dates and times',
    table(
      ['form', 'example', 'read as', 'seen in', 'confidence'],
      DATE_SPELLINGS.map(({ form, example, standard, source, confidence }) => [
        code(form),
        code(example),
        code(standard),
        source,
        confidence,
      ]),
    ),
    '## Elements that are left out',
    table(
      ['element', 'meaning', 'seen in', 'confidence'],
      LEFT_OUT.map(({ element, meaning, source, confidence }) => [code(element), meaning, source, confidence]),
    ),
    'Any other element that the standard does not know is left out in the same way, and noted.',
  ]
    .join('\n\n')
    .concat('\n');
}

function fieldTable(fields: FieldTable): string {
  const rows = pathsOf(rowsOf(fields)).map((paths) => {
    const { vi, en } = meaningOf(paths, fields);
    return [code(paths.message), code(paths.element), code(paths.json), vi, en];
  });
  return table(['message', 'national format', 'JSON form', 'nghĩa', 'meaning'], rows);
}

export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [titles, titles.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function code(text: string | null): string {
  return text === null ? '—' : `\`${text}\``;
}
