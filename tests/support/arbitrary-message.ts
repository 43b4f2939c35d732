// Messages for properties: every kind, every status, every field there or not, in text as offices write it and as no office
// should. They are whole in the strict form: what comes of them leaves nothing to note.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { Draft, DraftFile } from '../../src/core/message/rendering.ts';
import type {
  DocumentKind,
  DocumentMessage,
  Organization,
  StatusCode,
  StatusMessage,
} from '../../src/core/message/message.ts';
import { pdf } from './packages.ts';

export const DOCUMENT_KINDS: readonly DocumentKind[] = ['new', 'revoke', 'update', 'replace'];
export const STATUS_CODES: readonly StatusCode[] = ['01', '02', '03', '04', '05', '06', '13', '15', '16'];

const VIETNAMESE = 'Quyết định về việc ban hành Quy chế, số 15/QĐ-UBND; Đặng Thị Ngọc Ánh – xã Mường Lựm';
const MARKUP = ['&', '<', '>', '"', "'", ']', ']]>', '&amp;', '<!--', '<![CDATA[', '&#10;', '%', '{', '}', '\\'];
const BLANKS = ['\n', '\r', '\r\n', '\t', '  ', '\u00a0', '\u0085', '\u2028'];
const RARE = ['\u0301', '\u202e', '\ufffd', '\ufeff', '\u200b', '📄', '𠮷', '\u{10ffff}', '\ud7ff', '\ue000'];

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Array.from(VIETNAMESE)) },
  { weight: 3, arbitrary: fc.constantFrom(...VIETNAMESE.split(' ')) },
  // The same letters, decomposed.
  { weight: 2, arbitrary: fc.constantFrom(...VIETNAMESE.normalize('NFD').split(' ')) },
  { weight: 2, arbitrary: fc.constantFrom(...MARKUP) },
  { weight: 1, arbitrary: fc.constantFrom(...BLANKS) },
  { weight: 1, arbitrary: fc.constantFrom(...RARE) },
);

/** Text without blanks at the ends, which no field keeps, and not of blanks alone. */
const short = textOf(fc.array(word, { minLength: 1, maxLength: 12 }));
/** Several times what a reader or a writer takes at once. */
const long = textOf(
  fc.tuple(fc.array(word, { minLength: 1, maxLength: 8 }), fc.integer({ min: 50, max: 400 })).map(repeated),
);

export const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  { weight: 30, arbitrary: short },
  { weight: 1, arbitrary: long },
);

const text = arbitraryText;
const organId = fc
  .tuple(fc.constantFrom('H99', 'H99.12', '000.00.12.H99', '0109999999'), fc.nat(999))
  .map(([start, end]) => (start.length > 6 ? start : `${start}.${end}`));
const number = fc.nat(999_999_999);
const date = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((instant) => instant.toISOString().slice(0, 10));
const time = fc
  .tuple(date, fc.nat(23), fc.nat(59), fc.nat(59))
  .map(([day, ...parts]) => `${day}T${parts.map((part) => String(part).padStart(2, '0')).join(':')}`);

const organization: fc.Arbitrary<Organization> = fc.record(
  {
    organId,
    organizationInCharge: text,
    organName: text,
    organAdd: text,
    email: text,
    telephone: text,
    fax: text,
    website: text,
  },
  { requiredKeys: ['organId'] },
);
const responseFor = fc.record(
  { organId, code: text, documentId: text, promulgationDate: date },
  { requiredKeys: ['organId', 'code', 'documentId'] },
);
const staffInfo = filled(optional({ department: text, staff: text, email: text, mobile: text }));

const otherInfo = optional({
  priority: fc.nat(4),
  sphereOfPromulgation: text,
  typerNotation: text,
  promulgationAmount: number,
  pageAmount: number,
  direction: fc.boolean(),
  appendixes: some(text),
});

const bussiness = optional({
  documentId: text,
  bussinessDocReason: text.filter((written) => !/(?:thu hồi|cập nhật|thay thế|mới)/iu.test(written.normalize('NFC'))),
  paper: number,
  staffInfo,
  documentInfo: fc.boolean(),
  documentReceiver: fc.boolean(),
  receiverList: some(fc.record({ organId, receiverType: fc.constantFrom('removed', 'added') })),
  replacementInfoList: fc.uniqueArray(fc.record({ documentId: text, organIdList: list(organId) }), {
    minLength: 1,
    maxLength: 3,
    selector: (entry) => JSON.stringify(entry),
  }),
});

/** A document of any kind, its files left out. */
export const arbitraryDocument: fc.Arbitrary<Omit<DocumentMessage, 'attachments'>> = fc
  .record(
    {
      kind: fc.constantFrom(...DOCUMENT_KINDS),
      from: organization,
      to: some(organization),
      documentId: text,
      code: fc.record({ codeNumber: text, codeNotation: text }),
      promulgationInfo: fc.record({ place: text, promulgationDate: date }, { requiredKeys: ['promulgationDate'] }),
      documentType: optional({ type: number, typeDetail: number, typeName: text }),
      subject: text,
      content: text,
      signerInfo: filled(optional({ competence: text, position: text, fullName: text })),
      dueDate: date,
      otherInfo,
      responseFor: list(responseFor),
      // 0 is read as 1: both say that nothing is steered.
      steeringType: fc.integer({ min: 1, max: 999_999_999 }),
      toPlaces: list(text),
      // `null` is what a test hub writes where it has no code.
      traceHeaders: list(fc.record({ organId: text.filter((written) => written !== 'null'), timestamp: time })),
      bussiness,
    },
    {
      requiredKeys: [
        'kind',
        'from',
        'to',
        'documentId',
        'code',
        'promulgationInfo',
        'documentType',
        'subject',
        'otherInfo',
        'responseFor',
        'toPlaces',
        'traceHeaders',
        'bussiness',
      ],
    },
  )
  .map((document) => (document.kind === 'revoke' ? withTarget(document) : document));

/** A strict revocation names what it revokes. */
function withTarget<T extends Pick<DocumentMessage, 'documentId' | 'bussiness'>>(document: T): T {
  const { documentId } = document;
  return { ...document, bussiness: { documentId, ...document.bussiness } };
}

export const arbitraryStatus: fc.Arbitrary<StatusMessage> = fc
  .record(
    {
      from: organization,
      responseFor,
      staffInfo,
      statusCode: fc.constantFrom(...STATUS_CODES),
      description: text,
      timestamp: time,
    },
    { requiredKeys: ['from', 'responseFor', 'statusCode', 'timestamp'] },
  )
  .map((status) => ({ kind: 'status', ...status }));

/** A file of a document with its bytes at hand. */
export interface ArbitraryFile {
  readonly contentId: string;
  readonly attachmentName: string;
  readonly description?: string;
  readonly content: Buffer;
}

/** More than a block of any kind holds. To draw every byte of it by lot would take longer than what is tested. */
const bulk = fc
  .tuple(fc.integer({ min: 30_000, max: 100_000 }), fc.uint8Array({ minLength: 1, maxLength: 50 }))
  .map(([size, pattern]) => Buffer.alloc(size, pattern));

const anyBytes = fc.oneof(
  { weight: 10, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 200 }) },
  { weight: 1, arbitrary: bulk },
);

/** PDF files of up to 100 KB, under names and ids of their own. */
export const arbitraryFiles: fc.Arbitrary<readonly ArbitraryFile[]> = fc.uniqueArray(
  fc.record(
    {
      contentId: fc.uuid(),
      attachmentName: text.map((written) => `${written}.pdf`),
      description: text,
      content: anyBytes.map((bytes) => Buffer.concat([pdf(), bytes])),
    },
    { requiredKeys: ['contentId', 'attachmentName', 'content'] },
  ),
  { maxLength: 4, selector: ({ contentId }) => contentId },
);

/** Beginnings by which a file is known, with the extensions it goes under; some tell nothing. */
const BEGINNINGS: readonly (readonly [start: readonly number[], extensions: readonly string[]])[] = [
  [
    [0x25, 0x50, 0x44, 0x46, 0x2d],
    ['pdf', 'PDF'],
  ],
  [
    [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    ['doc', 'xls', 'XLS'],
  ],
  [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], ['png']],
  [
    [0xff, 0xd8, 0xff],
    ['jpg', 'jpeg'],
  ],
  [[0x50, 0x4b, 0x05, 0x06, ...new Array<number>(18).fill(0)], ['zip']],
  [[0x78], ['txt', 'csv', 'docx', 'p7s', 'Txt']],
];

const typedFile = fc
  .tuple(
    fc.uuid(),
    text,
    fc.constantFrom(...BEGINNINGS),
    fc.nat(9),
    fc.oneof({ weight: 4, arbitrary: fc.uint8Array({ maxLength: 300 }) }, { weight: 1, arbitrary: bulk }),
    fc.option(text, { nil: undefined }),
  )
  .map(([contentId, name, [start, extensions], turn, rest, description]): ArbitraryFile => {
    // No reader opens an archive under another name.
    const extension = turn === 9 && extensions[0] !== 'zip' ? undefined : extensions[turn % extensions.length];
    return {
      contentId,
      // Nothing that looks like an extension where there is none.
      attachmentName: extension === undefined ? `${name}-` : `${name}.${extension}`,
      content: Buffer.from([...start, ...(extension === 'zip' ? [] : rest)]),
      ...(description === undefined ? {} : { description }),
    };
  });

/** Files of all types: those that travel as they are, and those that are wrapped. */
export const arbitraryTypedFiles: fc.Arbitrary<readonly ArbitraryFile[]> = fc.uniqueArray(typedFile, {
  maxLength: 4,
  selector: ({ contentId }) => contentId,
});

/** A message of any kind on its way from one form to another. */
export const arbitraryDraft: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ message: arbitraryDocument, files: arbitraryFiles.map(toDraftFiles) }) },
  { weight: 1, arbitrary: arbitraryStatus.map((message): Draft => ({ message, files: [] })) },
);

function toDraftFiles(files: readonly ArbitraryFile[]): readonly DraftFile[] {
  return files.map(({ content, ...labels }) => ({
    ...labels,
    contentType: 'application/pdf',
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    open: () => Readable.from([content]),
  }));
}

function textOf(words: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  return words
    .map((written) => written.join('').replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''))
    .filter((written) => written.trim() !== '');
}

function repeated([words, times]: readonly [readonly string[], number]): readonly string[] {
  return Array.from({ length: times }, () => words).flat();
}

function list<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(of, { maxLength: 3 });
}

function some<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(of, { minLength: 1, maxLength: 3 });
}

/** Fields that may be absent are absent, not undefined. */
function optional<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

function filled<T extends object>(of: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return of.filter((value) => Object.keys(value).length > 0);
}
