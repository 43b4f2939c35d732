// The reader of archives around one file, against archives that lie in every field they have.

import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { ARCHIVE_LIMITS, type ArchiveLimits } from '../../../../src/core/archive/limits.ts';
import { OneFileReader, type ArchiveReading } from '../../../../src/core/archive/one-file.ts';
import { chunksOf, pdf } from '../../../support/packages.ts';
import { crcOf, wrapped, zip, type ArchiveOptions, type EntryOptions } from '../../../support/archive.ts';

const ROOM = 1 << 17;
const CONTENT = pdf('một trang nội dung '.repeat(20));

function readingOf(bytes: Buffer, sizes: readonly number[] = [bytes.length], limits?: ArchiveLimits): ArchiveReading {
  const reader = new OneFileReader(ROOM, limits);
  for (const piece of chunksOf(bytes, sizes)) {
    // The pieces are only lent.
    const lent = Buffer.from(piece);
    reader.feed(lent);
    lent.fill(0xaa);
  }
  return reader.end();
}

/** `one`, `several`, …, or the refusal as `code reason`. */
function told(bytes: Buffer, limits?: ArchiveLimits): string {
  const readings = [[bytes.length], [1], [5, 1, 29, 3, 64]].map((sizes) => readingOf(bytes, sizes, limits));
  for (const reading of readings) expect(reading).toEqual(readings[0]);
  const [reading] = readings;
  if (reading === undefined) throw new Error('unread');
  return reading.kind === 'fault' ? `${reading.code} ${reading.facts['reason'] ?? ''}`.trim() : reading.kind;
}

const SHAPE = 'attachment-archive-shape';
const CORRUPT = 'attachment-corrupt';

describe('one file', () => {
  const rows: readonly [string, EntryOptions][] = [
    ['deflated', {}],
    ['deflated at the fastest', { level: 1 }],
    ['deflated without compressing', { level: 0 }],
    ['stored', { method: 'stored' }],
    ['stored, with a flag that says sizes follow', { method: 'stored', descriptor: 'signed' }],
    ['sizes behind, signed', { descriptor: 'signed' }],
    ['sizes behind, not signed', { descriptor: 'unsigned' }],
    ['sizes before and behind', { descriptor: 'signed', local: { size: CONTENT.length, crc: crcOf(CONTENT) } }],
    ['extra fields', { local: { extra: Buffer.alloc(28, 1) }, central: { extra: Buffer.alloc(24, 2) } }],
    ['attributes of DOS', { central: { attributes: 0x20 } }],
    ['a name in a code page', { name: Buffer.from([0x42, 0xdf, 0x6f, 0x2e, 0x70, 0x64, 0x66]), flags: 0 }],
    ['how hard it was compressed', { flags: 0x0806 }],
  ];
  test.each(rows)('%s', (_, options) => {
    const bytes = zip([{ content: CONTENT, ...options }]);
    expect(told(bytes)).toBe('one');
    const reading = readingOf(bytes);
    const file = reading.kind === 'one' ? reading.file : undefined;
    expect(file).toMatchObject({
      mediaType: 'application/pdf',
      size: CONTENT.length,
      sha256: createHash('sha256').update(CONTENT).digest('hex'),
      method: options.method ?? 'deflated',
    });
    const { offset = 0, compressedSize = 0 } = file ?? {};
    const data = options.method === 'stored' ? CONTENT : deflateRawSync(CONTENT, { level: options.level ?? 6 });
    expect(bytes.subarray(offset, offset + compressedSize).equals(data)).toBe(true);
  });

  test('an empty one', () => {
    expect(readingOf(zip([{ content: Buffer.alloc(0), method: 'stored' }]))).toMatchObject({ file: { size: 0 } });
    expect(readingOf(wrapped(Buffer.alloc(0)))).toMatchObject({ file: { size: 0 } });
  });

  test('its name is only shown', () => {
    const shown = (name: string | Buffer) => {
      const reading = readingOf(zip([{ name }]));
      return reading.kind === 'one' ? reading.file.entryName : reading;
    };
    expect(shown('báo cáo.pdf')).toBe('báo cáo.pdf');
    expect(shown(Buffer.from('B\u00e1o.pdf', 'latin1'))).toBe('B\u00e1o.pdf');
    expect(shown('a'.repeat(1000))).toBe('a'.repeat(255));
  });

  test('an archive cut anywhere is damaged', () => {
    for (const bytes of [wrapped(CONTENT), zip([{ content: CONTENT, method: 'stored' }])]) {
      for (let length = 4; length < bytes.length; length += 1) {
        expect(`${length} ${told(bytes.subarray(0, length)).split(' ')[0] ?? ''}`).toBe(`${length} ${CORRUPT}`);
      }
    }
  });

  test('no bit of an archive can be turned unseen, but where the archive is silent', () => {
    const bytes = zip([{ content: CONTENT, name: 'a.pdf' }]);
    const silent = new Set<number>();
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const reading = readingOf(changed);
      if (reading.kind === 'one') {
        expect(reading.file.sha256).toBe(createHash('sha256').update(CONTENT).digest('hex'));
        silent.add(bit >> 3);
      }
    }
    const central = bytes.length - 22 - 46 - 5;
    // Versions, times, how hard was compressed, the attributes that say nothing of the kind of file, and the bits that
    // fill the last byte of the data.
    const allowed = [
      4,
      5,
      6,
      10,
      11,
      12,
      13,
      central - 1,
      ...[4, 5, 6, 7, 8, 12, 13, 14, 15, 36, 37, 38, 39, 40, 41].map((at) => central + at),
    ];
    expect([...silent].filter((at) => !allowed.includes(at))).toEqual([]);
  });
});

describe('no archive around one file', () => {
  test.each<[string, Buffer, string]>([
    ['a PDF', pdf(), 'none'],
    ['nothing', Buffer.alloc(0), 'none'],
    ['two letters', Buffer.from('PK'), 'none'],
    ['a PDF with an archive behind', Buffer.concat([pdf(), zip([{}])]), 'none'],
    ['an archive without a file', zip([]), 'empty'],
    ['two files', zip([{}, { name: 'b.pdf' }]), 'several'],
    ['two files of one name', zip([{}, {}]), 'several'],
    ['two files, sizes behind', zip([{ descriptor: 'signed' }, {}]), 'several'],
    ['two files, sizes behind, not signed', zip([{ descriptor: 'unsigned' }, {}]), 'several'],
    ['two files, wide sizes behind', zip([{ descriptor: 'signed-64' }, {}]), 'several'],
    ['two files, the first in a folder', zip([{ name: 'word/document.xml' }, {}]), 'several'],
  ])('%s', (_, bytes, expected) => {
    expect(told(bytes)).toBe(expected);
  });
});

describe('archives that are refused', () => {
  const huge = 0xfffffff0;
  const content = CONTENT;
  const other = Buffer.from('%PDF-1.4 khác');
  const entries: readonly [string, EntryOptions, string][] = [
    ['encrypted', { flags: 0x0801 }, 'attachment-encrypted'],
    ['encrypted strongly', { flags: 0x0840 }, 'attachment-encrypted'],
    ['masked', { flags: 0x2800 }, 'attachment-encrypted'],
    ['encrypted as the directory says', { central: { flags: 0x0801 } }, 'attachment-encrypted'],
    ['patched data', { flags: 0x0820 }, `${SHAPE} flags`],
    ['another method', { local: { method: 12 }, central: { method: 12 } }, `${SHAPE} method`],
    ['another method in the directory', { central: { method: 99 } }, `${SHAPE} method`],
    ['stored in one header, deflated in the other', { central: { method: 0 } }, `${CORRUPT} directory`],
    ['flags that differ', { central: { flags: 0 } }, `${CORRUPT} directory`],
    ['names that differ', { local: { name: 'b.exe' } }, `${CORRUPT} directory`],
    ['names of other lengths', { local: { name: 'bb.exe' } }, `${CORRUPT} directory`],
    ['another sum before', { local: { crc: 1 } }, `${CORRUPT} crc`],
    ['another sum in the directory', { central: { crc: 1 } }, `${CORRUPT} directory`],
    ['another sum everywhere', { local: { crc: 1 }, central: { crc: 1 } }, `${CORRUPT} crc`],
    ['a smaller size', { local: { size: 5 } }, `${CORRUPT} size`],
    ['a smaller size in the directory', { central: { size: 5 } }, `${CORRUPT} directory`],
    ['a huge size', { local: { size: huge } }, 'attachment-too-large'],
    ['a huge size in the directory', { central: { size: huge } }, 'attachment-too-large'],
    ['another compressed size', { local: { compressedSize: 5 } }, `${CORRUPT} compressed-size`],
    ['another compressed size in the directory', { central: { compressedSize: 5 } }, `${CORRUPT} directory`],
    ['a descriptor of another file', { descriptor: 'signed', central: { crc: 2 } }, `${CORRUPT} directory`],
    ['a descriptor that lies', { descriptor: 'signed', descriptorBytes: Buffer.alloc(16) }, `${CORRUPT} descriptor`],
    ['no descriptor where one is announced', { flags: 0x0808 }, `${CORRUPT} descriptor`],
    [
      'stored data whose size comes behind',
      { method: 'stored', descriptor: 'signed', local: { size: 0, compressedSize: 0 } },
      `${SHAPE} stored-without-size`,
    ],
    ['wide sizes in the header', { local: { size: 0xffffffff, compressedSize: 0xffffffff } }, `${SHAPE} zip64`],
    ['wide sizes behind', { descriptor: 'signed-64' }, `${SHAPE} zip64`],
    ['wide sizes behind, not signed', { descriptor: 'unsigned-64' }, `${SHAPE} zip64`],
    ['a symbolic link', { central: { attributes: (0o120777 << 16) >>> 0 } }, `${SHAPE} kind`],
    ['a device', { central: { attributes: (0o020644 << 16) >>> 0 } }, `${SHAPE} kind`],
    ['a folder of Unix', { central: { attributes: (0o040755 << 16) >>> 0 } }, `${SHAPE} kind`],
    ['a folder of DOS', { central: { attributes: 0x10 } }, `${SHAPE} kind`],
    ['on another disk', { central: { disk: 1 } }, `${SHAPE} disks`],
    ['a directory that points elsewhere', { central: { offset: 4 } }, `${CORRUPT} directory`],
    ['a comment on the file', { central: { comment: Buffer.from('x') } }, `${SHAPE} comment`],
    ['an extra field without end', { local: { extra: Buffer.alloc(5000) } }, `${SHAPE} extra-too-long`],
    ['data that are none', { data: Buffer.from([7, 0, 0, 0]) }, `${CORRUPT} block-kind`],
    ['data that do not end', { data: deflateRawSync(content).subarray(0, 100) }, CORRUPT],
    [
      'data behind the data',
      { data: Buffer.concat([deflateRawSync(content), Buffer.from('MZ')]) },
      `${CORRUPT} compressed-size`,
    ],
    [
      'data behind the data, sizes behind',
      { descriptor: 'signed', data: Buffer.concat([deflateRawSync(content), Buffer.from('MZ')]) },
      `${CORRUPT} descriptor`,
    ],
    ['stored data of another length', { method: 'stored', data: other }, CORRUPT],
    ['stored data changed', { method: 'stored', data: Buffer.from(content).fill(32, 20, 30) }, `${CORRUPT} crc`],
  ];
  test.each(entries)('%s', (_, options, expected) => {
    const seen = told(zip([{ content, ...options }]));
    expect(
      expected.includes(' ') || expected.startsWith('attachment-e') || expected.startsWith('attachment-t')
        ? seen
        : seen.split(' ')[0],
    ).toBe(expected);
  });

  test.each<[string, ArchiveOptions, string]>([
    ['bytes between data and directory', { beforeDirectory: Buffer.from('MZ..') }, `${SHAPE} between`],
    ['a whole record between', { beforeDirectory: Buffer.from('PK\u0006\u0008....') }, `${SHAPE} between`],
    ['bytes between directory and end', { beforeEnd: Buffer.from('MZ..') }, `${SHAPE} directory`],
    ['a directory of wide fields', { beforeEnd: Buffer.from('PK\u0006\u0006....') }, `${SHAPE} directory`],
    ['the file listed twice', { repeated: 2 }, `${SHAPE} directory`],
    ['the file listed 500 times', { repeated: 500 }, `${SHAPE} after-end`],
    ['bytes behind', { behind: Buffer.from('MZ') }, `${SHAPE} after-end`],
    ['another archive behind', { behind: zip([{}]) }, `${SHAPE} after-end`],
    ['so many bytes behind that they are not kept', { behind: Buffer.alloc(100_000) }, `${SHAPE} after-end`],
    ['a comment', { end: { comment: Buffer.from('ghi chú') } }, `${SHAPE} after-end`],
    ['an end record of two files', { end: { entries: 2 } }, `${SHAPE} entries`],
    ['an end record of no file here', { end: { entriesHere: 0 } }, `${SHAPE} entries`],
    ['an end record of another disk', { end: { disk: 1 } }, `${SHAPE} disks`],
    ['a directory of another length', { end: { length: 1 } }, `${SHAPE} offsets`],
    ['a directory elsewhere', { end: { offset: 0 } }, `${SHAPE} offsets`],
  ])('%s', (_, options, expected) => {
    expect(told(zip([{ content }], options))).toBe(expected);
  });

  test.each([
    ['', 'name-empty'],
    ['../a.pdf', 'name-path'],
    ['/tmp/a.pdf', 'name-path'],
    ['..\\a.pdf', 'name-path'],
    ['thư mục/a.pdf', 'name-path'],
    ['a/', 'name-path'],
    ['..', 'name-path'],
    ['C:\\a.pdf', 'name-path'],
    ['C:a.pdf', 'name-drive'],
    ['．．／a.pdf', 'name-path'],
    ['．．', 'name-path'],
    ['Ｃ：a.pdf', 'name-drive'],
    ['a\u0000.pdf', 'name-control'],
    ['a\n.pdf', 'name-control'],
    ['a'.repeat(1025), 'name-too-long'],
    ['a'.repeat(65_535), 'name-too-long'],
  ])('the name %j', (name, reason) => {
    expect(told(zip([{ name, content }]))).toBe(`${SHAPE} ${reason}`);
  });
});

describe('limits', () => {
  const limits: ArchiveLimits = { ...ARCHIVE_LIMITS, freeBytes: 10_000, ratio: 20, blocks: 3 };

  test('a file larger than there is room', () => {
    expect(told(zip([{ content: Buffer.alloc(ROOM) }]))).toBe('one');
    expect(told(zip([{ content: Buffer.alloc(ROOM + 1) }]))).toBe('attachment-too-large');
    expect(told(zip([{ content: Buffer.alloc(ROOM + 1), descriptor: 'signed' }]))).toBe('attachment-too-large');
    expect(told(zip([{ content: Buffer.alloc(ROOM + 1), method: 'stored' }]))).toBe('attachment-too-large');
  });

  test('a file that swells more than files do', () => {
    expect(told(zip([{ content: Buffer.alloc(9_000) }]), limits)).toBe('one');
    expect(told(zip([{ content: Buffer.alloc(60_000) }]), limits)).toBe('attachment-too-large');
    expect(told(zip([{ content: Buffer.alloc(60_000), level: 0 }]), limits)).toBe('one');
  });

  test('more blocks than a writer makes', () => {
    const empty = Buffer.from([0, 0, 0, 0xff, 0xff]);
    const withBlocks = (count: number) =>
      zip([{ content, data: Buffer.concat([...Array<Buffer>(count).fill(empty), deflateRawSync(content)]) }]);
    const content = Buffer.from('abc');
    expect(told(withBlocks(2), limits)).toBe('one');
    expect(told(withBlocks(3), limits)).toBe(`${SHAPE} blocks`);
  });

  test('a bomb is left when the limit is reached, however much is behind it', () => {
    const bomb = zip([{ content: Buffer.alloc(20_000_000), descriptor: 'signed' }]);
    const reader = new OneFileReader(ROOM);
    for (const piece of chunksOf(bomb, [4096])) reader.feed(piece);
    expect(reader.end()).toMatchObject({ code: 'attachment-too-large', facts: { limit: ROOM } });
    expect(reader.inflated).toBeLessThan(ROOM + 65_536);
  });
});
