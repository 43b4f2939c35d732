import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { Result } from '../../../../src/core/problems/finding.ts';
import { DOCUMENT_FIELDS, FILE_FIELDS, STATUS_FIELDS, type FieldTable } from '../../../../src/core/message/fields.ts';
import { pathsOf, rowsOf } from '../../../../src/core/message/rows.ts';
import { Metadata } from '../../../../src/core/formats/agency/metadata.ts';
import { readAgency, readMetadata, type AgencyPart } from '../../../../src/core/formats/agency/read.ts';
import { AGENCY_FORM } from '../../../../src/core/formats/agency/write.ts';
import { joinSphere, splitSphere } from '../../../../src/core/formats/circulation.ts';
import { documentBytes, writeStatus } from '../../../../src/core/formats/edxml/write.ts';
import { FORMS } from '../../../../src/core/formats/forms.ts';
import type { Draft } from '../../../../src/core/message/rendering.ts';
import {
  AGENCY_DOCUMENT,
  AGENCY_STATUS,
  bytesOf,
  metadataBytes,
  withArchive,
} from '../../../support/agency-packages.ts';
import { pdf } from '../../../support/packages.ts';

/** Every field there is, each with a value of its own. */
const FULL_DOCUMENT = {
  ...AGENCY_DOCUMENT,
  kind: 'update',
  from: organization('from'),
  to: [organization('to')],
  content: 'Nội dung',
  signerInfo: { competence: 'TM.', position: 'Chủ tịch', fullName: 'Nguyễn Văn Mẫu' },
  dueDate: '2026-12-01',
  otherInfo: {
    priority: 2,
    sphereOfPromulgation: 'Toàn huyện',
    typerNotation: 'NVM',
    promulgationAmount: 11,
    pageAmount: 12,
    direction: true,
    appendixes: ['Phụ lục I'],
  },
  responseFor: [{ organId: 'H99.12.02', code: '7/BC', documentId: 'trả lời', promulgationDate: '2026-10-01' }],
  steeringType: 3,
  toPlaces: ['Như trên'],
  traceHeaders: [{ organId: 'H99.12.03', timestamp: '2026-11-20T08:00:00' }],
  bussiness: {
    documentId: 'đích',
    bussinessDocReason: 'Sửa số liệu',
    paper: 5,
    staffInfo: staff(),
    documentInfo: true,
    documentReceiver: false,
    receiverList: [{ organId: 'H99.12.04', receiverType: 'removed' }],
    replacementInfoList: [{ documentId: 'bị thay', organIdList: ['H99.12.05'] }],
  },
  circulation: ['named-person'],
  secrecy: 'none',
  files: [
    {
      name: 'Quyết định.pdf',
      part: '1.pdf',
      description: 'Bản chính',
      contentId: 'tep-1',
      contentType: 'application/pdf',
      size: pdf().length,
      sha256: createHash('sha256').update(pdf()).digest('hex'),
    },
  ],
};

const FULL_STATUS = {
  ...AGENCY_STATUS,
  from: organization('from'),
  responseFor: { ...AGENCY_STATUS.responseFor, promulgationDate: '2026-11-20' },
  staffInfo: staff(),
  description: 'Đã vào sổ',
};

function organization(at: string) {
  const field = (name: string): string => `${at} ${name}`;
  return {
    organId: `H99.${at.length}`,
    organizationInCharge: field('chủ quản'),
    organName: field('tên'),
    organAdd: field('địa chỉ'),
    email: `${at}@mau.vn`,
    telephone: `0${at.length}1`,
    fax: `0${at.length}2`,
    website: `https://${at}.mau.vn`,
  };
}

function staff() {
  return { department: 'Văn phòng', staff: 'Trần Thị Mẫu', email: 'mau@mau.vn', mobile: '0999' };
}

function part(name: string, content = pdf()): AgencyPart {
  return {
    name,
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    async *open() {
      await Promise.resolve();
      yield content;
    },
  };
}

function draftOf(fields: object, parts: readonly AgencyPart[] = []): Result<Draft> {
  const metadata = readMetadata(metadataBytes(fields));
  if (!metadata.ok) return metadata;
  const read = readAgency(metadata.value, parts);
  return read.ok ? { ok: true, value: read.value.draft } : read;
}

function codesOf(read: Result<unknown>): readonly string[] {
  return read.ok ? [] : (read.findings ?? [read]).map(({ code, place }) => `${code} ${place ?? ''}`);
}

/** Paths of all leaves of a JSON Schema, as the mapping writes them. */
function leavesOf(schema: z.core.JSONSchema.BaseSchema, at = ''): readonly string[] {
  const below = (inner: unknown, path: string) => leavesOf(inner as z.core.JSONSchema.BaseSchema, path);
  if (schema.items !== undefined) return below(schema.items, `${at}[]`);
  if (schema.properties === undefined) return [at];
  return Object.entries(schema.properties).flatMap(([name, member]) =>
    below(member, at === '' ? name : `${at}.${name}`),
  );
}

/** The value at a path; of each list the first item. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  const first = Array.isArray(value) ? (value as unknown[])[0] : value;
  const [name, ...rest] = path;
  if (name === undefined) return first;
  return typeof first === 'object' && first !== null ? valueAt(Reflect.get(first, name), rest) : undefined;
}

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false });

const HEADER = ['edXML', 'edXMLEnvelope', 'edXMLHeader'];

/** One field of `metadata.json`, and the element that it becomes. */
interface MappingRow {
  readonly metadata: string;
  readonly edxml: string | null;
}

function mapped(fields: FieldTable): readonly MappingRow[] {
  return pathsOf(rowsOf(fields)).map(({ message, element }) => ({ metadata: message, edxml: element }));
}

const FILES = mapped(FILE_FIELDS).map(({ metadata, edxml }) => ({
  metadata: `files[].${metadata === 'attachmentName' ? 'name' : metadata}`,
  edxml,
}));
const DOCUMENT_MAPPING: readonly MappingRow[] = [
  ...mapped(DOCUMENT_FIELDS),
  ...FILES.filter(({ metadata }) => metadata !== 'files[].content'),
  ...['size', 'sha256', 'part'].map((name) => ({ metadata: `files[].${name}`, edxml: null })),
];
const STATUS_MAPPING: readonly MappingRow[] = [{ metadata: 'kind', edxml: null }, ...mapped(STATUS_FIELDS)];

/** Rows of single values that have an element, each with the way to it. */
function leaves(mapping: readonly MappingRow[]) {
  return mapping.flatMap((row) => {
    const { metadata, edxml } = row;
    if (edxml === null || mapping.some((other) => other.metadata.startsWith(`${metadata}.`))) return [];
    return [[metadata, edxml.replaceAll('[]', '').split('/'), row] as const];
  });
}

/** How the national format writes a value of metadata. */
function inEdxml({ metadata }: MappingRow, value: unknown): string {
  if (metadata === 'otherInfo.sphereOfPromulgation') return 'Toàn huyện; đích danh';
  if (metadata === 'files[].contentId') return `cid:${String(value)}`;
  const words: Readonly<Record<string, string>> = { update: '2', removed: '0', added: '1' };
  if (metadata.startsWith('bussiness.document') && typeof value === 'boolean') return value ? '1' : '0';
  const written = words[String(value)] ?? String(value);
  return /^\d{4}-\d{2}-\d{2}/.test(written) ? written.replaceAll('-', '/').replace('T', ' ') : written;
}

describe('the mapping', () => {
  const schema = z.toJSONSchema(Metadata, { io: 'input' });
  const kinds = schema.oneOf ?? schema.anyOf ?? [];
  test.each([
    ['document', DOCUMENT_MAPPING, 0],
    ['status', STATUS_MAPPING, 1],
  ] as const)('has a row for every field of a %s, and no other', (_, mapping, index) => {
    const isGroup = (path: string) => mapping.some(({ metadata }) => metadata.startsWith(`${path}.`));
    const fields = mapping.map(({ metadata }) => metadata).filter((path) => !isGroup(path));
    expect([...fields].sort()).toEqual([...leavesOf(kinds[index]!)].sort());
  });

  test.each(leaves(DOCUMENT_MAPPING))('carries %s of a document into its element', async (metadata, path, row) => {
    const read = draftOf(FULL_DOCUMENT, [part('1.pdf')]);
    if (!read.ok || read.value.message.kind === 'status') throw new Error(JSON.stringify(read));
    const files = read.value.files.map((file) => ({ ...file, content: file.open() }));
    const tree: unknown = parser.parse(await documentBytes(read.value.message, files));
    const top = metadata.startsWith('files') ? ['edXML', 'AttachmentEncoded', 'Attachment'] : HEADER;
    const value = valueAt(FULL_DOCUMENT, metadata.replaceAll('[]', '').split('.'));
    expect(value).toBeDefined();
    expect(valueAt(tree, [...top, ...path])).toBe(inEdxml(row, value));
  });

  test.each(leaves(STATUS_MAPPING))('carries %s of a status into its element', (metadata, element, row) => {
    const read = draftOf(FULL_STATUS);
    if (!read.ok || read.value.message.kind !== 'status') throw new Error(JSON.stringify(read));
    const tree: unknown = parser.parse(writeStatus(read.value.message));
    const value = valueAt(FULL_STATUS, metadata.split('.'));
    expect(value).toBeDefined();
    expect(valueAt(tree, [...HEADER, ...element])).toBe(inEdxml(row, value));
  });

  test('every field comes back from a rendering as it was given', async () => {
    for (const [fields, parts] of [
      [FULL_DOCUMENT, [part('1.pdf')]],
      [FULL_STATUS, []],
    ] as const) {
      const read = draftOf(fields, parts);
      if (!read.ok) throw new Error(JSON.stringify(read));
      await withArchive(AGENCY_FORM.render(read.value), (again) => {
        if (!again.ok) throw new Error(JSON.stringify(again));
        expect(again.value.draft.message).toEqual(read.value.message);
        expect(JSON.parse(JSON.stringify(again.value.draft.files))).toEqual(
          JSON.parse(JSON.stringify(read.value.files)),
        );
      });
    }
  });
});

describe('metadata.json', () => {
  const inBussiness = (bussiness: object) => ({ ...AGENCY_DOCUMENT, kind: 'update', bussiness });
  const replacing = (entry: object) => inBussiness({ replacementInfoList: [entry] });
  const RECEIVER = 'field-missing /bussiness/receiverList/0/organId';
  const REPLACED = '/bussiness/replacementInfoList/0';

  test.each<[string, object, string]>([
    ['an unknown property', { ...AGENCY_DOCUMENT, subjekt: 'x' }, 'schema-invalid /subjekt'],
    ['one deep inside', { ...AGENCY_DOCUMENT, from: { organId: 'H99.12', 'a/b': 1 } }, 'schema-invalid /from/a~1b'],
    ['no subject', { ...AGENCY_DOCUMENT, subject: undefined }, 'field-missing /subject'],
    ['a subject of blanks', { ...AGENCY_DOCUMENT, subject: ' \n' }, 'field-missing /subject'],
    ['no kind', { ...AGENCY_DOCUMENT, kind: undefined }, 'field-missing /kind'],
    ['an unknown kind', { ...AGENCY_DOCUMENT, kind: 'newest' }, 'schema-invalid /kind'],
    ['no addressee', { ...AGENCY_DOCUMENT, to: [] }, 'schema-invalid /to'],
    ['a text where a list is wanted', { ...AGENCY_DOCUMENT, to: 'H99.12.01' }, 'schema-invalid /to'],
    ['a fraction', { ...AGENCY_DOCUMENT, steeringType: 1.5 }, 'schema-invalid /steeringType'],
    ['a number beyond all numbers', { ...AGENCY_DOCUMENT, steeringType: 2 ** 53 + 2 }, 'schema-invalid /steeringType'],
    ['a day that is none', { ...AGENCY_DOCUMENT, dueDate: '2026-02-30' }, 'date-invalid /dueDate'],
    ['a date as people write it', { ...AGENCY_DOCUMENT, dueDate: '20/11/2026' }, 'date-invalid /dueDate'],
    ['a control character', { ...AGENCY_DOCUMENT, subject: 'a\u0001b' }, 'field-invalid /subject'],
    ['a classified document', { ...AGENCY_DOCUMENT, subject: 1, secrecy: 'mat' }, 'secrecy-forbidden /secrecy'],
    ['top secret', { ...AGENCY_DOCUMENT, secrecy: 'tuyet-mat' }, 'secrecy-forbidden /secrecy'],
    ['an unknown status code', { ...AGENCY_STATUS, statusCode: '07' }, 'status-code-unknown /statusCode'],
    ['a status with files', { ...AGENCY_STATUS, files: [] }, 'schema-invalid /files'],
    ['no metadata at all', [], 'schema-invalid '],
    ['a changed receiver without code', inBussiness({ receiverList: [{ receiverType: 'added' }] }), RECEIVER],
    ['one with blanks', inBussiness({ receiverList: [{ organId: ' ', receiverType: 'added' }] }), RECEIVER],
    ['a replaced document without id', replacing({}), `field-missing ${REPLACED}/documentId`],
    ['one with an empty id', replacing({ documentId: '' }), `field-missing ${REPLACED}/documentId`],
    [
      'an empty entry among those whom a replacement concerns, for whom nobody would be taken',
      replacing({ documentId: 'x', organIdList: ['H99.13', ''] }),
      `field-missing ${REPLACED}/organIdList/1`,
    ],
    [
      'one of blanks',
      replacing({ documentId: 'x', organIdList: ['\u00a0'] }),
      `field-missing ${REPLACED}/organIdList/0`,
    ],
  ])('refuses %s', (_, fields, expected) => {
    expect(codesOf(readMetadata(metadataBytes(fields)))).toEqual([expected]);
  });

  test('tells of a status code that nobody knows what it is and which ones there are', () => {
    const read = readMetadata(metadataBytes({ ...AGENCY_STATUS, statusCode: '07' }));
    expect(read.ok ? {} : read.facts).toEqual({ statusCode: '07', allowed: '01, 02, 03, 04, 05, 06, 13, 15, 16' });
  });

  test.each<[string, string | Buffer, string]>([
    ['a name twice', '{"kind":"new","kind":"new"}', 'malformed-json'],
    ['a byte order mark', '\ufeff{}', 'malformed-json'],
    ['a comma too many', '{"a":1,}', 'malformed-json'],
    ['half a surrogate pair', '{"a":"\\ud800"}', 'malformed-text'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'malformed-text'],
    ['a number that does not fit', '{"kind":1e400}', 'schema-invalid'],
    ['a prototype', JSON.stringify(AGENCY_DOCUMENT).replace('{', '{"__proto__":{"x":1},'), 'schema-invalid'],
    ['nothing', '', 'malformed-json'],
  ])('refuses %s', (_, text, code) => {
    const read = readMetadata(Buffer.from(text));
    expect(read.ok ? 'ok' : read.code).toBe(code);
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });

  test('tells everything at once', () => {
    const fields = { ...AGENCY_DOCUMENT, documentId: '', a: 1, b: 2, dueDate: 'mai', content: '\u0000' };
    expect([...codesOf(readMetadata(metadataBytes(fields)))].sort()).toEqual([
      'date-invalid /dueDate',
      'field-invalid /content',
      'field-missing /documentId',
      'schema-invalid /a',
      'schema-invalid /b',
    ]);
  });

  test('tells of entries that say nothing, and leaves them out', () => {
    const metadata = readMetadata(
      metadataBytes({
        ...AGENCY_DOCUMENT,
        toPlaces: ['', 'Như trên', ' '],
        otherInfo: { appendixes: [' '] },
        responseFor: [{}],
      }),
    );
    if (!metadata.ok) throw new Error(JSON.stringify(metadata));
    const read = readAgency(metadata.value, []);
    expect(read.ok && read.value.findings.map(({ severity, code, place }) => `${severity} ${code} ${place}`)).toEqual([
      'warning empty-element /otherInfo/appendixes/0',
      'warning empty-element /toPlaces/0',
      'warning empty-element /toPlaces/2',
      'warning response-for-empty /responseFor/0',
    ]);
  });

  test('takes an empty text for an absent one, blanks at the ends for nothing, and a stated zone for what it says', () => {
    const read = draftOf({
      ...AGENCY_DOCUMENT,
      subject: '  Về việc\n',
      content: ' ',
      signerInfo: { fullName: '' },
      toPlaces: ['', ' Như trên '],
      responseFor: [{}],
      traceHeaders: [{ timestamp: '2026-11-20T01:00:00.123Z' }],
    });
    if (!read.ok || read.value.message.kind === 'status') throw new Error(JSON.stringify(read));
    const { message } = read.value;
    expect(message).toMatchObject({ subject: 'Về việc', toPlaces: ['Như trên'], responseFor: [] });
    expect(message.traceHeaders).toEqual([{ timestamp: '2026-11-20T08:00:00' }]);
    expect(message).not.toHaveProperty('content');
    expect(message).not.toHaveProperty('signerInfo');
  });
});

describe('files', () => {
  const named = (files: readonly object[]) => ({ ...AGENCY_DOCUMENT, files });
  test.each<[string, readonly object[], readonly AgencyPart[], readonly string[]]>([
    ['named and absent', [{ name: 'a.pdf' }], [], ['attachment-missing /files/0']],
    ['there and not named', [], [part('a.pdf')], ['attachment-unlisted /files']],
    [
      'with one content id',
      [
        { name: 'a.pdf', contentId: '1' },
        { name: 'b.pdf', contentId: 'cid:1' },
      ],
      [part('a.pdf'), part('b.pdf')],
      ['attachment-duplicated /files/1'],
    ],
    ['named twice', [{ name: 'a.pdf' }, { name: 'a.pdf' }], [part('a.pdf')], ['attachment-duplicated /files/1']],
    ['that is empty', [{ name: 'a.pdf' }], [part('a.pdf', Buffer.alloc(0))], ['attachment-empty /files/0']],
    ['of another size', [{ name: 'a.pdf', size: 1 }], [part('a.pdf')], ['attachment-hash-mismatch /files/0/size']],
    [
      'of another hash',
      [{ name: 'a.pdf', sha256: '0'.repeat(64) }],
      [part('a.pdf')],
      ['attachment-hash-mismatch /files/0/sha256'],
    ],
    ['with a path', [{ name: '../a.pdf' }], [part('../a.pdf')], ['attachment-name-invalid /files/0/name']],
    [
      'that have several faults',
      [{ name: 'con.pdf', size: 1 }, { name: 'b.pdf' }],
      [part('con.pdf'), part('c.pdf')],
      [
        'attachment-name-invalid /files/0/name',
        'attachment-hash-mismatch /files/0/size',
        'attachment-missing /files/1',
        'attachment-unlisted /files',
      ],
    ],
  ])('refuses files %s', (_, files, parts, expected) => {
    expect(codesOf(draftOf(named(files), parts))).toEqual(expected);
  });

  test('refuses more than there may be', () => {
    const names = Array.from({ length: 1001 }, (_, index) => `${index}.pdf`);
    const read = draftOf(
      named(names.map((name) => ({ name }))),
      names.map((name) => part(name)),
    );
    expect(codesOf(read)).toEqual(['attachment-too-many /files']);
  });

  test('finds a file whose name was stored with its accents apart, and keeps the name of the metadata', () => {
    const name = 'Quyết định.pdf';
    const read = draftOf(named([{ name }]), [part(name.normalize('NFD'))]);
    expect(read.ok && read.value.files.map(({ attachmentName }) => attachmentName)).toEqual([name]);
  });

  test('gives files without a content id one that follows from their bytes and place', () => {
    const parts = [part('a.pdf'), part('b.pdf')];
    const ids = (read: Result<Draft>) => (read.ok ? read.value.files.map(({ contentId }) => contentId) : []);
    const given = ids(draftOf(named([{ name: 'a.pdf' }, { name: 'b.pdf' }]), parts));
    expect(given).toEqual(ids(draftOf(named([{ name: 'a.pdf' }, { name: 'b.pdf' }]), parts.toReversed())));
    expect(new Set(given).size).toBe(2);
    for (const id of given) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('lie under other names where theirs cannot stand in an archive', async () => {
    const names = ['metadata.json', 'A.pdf', 'a.pdf', '3.pdf', 'A.pdf'];
    const message = draftOf(AGENCY_DOCUMENT);
    if (!message.ok || message.value.message.kind === 'status') throw new Error(JSON.stringify(message));
    const files = names.map((name, index) => ({ ...part(name), contentId: `${index}`, attachmentName: name }));
    await withArchive(AGENCY_FORM.render({ message: message.value.message, files }), (opened) => {
      expect(opened.ok && opened.value.draft.files.map(({ attachmentName }) => attachmentName)).toEqual(names);
    });
  });
});

test('limits on passing on are told to be carried behind the sphere of promulgation', async () => {
  const read = draftOf(FULL_DOCUMENT, [part('1.pdf')]);
  if (!read.ok) throw new Error(JSON.stringify(read));
  const { losses, bytes } = FORMS.edxml.render(read.value);
  expect(losses.map(({ code, place }) => `${code} ${place ?? ''}`)).toEqual(['field-carried-elsewhere circulation']);
  expect((await bytesOf(bytes)).toString()).toContain('>Toàn huyện; đích danh<');
});

test('an archive begins with the metadata in canonical form and says its sums before the data', async () => {
  const read = draftOf({ ...AGENCY_DOCUMENT, files: [{ name: 'Văn bản.pdf' }] }, [part('Văn bản.pdf')]);
  if (!read.ok) throw new Error(JSON.stringify(read));
  const bytes = await bytesOf(AGENCY_FORM.render(read.value).bytes);
  const nameLength = bytes.readUInt16LE(26);
  expect(bytes.subarray(0, 4)).toEqual(Buffer.from('PK\u0003\u0004'));
  expect(bytes.subarray(30, 30 + nameLength).toString()).toBe('metadata.json');
  const metadata = bytes.subarray(30 + nameLength, 30 + nameLength + bytes.readUInt32LE(18)).toString();
  expect(metadata.startsWith('{"code":{"codeNotation":"QĐ-UBND","codeNumber":"15"},"documentId":')).toBe(true);
  expect(bytes.readUInt16LE(6)).toBe(0x0800);
  expect(bytes.readUInt16LE(8)).toBe(0);
  expect([bytes.readUInt16LE(10), bytes.readUInt16LE(12)]).toEqual([0, 0x21]);
  expect(bytes.readUInt32LE(14)).not.toBe(0);
});

test.each<[string, ReturnType<typeof splitSphere>]>([
  ['', {}],
  ['Toàn tỉnh', { sphereOfPromulgation: 'Toàn tỉnh' }],
  ['lưu hành nội bộ', { circulation: ['internal'] }],
  ['Toàn tỉnh; xem xong trả lại', { sphereOfPromulgation: 'Toàn tỉnh', circulation: ['return-after-reading'] }],
  ['đích danh; lưu hành nội bộ', { circulation: ['named-person', 'internal'] }],
  ['lưu hành nội bộ; Toàn tỉnh', { sphereOfPromulgation: 'lưu hành nội bộ; Toàn tỉnh' }],
  ['đích danh; đích danh', { sphereOfPromulgation: 'đích danh', circulation: ['named-person'] }],
  ['Lưu hành nội bộ', { sphereOfPromulgation: 'Lưu hành nội bộ' }],
])('the sphere of promulgation “%s” is read and written', (text, sphere) => {
  expect(splitSphere(text)).toEqual(sphere);
  expect(joinSphere(sphere) ?? '').toBe(text);
});
