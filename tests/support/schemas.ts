// The files under `schemas/` that are made from the program's own tables.

import { z } from 'zod';
import type { CodeList } from '../../src/core/message/code-lists/code-list.ts';
import { CODE_LISTS } from '../../src/core/message/code-lists/index.ts';
import { BUSSINESS_DOC_TYPES } from '../../src/core/message/code-lists/enumerations.ts';
import { TEXT_LIMITS } from '../../src/core/message/limits.ts';
import { RegistryFile } from '../../src/drivers/postgres/registry/registry-file.ts';

import { MESSAGE_KINDS, RECEIVER_CHANGES, STATUS_CODES, STEERING_KINDS, URGENCIES } from '../../src/texts/codes.ts';
import type { Words } from '../../src/texts/words.ts';
import { agencyPackage } from './agency-schema.ts';

/** Words of codes that people are told, by the names of their lists. */
const WORDS: Readonly<Record<string, Words>> = {
  'bussiness-doc-types': Object.fromEntries(
    BUSSINESS_DOC_TYPES.rows.map(({ code, kind }) => [code, MESSAGE_KINDS[kind]]),
  ),
  'receiver-types': RECEIVER_CHANGES,
  'steering-types': STEERING_KINDS,
  statuses: STATUS_CODES,
  urgency: URGENCIES,
};

/** What each file holds, by its path below `schemas/`. */
export const SCHEMA_FILES: Readonly<Record<string, unknown>> = {
  'agency-package.schema.json': agencyPackage(),
  'registry.schema.json': z.toJSONSchema(RegistryFile, { io: 'input' }),
  'limits.json': {
    title: 'Độ dài các mục (lengths of fields)',
    unit: 'characters (Unicode code points)',
    note: 'refused: beyond it a package is refused; ours. believed: what the standard is believed to allow; beyond it there is a warning. The tables of QCVN 102:2016/BTTTT could not be read, so confidence and source are those of believed.',
    fields: TEXT_LIMITS,
  },
  ...Object.fromEntries(
    Object.entries(CODE_LISTS).map(([name, list]) => [`code-lists/${name}.json`, inWords(name, list)]),
  ),
};

/** The list with the words of its codes, where the program has words for them. */
function inWords(name: string, list: CodeList): CodeList {
  const words = WORDS[name];
  if (words === undefined) return list;
  return {
    ...list,
    rows: list.rows.map((row) =>
      'code' in row ? Object.assign({ code: row.code }, words[String(row.code)], row) : row,
    ),
  };
}
