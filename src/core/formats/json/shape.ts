// The converter's JSON in the three shapes in which it is met: nested, flat (names of the levels joined by `_`, as requests
// have it), and wrapped in the `data` of an answer. All are brought to the nested one before anything is read.

import { refuse, ok, type Result } from '../../problems/finding.ts';
import { isObject, type Json, type JsonObject } from './parse.ts';
import { STATUS_FIELDS } from '../../message/fields.ts';
import { rowsOf } from '../../message/rows.ts';

/** Of a status; in the flat form its fields stand at the top. */
const STATUS_NAMES: ReadonlySet<string> = new Set(
  rowsOf(STATUS_FIELDS)
    .flatMap(({ json, alias }) => [json?.[1], alias?.[1]])
    .filter((name) => name !== undefined),
);

/** No field of the form lies deeper. */
const MAX_LEVELS = 12;

/** Members are found whatever the case of their names is: answers have `staffInfo` where requests have `staffinfo`. */
export function membersNamed(from: JsonObject, name: string): readonly (readonly [name: string, value: Json])[] {
  const exact = from[name];
  const others = Object.entries(from).filter(([other]) => other !== name && other.toLowerCase() === name);
  return exact === undefined ? others : [[name, exact], ...others];
}

/** The nested form: an object with `header`, `body`, `attachments`. */
export function nested(root: Json): Result<JsonObject> {
  if (!isObject(root)) return refuse('schema-invalid', { field: 'header' });
  const data = membersNamed(root, 'data')[0]?.[1];
  const within = membersNamed(root, 'header').length === 0 && isObject(data) ? data : root;
  return membersNamed(within, 'header').length > 0 ? ok(within) : unfolded(within);
}

function unfolded(flat: JsonObject): Result<JsonObject> {
  const root = levels();
  for (const [name, value] of Object.entries(flat)) {
    const names = name.toLowerCase().split('_');
    const path = STATUS_NAMES.has(names[0] ?? '') ? ['header', 'status', ...names] : names;
    if (path.length > MAX_LEVELS || !put(root, path, value)) return refuse('schema-invalid', { field: name }, name);
  }
  return ok(root);
}

/** False when another name of the flat form has put something else there. */
function put(root: Levels, path: readonly string[], value: Json): boolean {
  let at = root;
  for (const name of path.slice(0, -1)) {
    const below = (at[name] ??= levels());
    if (!isLevels(below)) return false;
    at = below;
  }
  const last = path.at(-1) ?? '';
  if (at[last] !== undefined) return false;
  at[last] = value;
  return true;
}

/** An object made here, which may still be added to. */
type Levels = Record<string, Json>;

const made = new WeakSet<object>();

function levels(): Levels {
  const object: Levels = Object.create(null) as Levels;
  made.add(object);
  return object;
}

function isLevels(value: Json): value is Levels {
  return isObject(value) && made.has(value);
}
