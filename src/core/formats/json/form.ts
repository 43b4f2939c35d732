// One reading of the JSON form: takes what the table of fields names to where the national format has it, and remembers what
// nobody asked for.

import { isObject, type Json, type JsonObject } from './parse.ts';
import { isXmlCharacter } from '../../xml/text.ts';
import { trimmed } from '../../xml/spaces.ts';
import { takeText } from '../edxml/leaf.ts';
import { Notes } from '../edxml/notes.ts';
import { first, reading, type Reading } from '../edxml/reading.ts';
import { says } from '../losses.ts';
import type { Field } from '../../message/fields.ts';
import type { FieldRow } from '../../message/rows.ts';
import { JSON_LIMITS } from './limits.ts';
import { membersNamed } from './shape.ts';

/** A value, and where it stands: `header.messageheader.toes[1].organid`. */
export interface Located {
  readonly value: Json;
  readonly place: string;
}

/** One reading: what was noticed, and which members were looked at. */
export class JsonForm {
  readonly notes = new Notes(JSON_LIMITS.findings);
  readonly #seen = new WeakMap<JsonObject, Set<string>>();

  /** Puts the fields of a table where the national format has them. */
  read(parent: Reading, at: JsonObject, rows: readonly FieldRow[], place = 'header'): void {
    for (const row of rows) {
      const { field, json, alias, element } = row;
      if (json === undefined || element === undefined) continue;
      const paths = alias === undefined ? [json] : [json, alias];
      const found = paths.flatMap((path) => this.values({ value: at, place }, path, field.kind === 'texts'));
      this.#readField(parent, row, element, found);
    }
  }

  #readField(parent: Reading, { field, rows }: FieldRow, path: readonly string[], found: readonly Located[]): void {
    if (field.kind === 'leaf' || field.kind === 'texts') {
      for (const { value, place } of this.#within(field, found)) {
        const text = this.text({ value, place });
        if (text !== undefined) this.#readText(this.#descend(parent, path), text);
      }
      return;
    }
    for (const { value, place } of this.#within(field, found.filter(isFilled))) {
      if (!isObject(value)) this.#invalid(place);
      else if (field.kind === 'groups') this.read(this.#descend(parent, path), value, rows, place);
      else this.read(first(parent, ...path) ?? this.#descend(parent, path), value, rows, place);
    }
  }

  /** As many as the field may have: what is one may also be written as a list of one. */
  #within(field: Field, found: readonly Located[]): readonly Located[] {
    if (field.kind === 'groups' || field.kind === 'texts') {
      const limit = field.element === 'MessageHeader/To' ? JSON_LIMITS.recipients : JSON_LIMITS.repeats;
      if (found.length <= limit) return found;
      this.notes.add('error', 'recipients-too-many', { limit }, found[0]?.place);
      return [];
    }
    for (const { value, place } of found.slice(1)) {
      this.#pass(value);
      // Who the staff are decides nothing, and the form has room for several where a message has one.
      if (field.alias === undefined) this.#invalid(place);
      else this.notes.add('warning', 'unknown-element', { name: place }, place, place);
    }
    return found.slice(0, 1);
  }

  #readText(made: Reading, text: string): void {
    const { rule } = made;
    if (rule.kind === 'leaf') takeText(made, rule, rule.value === 'date' ? withoutMidnight(text) : text, this.notes);
    else if (trimmed(text) !== '') made.value = trimmed(text);
  }

  /** Undefined for nothing, and for what cannot be a text, which is noted. */
  text({ value, place }: Located): string | undefined {
    if (value === null) return undefined;
    if (typeof value === 'object' || (typeof value === 'number' && !Number.isSafeInteger(value))) {
      this.#invalid(place);
      return undefined;
    }
    const text = String(value);
    if (Buffer.byteLength(text) > JSON_LIMITS.fieldBytes) {
      this.notes.add('error', 'field-too-long', { field: place, limit: JSON_LIMITS.fieldBytes }, place, place);
      return undefined;
    }
    for (const character of text) {
      if (isXmlCharacter(character.codePointAt(0) ?? 0)) continue;
      this.notes.add('error', 'field-invalid', { field: place }, place, place);
      return undefined;
    }
    return text;
  }

  /**
   * What stands at the end of a path. Lists on the way are gone through; `bare`: the last level may be left out
   * (`organidlist: ["…"]` for `organidlist: { organid: ["…"] }`).
   */
  values(from: Located, path: readonly string[], bare = false): readonly Located[] {
    const { value, place } = from;
    const [name, ...rest] = path;
    if (Array.isArray(value)) {
      const items: readonly Json[] = value;
      return items.flatMap((item, index) => this.values({ value: item, place: `${place}[${index}]` }, path, bare));
    }
    if (name === undefined || value === null) return name === undefined ? [from] : [];
    if (isObject(value)) {
      const members = this.members(value, name, place);
      return members.flatMap((member) => this.values(member, rest, bare));
    }
    if (value !== '' && bare && rest.length === 0) return [from];
    if (value !== '') this.#invalid(place);
    return [];
  }

  members(from: JsonObject, name: string, place: string): readonly Located[] {
    const found = membersNamed(from, name);
    const seen = this.#seen.get(from) ?? new Set();
    this.#seen.set(from, seen);
    for (const [written] of found) seen.add(written);
    if (found.length > 1) this.#invalid(below(place, name));
    return found.slice(0, 1).map(([written, value]) => ({ value, place: below(place, written) }));
  }

  /** Makes an element at the end of a path; what leads there is made once. */
  #descend(parent: Reading, path: readonly string[]): Reading {
    const above = path.slice(0, -1).reduce((at, name) => first(at, name) ?? this.child(at, name), parent);
    return this.child(above, path.at(-1) ?? '');
  }

  child(parent: Reading, name: string): Reading {
    const rule = parent.rule.kind === 'group' ? parent.rule.rows.get(name)?.rule : undefined;
    if (rule === undefined) throw new Error(`the national format has no ${name} in ${parent.rule.name}`);
    return reading(rule, parent);
  }

  /** Somebody's signature over another form of the document proves nothing here. */
  noteSignature(header: JsonObject): void {
    for (const { value, place } of this.members(header, 'signature', 'header')) {
      if (says(value)) this.notes.add('warning', 'field-not-carried', { field: place }, place);
      this.#pass(value);
    }
  }

  #pass(value: Json): void {
    if (Array.isArray(value)) for (const item of value as readonly Json[]) this.#pass(item);
    if (!isObject(value)) return;
    this.#seen.set(value, new Set(Object.keys(value)));
    for (const item of Object.values(value)) this.#pass(item);
  }

  /** Members that no row of the table has looked at. */
  noteUnknown(at: Json, place: string): void {
    if (Array.isArray(at)) {
      const items: readonly Json[] = at;
      items.forEach((item, index) => this.noteUnknown(item, `${place}[${index}]`));
    }
    if (!isObject(at)) return;
    const seen = this.#seen.get(at);
    for (const [name, value] of Object.entries(at)) {
      const own = below(place, name);
      if (seen?.has(name) === true || (place === '' && name.toLowerCase() === 'header')) this.noteUnknown(value, own);
      else if (says(value)) this.notes.add('warning', 'unknown-element', { name }, own, own);
    }
  }

  #invalid(place: string): void {
    this.notes.add('error', 'schema-invalid', { field: place }, place, place);
  }
}

function below(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

function isFilled({ value }: Located): boolean {
  return value !== null && value !== '';
}

/** The converter writes a day as its first second. */
function withoutMidnight(text: string): string {
  return text.replace(/^(\d{4}\/\d{2}\/\d{2}) 00:00:00$/, '$1');
}
