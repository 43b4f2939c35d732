// The format's reader on the product's scanner, without the rest of the pipeline.

import type { Finding, Result } from '../../src/core/problems/finding.ts';
import { EDXML_LIMITS, type EdxmlLimits } from '../../src/core/formats/edxml/limits.ts';
import { EdxmlReader } from '../../src/core/formats/edxml/read.ts';
import type { DocumentMessage, Message, StatusMessage } from '../../src/core/message/message.ts';
import { XmlFault } from '../../src/core/xml/fault.ts';
import { XML_LIMITS } from '../../src/core/xml/limits.ts';
import { XmlScanner } from '../../src/core/xml/scanner.ts';
import { explainedStep } from './explained.ts';

export type ReadResult = Result<{ readonly message: Message; readonly findings: readonly Finding[] }>;

function read(bytes: Buffer | readonly Buffer[], limits: Partial<EdxmlLimits>): ReadResult {
  const reader = new EdxmlReader({ ...EDXML_LIMITS, ...limits });
  const scanner = new XmlScanner(reader, XML_LIMITS);
  try {
    for (const chunk of Buffer.isBuffer(bytes) ? [bytes] : bytes) scanner.feed(chunk);
    scanner.end();
  } catch (fault) {
    if (!(fault instanceof XmlFault)) throw fault;
    return {
      ok: false,
      code: fault.code,
      facts: fault.facts,
      ...(fault.place === undefined ? {} : { place: fault.place }),
    };
  }
  return reader.result();
}

/** One reading of a package, whole or in the given chunks. */
export function readPackage(bytes: Buffer | readonly Buffer[], limits: Partial<EdxmlLimits> = {}): ReadResult {
  return explainedStep(read(bytes, limits));
}

/** The document of a package that must be readable. */
export function documentOf(bytes: Buffer): DocumentMessage {
  const { message } = taken(readPackage(bytes));
  if (message.kind === 'status') throw new Error('a status where a document was expected');
  return message;
}

export function statusOf(bytes: Buffer): StatusMessage {
  const { message } = taken(readPackage(bytes));
  if (message.kind !== 'status') throw new Error('a document where a status was expected');
  return message;
}

/** `ok`, or the problem's code: what tables of expectations compare. */
export function codeOf(result: ReadResult): string {
  return result.ok ? 'ok' : result.code;
}

/** Codes of what was noted, each once. */
export function notedBy(result: ReadResult): readonly string[] {
  const findings = result.ok ? result.value.findings : (result.findings ?? []);
  return [...new Set(findings.map(({ code }) => code))];
}

function taken<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.code} ${JSON.stringify(result.facts)} at ${result.place ?? '?'}`);
  return result.value;
}
