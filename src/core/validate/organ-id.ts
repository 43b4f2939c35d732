// Codes of organisations: upper-case letters, digits and full stops, compared byte for byte. The gateway does not fold,
// trim or guess: a second spelling of a code would be a second addressee, or a forged one.

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

/** Undefined for a well-formed code, else the word for its fault. */
export function organIdFault(organId: string): string | undefined {
  if (organId.length > ORGAN_ID_LENGTH) return 'too-long';
  if (ORGAN_ID.test(organId)) return undefined;
  return FAULTS.find(([pattern]) => pattern.test(organId))?.[1] ?? 'characters';
}

const FORMS = ORGAN_ID_FORMS.rows.map(({ form, pattern }) => ({ form, pattern: new RegExp(pattern) }));

/** The first form of a well-formed code, or undefined for a code that no decision describes. */
export function organIdForm(organId: string): OrganIdForm['form'] | undefined {
  return FORMS.find(({ pattern }) => pattern.test(organId))?.form;
}
