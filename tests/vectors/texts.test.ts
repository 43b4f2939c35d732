// Texts of the corpora through the fields of a package: read, validated, written strictly and read again. Each is kept to
// the last byte, or refused with the problem that is wrong with it; what else happens stands in a ledger.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { documentBytes } from '../../src/core/formats/edxml/write.ts';
import { parseJson } from '../../src/core/formats/json/parse.ts';
import type { DocumentMessage } from '../../src/core/message/message.ts';
import { PROBLEMS, type Problem, isProblemCode } from '../../src/core/problems/problems.ts';
import { validate } from '../../src/core/validate/validate.ts';
import { describeCorpus, judge, readLedger } from '../support/corpora.ts';
import { explained } from '../support/explained.ts';
import { documentPackage, pdf, type PackageOptions } from '../support/packages.ts';
import { documentOf, readPackage } from '../support/read-package.ts';

const NOW = new Date('2026-11-22T03:00:00Z');

interface Field {
  readonly options: (text: string) => PackageOptions;
  readonly value: (message: DocumentMessage) => string | undefined;
  /** The problem a text must be refused with; undefined when it must be kept. */
  readonly refusal: (text: string) => string | undefined;
}

const isBlank = (text: string): boolean => text.trim() === '';
const required = (text: string): string | undefined => (isBlank(text) ? 'field-missing' : undefined);

const FIELDS: Readonly<Record<string, Field>> = {
  Subject: {
    options: (Subject) => ({ fields: { Subject } }),
    value: ({ subject }) => subject,
    refusal: required,
  },
  OrganName: {
    options: (OrganName) => ({ fields: { From: { OrganId: 'H99.12', OrganName } } }),
    value: ({ from }) => from.organName,
    refusal: () => undefined,
  },
  DocumentId: {
    options: (DocumentId) => ({ fields: { DocumentId } }),
    value: ({ documentId }) => documentId,
    refusal: (text) => required(text) ?? (Array.from(text).length > 500 ? 'field-too-long' : undefined),
  },
  OrganId: {
    options: (OrganId) => ({ fields: { From: { OrganId } } }),
    value: ({ from }) => from.organId,
    refusal: (text) =>
      required(text) ??
      (/^[0-9A-Z]+(?:\.[0-9A-Z]+)*$/.test(text) && text.length <= 35 ? undefined : 'organ-id-invalid'),
  },
  AttachmentName: {
    options: (name) => ({ attachments: [{ name, bytes: pdf() }] }),
    value: ({ attachments }) => attachments[0]?.attachmentName,
    refusal: nameRefusal,
  },
};

/** A name that is no name of a file somewhere, hides something, or starts a program. */
function nameRefusal(text: string): string | undefined {
  if (isBlank(text)) return 'field-missing';
  const isNoFile = /^ |[. ]$|[/\\]|[\p{C}\u2028\u2029]/u.test(text.replace(/[\p{Cn}\p{Co}]/gu, ''));
  const isReserved = /^(?:con|prn|aux|nul|(?:com|lpt)\d)(?:\.|$)/i.test(text);
  if (isNoFile || isReserved || Buffer.byteLength(text) > 255) return 'attachment-name-invalid';
  return /\.(?:com|exe|sh|html|bat|js|svg)$/i.test(text) ? 'attachment-type-forbidden' : undefined;
}

/** Characters that no XML can hold. */
const NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** `kept`, `trimmed`, `absent`, `line-ends`, `changed`, or the code of the refusal. */
async function outcome({ options, value }: Field, text: string): Promise<string> {
  const bytes = documentPackage(options(text));
  const read = readPackage(bytes);
  if (!read.ok) return read.code;
  const message = documentOf(bytes);
  const fault = explained(validate(message, NOW)).find(({ severity }) => severity === 'error');
  if (fault !== undefined) return fault.code;
  const files = message.attachments.map(({ contentId, attachmentName }) => ({
    contentId,
    attachmentName,
    content: pdf(),
  }));
  const again = documentOf(await documentBytes(message, files));
  const [first, second] = [value(message), value(again)];
  if (first !== second) return 'changed';
  if (first === undefined) return 'absent';
  if (Buffer.from(first).equals(Buffer.from(text))) return 'kept';
  if (first === text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')) return 'trimmed';
  return first === text.replace(/\r\n?/g, '\n') ? 'line-ends' : 'changed';
}

type Ledger = ReturnType<typeof readLedger>;

function expected({ refusal }: Field, text: string): string {
  return NO_XML.test(text) ? 'xml-not-well-formed' : (refusal(text) ?? 'kept');
}

async function check(ledger: Ledger, id: string, text: string): Promise<void> {
  for (const [name, field] of Object.entries(FIELDS)) {
    const wanted = expected(field, text);
    if (isProblemCode(wanted)) expect([400, 422]).toContain((PROBLEMS[wanted] as Problem).http);
    judge(`${id}/${name}`, [wanted], await outcome(field, text), ledger);
  }
}

describeCorpus('naughty-strings', (folder) => {
  const strings = JSON.parse(readFileSync(join(folder, 'blns.json'), 'utf8')) as string[];

  const ledger = readLedger('naughty-strings');

  test('is whole', () => expect(strings).toHaveLength(515));

  test.each(strings.map((text, index) => [`blns-${index}`, text] as const))('%s', (id, text) =>
    check(ledger, id, text),
  );
});

interface UnicodeCase {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly equal_nfc?: boolean;
  readonly expected: string;
}

describeCorpus('vietnamese-unicode', (folder) => {
  const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: UnicodeCase[] };
  const ledger = readLedger('vietnamese-unicode');
  const codes = cases.filter(({ expected: verdict }) => verdict.startsWith('reject organ-id-invalid'));
  const names = cases.filter(({ expected: verdict }) => /^reject (?:name|when)/.test(verdict));

  test('is whole', () => expect([cases.length, codes.length, names.length]).toEqual([48, 5, 10]));

  test.each(cases)('$id', async ({ id, a, b }) => {
    await check(ledger, `${id}/a`, a);
    await check(ledger, `${id}/b`, b);
  });

  test.each(codes)('code $id is refused, and what it imitates is not', async ({ a, b }) => {
    expect(await outcome(FIELDS['OrganId']!, a)).toBe('organ-id-invalid');
    expect(await outcome(FIELDS['OrganId']!, b)).toBe('kept');
  });

  test.each(names)('name $id is refused', async ({ a }) => {
    expect(['attachment-name-invalid', 'xml-not-well-formed']).toContain(await outcome(FIELDS['AttachmentName']!, a));
  });

  test('half a character in JSON', () => {
    const text = cases.find(({ id }) => id === 'lone-surrogate-json')?.a ?? '';
    expect(() => parseJson(Buffer.from(text))).toThrow('malformed-text');
  });
});
