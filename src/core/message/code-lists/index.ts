// Every list of codes, by the name of its file in `schemas/code-lists/`.

import type { CodeList } from './code-list.ts';
import { DOCUMENT_TYPES } from './document-types.ts';
import { BUSSINESS_DOC_TYPES, RECEIVER_TYPES, STATUSES, STEERING_TYPES, URGENCY } from './enumerations.ts';
import { LEVEL_ONE_LETTERS, MINISTRIES, ORGAN_ID_FORMS, PROVINCES } from './organisations.ts';

export const CODE_LISTS: Readonly<Record<string, CodeList>> = {
  'document-types': DOCUMENT_TYPES,
  urgency: URGENCY,
  statuses: STATUSES,
  'bussiness-doc-types': BUSSINESS_DOC_TYPES,
  'receiver-types': RECEIVER_TYPES,
  'steering-types': STEERING_TYPES,
  ministries: MINISTRIES,
  provinces: PROVINCES,
  'level-one-letters': LEVEL_ONE_LETTERS,
  'organ-id-forms': ORGAN_ID_FORMS,
};
