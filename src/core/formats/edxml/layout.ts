// The tables of fields as the tree of a package's elements, in the order of the national format. The reader makes its
// rules from the tree; the strict writer follows it through a message.

import { FILE_FIELDS, type Field, type FieldTable } from '../../message/fields.ts';
import { arranged, rowsOf, type FieldRow } from '../../message/rows.ts';

export interface Layout {
  readonly name: string;
  /** None for an element that only holds others, or is skipped. */
  readonly field: Field | undefined;
  /**
   * Path from the message, or from the entry of the list that holds the element: `['bussiness', 'staffInfo', 'email']`.
   */
  readonly steps: readonly string[];
  /** Whether the element may be repeated. */
  readonly many: boolean;
  /** Known, and neither read nor written. */
  readonly skipped: boolean;
  readonly children: readonly Layout[];
}

/** Elements of a message's header, besides its signature. */
export const HEADER_PARTS = ['MessageHeader', 'TraceHeaderList'];

/** Elements of the tables together. `holders`: elements that are always there, first. */
export function layoutOf(tables: readonly FieldTable[], holders: readonly string[] = []): readonly Layout[] {
  const elements = holders.map((name) => branch(name));
  for (const table of tables) addRows(elements, rowsOf(table), []);
  return sorted(elements);
}

export const ATTACHMENT_ELEMENTS = layoutOf([FILE_FIELDS]);

/** Labels of a file, beside the file and on the manifest. */
export const ATTACHMENT_LABELS = ATTACHMENT_ELEMENTS.filter(
  ({ field, skipped }) => !skipped && field !== FILE_FIELDS.content,
);
export const REFERENCE_LABELS = ['ContentId', 'ContentType', 'Description', 'AttachmentName'].flatMap((name) =>
  ATTACHMENT_LABELS.filter((label) => label.name === name),
);

interface Branch {
  readonly name: string;
  field: Field | undefined;
  steps: readonly string[];
  many: boolean;
  readonly skipped: boolean;
  readonly children: Branch[];
}

function branch(name: string, skipped = false): Branch {
  return { name, field: undefined, steps: [], many: false, skipped, children: [] };
}

function addRows(siblings: Branch[], rows: readonly FieldRow[], from: readonly string[]): void {
  for (const { name, field, element, rows: inside } of rows) {
    if (element === undefined) continue;
    const several = field.kind === 'groups' || field.kind === 'texts';
    const holder = element.slice(0, -1).reduce((at, wrapper) => childOf(at, wrapper).children, siblings);
    const own = childOf(holder, element.at(-1) ?? '');
    const steps = [...from, name];
    own.field = field;
    own.steps = steps;
    own.many ||= several;
    addRows(own.children, inside, several ? [] : steps);
    if (field.kind === 'leaf' && field.parts !== undefined) addRows(own.children, rowsOf(field.parts), steps);
    for (const skipped of field.followedBy ?? []) childOf(holder, skipped, true);
  }
}

function childOf(siblings: Branch[], name: string, skipped = false): Branch {
  const there = siblings.find((sibling) => sibling.name === name);
  if (there !== undefined) return there;
  const element = branch(name, skipped);
  siblings.push(element);
  return element;
}

function sorted(elements: readonly Branch[]): readonly Layout[] {
  return arranged(elements, ({ field }) => field?.behind?.element).map((element) => ({
    ...element,
    children: sorted(element.children),
  }));
}
