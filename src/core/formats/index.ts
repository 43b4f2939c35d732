// The formats in which packages come. A new one is a folder beside this file and a line in the table.

import type { Finding, Result } from '../problems/finding.ts';
import type { Message } from '../message/message.ts';
import type { XmlElement, XmlHandler } from '../xml/handler.ts';
import { EDXML_LIMITS } from './edxml/limits.ts';
import { NAMESPACES, ROOTS } from '../message/names.ts';
import { EdxmlReader } from './edxml/read.ts';
import type { AttachmentTap } from './tap.ts';

/** Reads one package from the events of one pass; call `result` once, after the last event. */
export interface FormatReader extends XmlHandler {
  result(): Result<{ readonly message: Message; readonly findings: readonly Finding[] }>;
}

export interface Format {
  readonly name: string;
  /** Whether the outermost element is that of a package of this format. */
  detect(root: XmlElement): boolean;
  reader(tap: AttachmentTap | null): FormatReader;
}

export const NATIONAL_FORMAT: Format = {
  name: 'edxml',
  detect: (root) => ROOTS.has(root.local) && NAMESPACES.has(root.namespace),
  reader: (tap) => new EdxmlReader(EDXML_LIMITS, tap),
};

export const FORMATS: readonly Format[] = [NATIONAL_FORMAT];
