import { EDXML_LIMITS } from '../edxml/limits.ts';

/** What a reader of the JSON form takes; in all else the limits of the national format hold. */
export const JSON_LIMITS = {
  ...EDXML_LIMITS,
  /** Of the whole text. Ours: it stands in memory while it is read, files and all; larger documents travel as edXML. */
  bytes: 64 << 20,
} as const;
