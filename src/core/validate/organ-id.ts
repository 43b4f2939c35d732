// Codes of organisations: upper-case letters, digits and full stops, compared to the last byte. Nothing is folded,
// trimmed or guessed, because two spellings of one code would be two addressees, or one forged one.

import { ORGAN_ID_FORMS, ORGAN_ID_LENGTH, type OrganIdForm } from '../message/code-lists/organisations.ts';

const ORGAN_ID = /^[0-9A-Z]+(?:\.[0-9A-Z]+)*$/;

/** Ways in which a code goes wrong, most telling first; the word is a stable fact, not prose. */
const FAULTS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/[\s\u00a0]/u, 'blank'],
  [/[\uff00-\uffef]/u, 'full-width'],
  [/\p{Script=Cyrillic}/u, 'cyrillic'],
  [/\p{Script=Greek}/u, 'greek'],
  [/[\p{Cc}\p{Cf}]/u, 'control'],
  [/[a-z]/, 'lower-case'],
];

/** Undefined for a well-formed code, else the word for what is wrong with it. */
export function organIdFault(organId: string): string | undefined {
  if (organId.length > ORGAN_ID_LENGTH) return 'too-long';
  if (ORGAN_ID.test(organId)) return undefined;
  return FAULTS.find(([pattern]) => pattern.test(organId))?.[1] ?? 'characters';
}

const FORMS = ORGAN_ID_FORMS.rows.map(({ form, pattern }) => ({ form, pattern: new RegExp(pattern) }));

/** Of a well-formed code: the first form it has, or undefined for one that no decision describes. */
export function organIdForm(organId: string): OrganIdForm['form'] | undefined {
  return FORMS.find(({ pattern }) => pattern.test(organId))?.form;
}
