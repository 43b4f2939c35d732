// The files under `schemas/` that are made from the program's own tables.

import { z } from 'zod';
import { CODE_LISTS } from '../../src/core/message/code-lists/index.ts';
import { Metadata } from '../../src/core/formats/agency/metadata.ts';
import { TEXT_LIMITS } from '../../src/core/validate/fields.ts';
import { RegistryFile } from '../../src/drivers/postgres/registry/registry-file.ts';

/** What each file holds, by its path below `schemas/`. */
export const SCHEMA_FILES: Readonly<Record<string, unknown>> = {
  'agency-package.schema.json': z.toJSONSchema(Metadata, { io: 'input' }),
  'registry.schema.json': z.toJSONSchema(RegistryFile, { io: 'input' }),
  'limits.json': {
    title: 'Độ dài các mục (lengths of fields)',
    unit: 'characters (Unicode code points)',
    note: 'refused: beyond it a package is refused; ours. believed: what the standard is believed to allow; beyond it there is a warning. The tables of QCVN 102:2016/BTTTT could not be read, so confidence and source are those of believed.',
    fields: TEXT_LIMITS,
  },
  ...Object.fromEntries(Object.entries(CODE_LISTS).map(([name, list]) => [`code-lists/${name}.json`, list])),
};
