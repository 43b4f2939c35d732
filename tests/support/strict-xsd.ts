// `schemas/edxml-strict.xsd`: the template beside this file with the elements of a message in their places, as the table of
// fields has them.

import { readFileSync } from 'node:fs';
import { BUSSINESS_DOC_TYPES, STATUSES, URGENCY } from '../../src/core/message/code-lists/enumerations.ts';
import {
  DOCUMENT_FIELDS,
  STATUS_FIELDS,
  type FieldTable,
  type Leaf,
  type Texts,
} from '../../src/core/message/fields.ts';
import { HEADER_PARTS, layoutOf, type Layout } from '../../src/core/formats/edxml/layout.ts';

const TEMPLATE = new URL('./edxml-strict.template.xsd', import.meta.url);

/** Elements whose type has a name in the template. */
const NAMED: Readonly<Record<string, string>> = {
  From: 'Organization',
  To: 'Organization',
  OtherInfo: 'OtherInfo',
  ResponseFor: 'ResponseFor',
  StaffInfo: 'StaffInfo',
  TraceHeaderList: 'TraceHeaderList',
  Bussiness: 'Bussiness',
};

const NOTES: Readonly<Record<string, string>> = {
  TraceHeader: "One of each system passed, the sender's first. A hop may be anonymous (H).",
  ReceiverType: '0: removed, 1: added.',
};

const TYPES: Readonly<Record<Leaf['value'], string>> = {
  text: 'Text',
  exact: 'Text',
  'organ-id': 'OrganId',
  date: 'Date',
  timestamp: 'Timestamp',
  integer: 'Count',
  flag: 'TrueFalse',
  content: 'xs:base64Binary',
};

export function strictXsd(): string {
  const [document = [], traces = []] = headerOf(DOCUMENT_FIELDS);
  const [status = []] = headerOf(STATUS_FIELDS);
  const inside = (elements: readonly Layout[], name: string): readonly Layout[] =>
    elements.find((element) => element.name === name)?.children ?? [];
  const parts: Readonly<Record<string, readonly string[]>> = {
    Document: declarations(document.filter(({ name }) => name !== 'From')),
    Status: declarations(status.filter(({ name }) => name !== 'From')),
    Organization: declarations(inside(status, 'From')),
    OtherInfo: declarations(inside(document, 'OtherInfo')),
    ResponseFor: declarations(inside(status, 'ResponseFor')),
    StaffInfo: declarations(inside(status, 'StaffInfo')),
    TraceHeaderList: declarations(traces),
    Bussiness: declarations(inside(traces, 'Bussiness')),
    Priority: codes(URGENCY.rows),
    BussinessDocType: codes(BUSSINESS_DOC_TYPES.rows),
    StatusCode: codes(STATUSES.rows),
  };
  return filledTemplate(readFileSync(TEMPLATE, 'utf8'), parts);
}

/** The template with each `{{Part}}` in its place, indented as that is. Throws for a part that only one of the two has. */
export function filledTemplate(template: string, parts: Readonly<Record<string, readonly string[]>>): string {
  const unused = new Set(Object.keys(parts));
  const filled = template.replaceAll(/^( *)\{\{(.*)\}\}$/gm, (_, indent: string, part: string) => {
    const lines = parts[part];
    if (lines === undefined) throw new Error(`the template names ${part}, which is no part`);
    unused.delete(part);
    return lines.map((line) => `${indent}${line}`).join('\n');
  });
  if (unused.size > 0) throw new Error(`the template has no place for ${[...unused].join(', ')}`);
  if (filled.includes('{{')) throw new Error('a part of the template does not stand on a line of its own');
  return filled;
}

/** What lies in the two parts of the header. */
function headerOf(table: FieldTable): readonly (readonly Layout[])[] {
  return layoutOf([table], HEADER_PARTS).map(({ children }) => children);
}

function codes(rows: readonly { readonly code: string }[]): readonly string[] {
  return rows.map(({ code }) => `<xs:enumeration value="${code}"/>`);
}

/** Lines, each with its own indentation. */
function declarations(elements: readonly Layout[]): readonly string[] {
  const strict = elements.filter(({ skipped }) => !skipped);
  return strict.flatMap((element) => declaration(element, strict.length === 1));
}

/** `alone`: in an element that holds nothing else. */
function declaration(element: Layout, alone: boolean): readonly string[] {
  const { name, field, many, children } = element;
  const leaf = field?.kind === 'leaf' || field?.kind === 'texts';
  const type = leaf ? typeOf(name, field) : NAMED[name];
  const optional = many ? field?.presence !== 'required' && !alone : !isRequired(element);
  const start = [
    `<xs:element name="${name}"`,
    ...(type === undefined ? [] : [`type="${type}"`]),
    ...(optional ? ['minOccurs="0"'] : []),
    ...(many ? ['maxOccurs="unbounded"'] : []),
  ].join(' ');
  const lines = [...note(name), ...(type === undefined ? complexType(children) : [])];
  return lines.length === 0 ? [`${start}/>`] : [`${start}>`, ...lines.map((line) => `  ${line}`), '</xs:element>'];
}

function complexType(children: readonly Layout[]): readonly string[] {
  const inside = declarations(children).map((line) => `    ${line}`);
  return ['<xs:complexType>', '  <xs:sequence>', ...inside, '  </xs:sequence>', '</xs:complexType>'];
}

function note(name: string): readonly string[] {
  const text = NOTES[name];
  if (text === undefined) return [];
  return ['<xs:annotation>', `  <xs:documentation xml:lang="en">${text}</xs:documentation>`, '</xs:annotation>'];
}

function typeOf(name: string, field: Leaf | Texts): string {
  const { codes: set, highest, values } = field.kind === 'leaf' ? field : { values: field.values };
  const isBinary = Object.values(set ?? {}).every((code) => code === '0' || code === '1');
  if (set !== undefined && isBinary) return 'ZeroOne';
  return set !== undefined || highest !== undefined || values !== undefined ? name : TYPES[field.value];
}

/** A code is never empty, so what a message always has as a code is always written; a group is there for what is in it. */
function isRequired({ field, children }: Layout): boolean {
  if (field?.kind === 'leaf')
    return field.presence === 'required' || (field.presence === 'always' && field.codes !== undefined);
  return children.some((child) => (child.many ? child.field?.presence === 'required' : isRequired(child)));
}
