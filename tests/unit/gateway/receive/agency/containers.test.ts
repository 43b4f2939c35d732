// What a container may be: one reading, nothing hidden, nothing unbounded, and nothing left behind.

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import type { Result } from '../../../../../src/core/problems/finding.ts';
import { ProblemError } from '../../../../../src/core/problems/problem-error.ts';
import { openSpool } from '../../../../../src/drivers/disk/spool.ts';
import type { Spool } from '../../../../../src/ports/spool.ts';
import { openAgencyForm } from '../../../../../src/gateway/receive/agency/form.ts';
import { AGENCY_LIMITS, type ContainerLimits } from '../../../../../src/gateway/receive/agency/limits.ts';
import {
  AGENCY_DOCUMENT,
  AGENCY_STATUS,
  archiveOf,
  bytesOf,
  withArchive,
} from '../../../../support/agency-packages.ts';
import { BOUNDARY, filePart, FORM_TYPE, formOf, metadataPart, type FormPart } from '../../../../support/forms.ts';
import { chunksOf, pdf } from '../../../../support/packages.ts';

const NAME = 'Quyết định.pdf';
const METADATA = { ...AGENCY_DOCUMENT, files: [{ name: NAME }] };
const JSON_TEXT = JSON.stringify(METADATA);

function codeOf(read: Result<unknown>): string {
  if (read.ok) return 'ok';
  const { reason } = read.facts;
  return typeof reason === 'string' ? `${read.code} ${reason}` : read.code;
}

const CENTRAL = Buffer.from('PK\u0001\u0002');
const LOCAL = Buffer.from('PK\u0003\u0004');

/** Changes the headers of the last entry, in both places where they stand. */
function changed(archive: Buffer, change: (local: Buffer, central: Buffer) => void): Buffer {
  const bytes = Buffer.from(archive);
  change(bytes.subarray(bytes.lastIndexOf(LOCAL)), bytes.subarray(bytes.lastIndexOf(CENTRAL)));
  return bytes;
}

describe('a ZIP', () => {
  const good = () =>
    archiveOf([
      ['metadata.json', JSON_TEXT],
      [NAME, pdf()],
    ]);

  test('gives its message, its files and the manifest of what it was', async () => {
    await withArchive(await good(), async (opened) => {
      if (!opened.ok) throw new Error(JSON.stringify(opened));
      const { draft, submitted } = opened.value;
      expect(draft.message).toMatchObject({ documentId: AGENCY_DOCUMENT.documentId });
      expect(await bytesOf(draft.files[0]!.open())).toEqual(pdf());
      expect(submitted.container).toBe('zip');
      expect(submitted.parts.map(({ name, size }) => [name, size])).toEqual([
        ['metadata.json', Buffer.byteLength(JSON_TEXT)],
        [NAME, pdf().length],
      ]);
    });
  });

  test('may be deflated, in any order, with names that do not say they are UTF-8', async () => {
    const deflated = Buffer.from(zipSync({ [NAME]: pdf(), 'metadata.json': Buffer.from(JSON_TEXT) }, { level: 9 }));
    await withArchive(deflated, (opened) => expect(codeOf(opened)).toBe('ok'));
    const unsaid = Buffer.from(await good());
    for (let at = unsaid.indexOf(LOCAL); at >= 0; at = unsaid.indexOf(LOCAL, at + 1)) unsaid.writeUInt16LE(0, at + 6);
    for (let at = unsaid.indexOf(CENTRAL); at >= 0; at = unsaid.indexOf(CENTRAL, at + 1))
      unsaid.writeUInt16LE(0, at + 8);
    await withArchive(unsaid, (opened) => expect(codeOf(opened)).toBe('ok'));
  });

  test.each<[string, (archive: Buffer) => Buffer, string]>([
    ['cut off', (archive) => archive.subarray(0, -10), 'container-invalid damaged'],
    [
      'with something before it',
      (archive) => Buffer.concat([Buffer.from('%PDF-'), archive]),
      'container-invalid damaged',
    ],
    ['with something behind it', (archive) => Buffer.concat([archive, Buffer.from('x')]), 'container-invalid damaged'],
    ['that is none', () => Buffer.from('xin chào'), 'container-invalid damaged'],
    ['of nothing', () => Buffer.alloc(0), 'container-invalid damaged'],
    [
      'with a password',
      (archive) =>
        changed(archive, (local, central) => {
          local.writeUInt16LE(0x0801, 6);
          local.writeUInt16LE(8, 8);
          central.writeUInt16LE(0x0801, 8);
          central.writeUInt16LE(8, 10);
        }),
      'container-invalid encrypted',
    ],
    [
      'packed by an unknown method',
      (archive) =>
        changed(archive, (local, central) => {
          local.writeUInt16LE(99, 8);
          central.writeUInt16LE(99, 10);
        }),
      'container-invalid method',
    ],
    [
      'with a symbolic link',
      (archive) => changed(archive, (_, central) => central.writeUInt32LE(0o120_777 * 0x1_0000, 38)),
      'container-invalid special',
    ],
    [
      'whose headers name two files',
      (archive) => changed(archive, (local) => local.write('X', 30)),
      'container-invalid headers-differ',
    ],
    [
      'whose sum does not hold',
      (archive) => changed(archive, (local) => local.writeUInt8(local.readUInt8(70) ^ 1, 70)),
      'container-invalid damaged',
    ],
    [
      'that says a size it has not',
      (archive) => changed(archive, (_, central) => central.writeUInt32LE(1, 24)),
      'container-invalid damaged',
    ],
    [
      'with a name that is no UTF-8',
      (archive) =>
        changed(archive, (local, central) => {
          local.writeUInt8(0xff, 30);
          central.writeUInt8(0xff, 46);
        }),
      'container-invalid name-encoding',
    ],
  ])('%s is refused', async (_, damage, expected) => {
    await withArchive(damage(await good()), (opened) => expect(codeOf(opened)).toBe(expected));
  });

  test.each<[string, readonly (readonly [string, Buffer | string])[], string]>([
    ['without metadata', [[NAME, pdf()]], 'metadata-missing'],
    [
      'with a file too many',
      [
        ['metadata.json', JSON_TEXT],
        [NAME, pdf()],
        ['thừa.pdf', pdf()],
      ],
      'attachment-unlisted',
    ],
    ['with a file too few', [['metadata.json', JSON_TEXT]], 'attachment-missing'],
    [
      'with a folder',
      [
        ['metadata.json', JSON_TEXT],
        ['a/', ''],
      ],
      'container-invalid folder',
    ],
    [
      'with a path',
      [
        ['metadata.json', JSON_TEXT],
        ['a/b.pdf', pdf()],
      ],
      'container-invalid name',
    ],
    [
      'with a way out',
      [
        ['metadata.json', JSON_TEXT],
        ['..\\b.pdf', pdf()],
      ],
      'container-invalid name',
    ],
    [
      'with a drive',
      [
        ['metadata.json', JSON_TEXT],
        ['C:b.pdf', pdf()],
      ],
      'container-invalid name',
    ],
    [
      'with a wide way out',
      [
        ['metadata.json', JSON_TEXT],
        ['．．／b.pdf', pdf()],
      ],
      'container-invalid name',
    ],
    [
      'with a name twice',
      [
        ['metadata.json', JSON_TEXT],
        [NAME, pdf()],
        [NAME, pdf()],
      ],
      'container-invalid duplicate',
    ],
    [
      'with one name in two spellings',
      [
        ['metadata.json', JSON_TEXT],
        [NAME, pdf()],
        [NAME.normalize('NFD'), pdf()],
      ],
      'container-invalid duplicate',
    ],
    [
      'with an empty file',
      [
        ['metadata.json', JSON_TEXT],
        [NAME, ''],
      ],
      'attachment-empty',
    ],
    [
      'that is classified',
      [
        ['metadata.json', JSON.stringify({ ...METADATA, secrecy: 'toi-mat' })],
        [NAME, pdf()],
      ],
      'secrecy-forbidden',
    ],
    [
      'with bad metadata',
      [
        ['metadata.json', '{"kind":1}'],
        [NAME, pdf()],
      ],
      'schema-invalid',
    ],
  ])('%s is refused', async (_, entries, expected) => {
    await withArchive(await archiveOf(entries), (opened) => expect(codeOf(opened)).toBe(expected));
  });

  test.each<[string, (record: Buffer, end: Buffer) => void, string]>([
    ['says the same', () => undefined, 'ok'],
    ['leaves all to it', (_, end) => end.fill(0xff, 8, 12).fill(0xff, 16, 20), 'ok'],
    ['names another place', (_, end) => end.writeUInt32LE(0, 16), 'container-invalid layout'],
    ['counts otherwise', (_, end) => end.writeUInt16LE(1, 10), 'container-invalid layout'],
    ['is beside one on another disk', (record) => record.writeUInt32LE(1, 16), 'container-invalid damaged'],
    ['is beside none', (record) => record.writeUInt32LE(0, 0), 'container-invalid damaged'],
    ['counts too many', (record) => record.writeBigUInt64LE(1n << 60n, 32), 'attachment-too-many'],
    ['leads out of the file', (record) => record.writeBigUInt64LE(1n << 60n, 48), 'container-invalid damaged'],
  ])('with a record for more than 4 GB, whose end record %s', async (_, change, expected) => {
    const archive = await good();
    const end = Buffer.from(archive.subarray(-22));
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 32);
    record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(archive.length - 22), 8);
    change(record, end);
    const large = Buffer.concat([archive.subarray(0, -22), record, locator, end]);
    await withArchive(large, (opened) => expect(codeOf(opened)).toBe(expected));
  });

  test('in which the list leaves out an entry is refused', async () => {
    const archive = await archiveOf([
      ['metadata.json', JSON_TEXT],
      ['ẩn.exe', 'MZ'],
      [NAME, pdf()],
    ]);
    const first = archive.indexOf(CENTRAL);
    const hidden = archive.indexOf(CENTRAL, first + 4);
    const next = archive.indexOf(CENTRAL, hidden + 4);
    const end = Buffer.from(archive.subarray(archive.length - 22));
    end.writeUInt16LE(2, 8);
    end.writeUInt16LE(2, 10);
    end.writeUInt32LE(end.readUInt32LE(12) - (next - hidden), 12);
    const listing = Buffer.concat([archive.subarray(0, hidden), archive.subarray(next, archive.length - 22), end]);
    await withArchive(listing, (opened) => expect(codeOf(opened)).toBe('container-invalid layout'));
  });

  test('in which the list leaves out the last entry is refused', async () => {
    const archive = await archiveOf([
      ['metadata.json', JSON_TEXT],
      [NAME, pdf()],
      ['ẩn.exe', 'MZ'],
    ]);
    const hidden = archive.lastIndexOf(CENTRAL);
    const end = Buffer.from(archive.subarray(archive.length - 22));
    end.writeUInt16LE(2, 8);
    end.writeUInt16LE(2, 10);
    end.writeUInt32LE(end.readUInt32LE(12) - (archive.length - 22 - hidden), 12);
    const listing = Buffer.concat([archive.subarray(0, hidden), end]);
    await withArchive(listing, (opened) => expect(codeOf(opened)).toBe('container-invalid layout'));
  });

  test('whose headers differ in the compressed size is refused', async () => {
    const lying = changed(await good(), (local) => local.writeUInt32LE(local.readUInt32LE(18) - 1, 18));
    await withArchive(lying, (opened) => expect(codeOf(opened)).toBe('container-invalid headers-differ'));
  });

  test('that grows beyond reason is refused', async () => {
    const blank = Buffer.from(
      zipSync({ 'metadata.json': Buffer.from(JSON_TEXT), [NAME]: new Uint8Array(20 << 20) }, { level: 9 }),
    );
    await withArchive(blank, (opened) => expect(codeOf(opened)).toBe('container-invalid ratio'));
  });

  test.each<[Partial<ContainerLimits>, string]>([
    [{ files: 0 }, 'attachment-too-many'],
    [{ fileBytes: 10 }, 'attachment-too-large'],
    [{ totalBytes: 10 }, 'attachment-too-large'],
    [{ metadataBytes: 10 }, 'payload-too-large'],
  ])('beyond %j is refused', async (over, expected) => {
    await withArchive(await good(), (opened) => expect(codeOf(opened)).toBe(expected), { ...AGENCY_LIMITS, ...over });
  });
});

describe('a form', () => {
  let folder: string;
  let spool: Spool;
  let open = 0;

  beforeAll(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'lienthong-form-')), 'spool');
    const disk = openSpool(folder);
    spool = {
      async open() {
        const file = await disk.open();
        open += 1;
        let closed = false;
        return {
          ...file,
          get size() {
            return file.size;
          },
          async close() {
            if (!closed) open -= 1;
            closed = true;
            await file.close();
          },
        };
      },
    };
  });
  afterEach(async () => {
    expect(open).toBe(0);
    expect(await readdir(folder).catch(() => [])).toEqual([]);
  });
  afterAll(() => rm(path.dirname(folder), { recursive: true }));

  async function opened(body: Buffer, type = FORM_TYPE, limits = AGENCY_LIMITS, sizes = [7, 100, 1]) {
    const read = await openAgencyForm(pieces(chunksOf(body, sizes)), type, spool, limits);
    const files = read.ok ? await Promise.all(read.value.draft.files.map((file) => bytesOf(file.open()))) : [];
    if (read.ok) await read.value.close();
    return { read, files };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a body is a stream
  async function* pieces(chunks: Iterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    yield* chunks;
  }

  test.each<[string, readonly FormPart[]]>([
    ['metadata first', [metadataPart(METADATA), filePart(NAME, pdf())]],
    ['metadata last', [filePart(NAME, pdf()), metadataPart(METADATA)]],
    ['metadata as a file', [{ ...metadataPart(METADATA), filename: 'metadata.json' }, filePart(NAME, pdf())]],
    [
      'a stated character set',
      [{ ...metadataPart(METADATA), type: 'application/json; charset=utf-8' }, filePart(NAME, pdf())],
    ],
  ])('with %s gives its message and its files', async (_, parts) => {
    const { read, files } = await opened(formOf(parts));
    if (!read.ok) throw new Error(JSON.stringify(read));
    expect(files).toEqual([pdf()]);
    expect(read.value.draft.message).toMatchObject({ subject: AGENCY_DOCUMENT.subject });
    expect(read.value.submitted.container).toBe('multipart');
    expect(read.value.submitted.parts.map(({ name, size }) => [name, size])).toEqual([
      ['metadata.json', Buffer.byteLength(JSON_TEXT)],
      [NAME, pdf().length],
    ]);
  });

  test('of a status has metadata alone', async () => {
    expect(codeOf((await opened(formOf([metadataPart(AGENCY_STATUS)]))).read)).toBe('ok');
  });

  const file = filePart(NAME, pdf());
  const metadata = metadataPart(METADATA);
  test.each<[string, Buffer, string]>([
    ['without metadata', formOf([file]), 'metadata-missing'],
    ['with metadata twice', formOf([metadata, metadata, file]), 'container-invalid field'],
    [
      'with metadata twice, once as a file',
      formOf([metadata, { ...metadata, filename: 'm.json' }, file]),
      'container-invalid metadata-twice',
    ],
    ['with metadata of no type', formOf([{ name: 'metadata', content: JSON_TEXT }, file]), 'unsupported-media-type'],
    ['with a stray field', formOf([{ name: 'note', content: 'x' }, metadata, file]), 'container-invalid field'],
    [
      'with forms inside',
      formOf([metadata, { name: 'files', type: 'multipart/mixed; boundary=b', content: '--b--' }]),
      'container-invalid field',
    ],
    ['with a file twice', formOf([metadata, file, file]), 'container-invalid duplicate'],
    ['with a file too many', formOf([metadata, file, filePart('thừa.pdf', pdf())]), 'attachment-unlisted'],
    ['with a file too few', formOf([metadata]), 'attachment-missing'],
    ['with a path in a name', formOf([metadata, filePart('../x.pdf', pdf())]), 'attachment-missing'],
    [
      'with a file in base64',
      formOf([metadata, { ...file, headers: ['Content-Transfer-Encoding: base64'] }]),
      'container-invalid transfer-encoding',
    ],
    [
      'with a file without a name',
      formOf([metadata, { name: 'file', type: 'application/octet-stream', content: 'x' }]),
      'container-invalid file-name',
    ],
    ['cut off', formOf([metadata, file], '').subarray(0, -20), 'container-invalid form'],
    ['without its end', formOf([metadata, file], ''), 'container-invalid form'],
    [
      'with a huge header',
      formOf([metadata, { ...file, headers: [`X: ${'x'.repeat(20_000)}`] }]),
      'container-invalid form',
    ],
    ['of nothing', Buffer.alloc(0), 'container-invalid form'],
    ['of something else', Buffer.from('xin chào'), 'container-invalid form'],
    [
      'with text that is no UTF-8',
      formOf([{ ...metadata, content: Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]) }, file]),
      'malformed-text',
    ],
    ['that is classified', formOf([file, metadataPart({ ...METADATA, secrecy: 'mat' }), file]), 'secrecy-forbidden'],
  ])('%s is refused', async (_, body, expected) => {
    expect(codeOf((await opened(body)).read)).toBe(expected);
    expect(codeOf((await opened(body, FORM_TYPE, AGENCY_LIMITS, [body.length + 1])).read)).toBe(expected);
  });

  test('without a stated boundary is refused', async () => {
    expect(codeOf((await opened(formOf([metadata, file]), 'multipart/form-data')).read)).toBe(
      'container-invalid boundary',
    );
  });

  test.each<[Partial<ContainerLimits>, string]>([
    [{ files: 0 }, 'attachment-too-many'],
    [{ fileBytes: 10 }, 'attachment-too-large'],
    [{ totalBytes: 10 }, 'attachment-too-large'],
    [{ metadataBytes: 10 }, 'payload-too-large'],
  ])('beyond %j is refused', async (over, expected) => {
    const { read } = await opened(formOf([metadata, file]), FORM_TYPE, { ...AGENCY_LIMITS, ...over });
    expect(codeOf(read)).toBe(expected);
  });

  test('a classified document is refused before the rest has come', async () => {
    let asked = 0;
    async function* body(): AsyncGenerator<Buffer, void, undefined> {
      yield formOf([metadataPart({ ...METADATA, secrecy: 'mat' })], `--${BOUNDARY}\r\n`);
      for (; asked < 1000; asked++) {
        await new Promise((resolve) => setImmediate(resolve));
        yield Buffer.alloc(100);
      }
    }
    expect(codeOf(await openAgencyForm(body(), FORM_TYPE, spool))).toBe('secrecy-forbidden');
    expect(asked).toBeLessThan(10);
  });

  test('whose sender goes away leaves nothing, and while it comes nothing has a name', async () => {
    const seen: string[][] = [];
    async function* body(): AsyncGenerator<Buffer, void, undefined> {
      yield formOf([filePart(NAME, Buffer.alloc(100_000))], '');
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(await readdir(folder));
      throw new ProblemError('request-invalid');
    }
    await expect(openAgencyForm(body(), FORM_TYPE, spool)).rejects.toMatchObject({ code: 'request-invalid' });
    expect(seen).toEqual([[]]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test('whose bytes cannot be kept is a fault of storage, not of the sender', async () => {
    const full: Spool = {
      async open() {
        const kept = await spool.open();
        return { ...kept, size: 0, write: () => Promise.reject(new ProblemError('storage-full')) };
      },
    };
    await expect(openAgencyForm(pieces([formOf([file, metadata])]), FORM_TYPE, full)).rejects.toMatchObject({
      code: 'storage-full',
    });
  });
});
