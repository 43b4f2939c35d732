// Turns the text of a field into its value and notes its faults.

import { trimmed } from '../../xml/spaces.ts';
import type { Leaf } from './elements.ts';
import type { Notes } from './notes.ts';
import { fieldOf, placeOf, type Reading } from './reading.ts';
import { VALUES } from './values.ts';

/** Gives `made` the value of the text, or notes why there is none. */
export function takeText(made: Reading, rule: Leaf, text: string, notes: Notes): void {
  const verbatim = rule.value === 'exact' || rule.value === 'organ-id';
  const written = verbatim ? text : trimmed(text);
  if (written.trim() === '') {
    const key = `${made.parent?.rule.name ?? ''}/${rule.name}`;
    notes.add('warning', 'empty-element', { field: fieldOf(made) }, placeOf(made), key);
    return;
  }
  const parsed = VALUES[rule.value](written);
  if (parsed === undefined) {
    made.unreadable = true;
    const code = rule.value === 'date' || rule.value === 'timestamp' ? 'date-invalid' : 'field-invalid';
    const noted = rule.droppable && rule.value === 'integer' ? 'amount-invalid' : code;
    notes.add(rule.droppable ? 'warning' : 'error', noted, { field: fieldOf(made) }, placeOf(made), placeOf(made));
    return;
  }
  made.value = parsed.value;
  if (!parsed.standard) notes.add('warning', 'date-format', { field: fieldOf(made) }, placeOf(made), rule.name);
}
