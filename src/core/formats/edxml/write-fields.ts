// The strict writer's way through a message: one function for each element, made once from the table of fields, with
// its tags ready.

import type { Leaf, Texts } from '../../message/fields.ts';
import { QCVN_PREFIX } from '../../message/names.ts';
import { valueIn } from '../../message/rows.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { isXmlText } from '../../xml/text.ts';
import type { Layout } from './layout.ts';
import { textOf } from './values.ts';

const PREFIX = `${QCVN_PREFIX}:`;

/** Writes an element or a group of elements: an empty text where the message, or the group, has no value. */
type Writer = (from: object) => string;

/** Makes the writer of all these elements, in their order. */
export function writer(elements: readonly Layout[], depth: number, prefix = PREFIX): Writer {
  const writes = elements.filter(({ skipped }) => !skipped).map((element) => elementWriter(element, depth, prefix));
  return (from) => {
    let text = '';
    for (const write of writes) text += write(from);
    return text;
  };
}

function elementWriter({ name, field, steps, children }: Layout, depth: number, prefix: string): Writer {
  if (field?.kind === 'leaf' || field?.kind === 'texts') {
    const write = leaf(name, field, `${indent(depth)}<${prefix}${name}>`, `</${prefix}${name}>\n`);
    if (field.kind === 'leaf') return (from) => write(valueAt(from, steps));
    return (from) => entriesAt(from, steps).map(write).join('');
  }
  const write = framed(name, writer(children, depth + 1, prefix), depth, prefix);
  if (field?.kind !== 'groups') return write;
  return (from) => entriesAt(from, steps).reduce<string>((text, entry) => text + write(Object(entry) as object), '');
}

/** Empty elements are left out, as the national library leaves them out. */
function leaf(name: string, field: Leaf | Texts, start: string, end: string): (value: unknown) => string {
  return (value) => (value === undefined || value === '' ? '' : `${start}${escaped(textOf(field, value), name)}${end}`);
}

/** Makes the writer of an element around others. */
export function framed(name: string, write: Writer, depth: number, prefix = PREFIX): Writer {
  const [start, end] = [`${indent(depth)}<${prefix}${name}>\n`, `${indent(depth)}</${prefix}${name}>\n`];
  return (from) => {
    const content = write(from);
    return content === '' ? '' : `${start}${content}${end}`;
  };
}

function valueAt(from: object, steps: readonly string[]): unknown {
  let value: unknown = from;
  for (const step of steps) value = typeof value === 'object' && value !== null ? valueIn(value, step) : undefined;
  return value;
}

function entriesAt(from: object, steps: readonly string[]): readonly unknown[] {
  const value = valueAt(from, steps);
  return Array.isArray(value) ? value : [];
}

export function indent(depth: number): string {
  return '  '.repeat(depth);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** An unescaped carriage return would be read back as a line feed. */
function escaped(text: string, field: string): string {
  if (!isXmlText(text)) throw new ProblemError('field-invalid', { field });
  return text.replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? '');
}
