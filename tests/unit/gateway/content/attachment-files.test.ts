import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Attachment } from '../../../../src/core/message/message.ts';
import {
  attachmentFiles,
  openAttachment,
  openFile,
  type OpenPackageRange,
} from '../../../../src/gateway/content/attachment-files.ts';
import { chunksOf, documentPackage, pdf, statusPackage } from '../../../support/packages.ts';
import { documentOf, statusOf } from '../../../support/read-package.ts';
import { wrapped, zip } from '../../../support/archive.ts';

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

function rangesOf(bytes: Buffer, sizes: readonly number[] = [bytes.length]): OpenPackageRange {
  return ({ start, end }) => Promise.resolve(Readable.from(chunksOf(bytes.subarray(start, end + 1), sizes)));
}

async function read(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const given: Buffer[] = [];
  for await (const piece of pieces) given.push(piece);
  return Buffer.concat(given);
}

// Not so regular that compressing makes nothing of it.
const CONTENT = pdf(Array.from({ length: 800 }, (_, line) => sha256(Buffer.from(`${line}`))).join('\n'));

const FORMS: readonly [string, string, Buffer][] = [
  ['as it is', 'a.pdf', CONTENT],
  ['wrapped as the national library does', 'a.pdf', wrapped(CONTENT)],
  ['wrapped and not compressed', 'a.pdf', zip([{ content: CONTENT, method: 'stored' }])],
];

describe.each(FORMS)('a file %s', (_, name, bytes) => {
  const document = documentPackage({ attachments: [{}, { name, bytes, contentType: null }], dialect: { wrap: 76 } });
  const message = documentOf(document);

  test.each([[[1 << 20]], [[7]], [[1, 2, 3, 4, 5, 64_000]]])('read in pieces of %j', async (sizes) => {
    const [, file] = attachmentFiles(message, rangesOf(document, sizes));
    expect(file).toMatchObject({ attachmentName: name, size: CONTENT.length, sha256: sha256(CONTENT) });
    expect((await read(file!.open())).equals(CONTENT)).toBe(true);
    // From the beginning at each call.
    expect((await read(file!.open())).equals(CONTENT)).toBe(true);
  });

  test('as it lies in the package', async () => {
    const attachment = message.attachments[1]!;
    expect((await read(openAttachment(attachment, rangesOf(document)))).equals(bytes)).toBe(true);
  });

  test('a reader that stops early stops the store’s stream', async () => {
    const { offset, encodedLength } = message.attachments[1]!;
    const stream = Readable.from(chunksOf(document.subarray(offset, offset + encodedLength), [1000]));
    const closed = new Promise((resolve) => stream.once('close', resolve));
    for await (const piece of openFile(message.attachments[1]!, () => Promise.resolve(stream))) {
      expect(CONTENT.subarray(0, piece.length).equals(piece)).toBe(true);
      break;
    }
    await closed;
    expect(stream.destroyed).toBe(true);
  });

  test('what goes wrong in the store is what the reader is told', async () => {
    const broken = async function* () {
      await Promise.resolve();
      yield document.subarray(message.attachments[1]!.offset, message.attachments[1]!.offset + 400);
      throw new Error('the disk is gone');
    };
    const reading = read(openFile(message.attachments[1]!, () => Promise.resolve(broken())));
    await expect(reading).rejects.toThrow('the disk is gone');
  });

  test('bytes that changed in the store are never given to the end', async () => {
    const { offset, encodedLength } = message.attachments[1]!;
    const places = Array.from({ length: 40 }, (_, turn) => offset + Math.floor((encodedLength * (turn + 0.5)) / 40));
    for (const place of places) {
      const changed = Buffer.from(document);
      const before = String.fromCharCode(changed[place]!);
      if (!/[A-Za-z0-9]/.test(before)) continue;
      changed.write(before === 'A' ? 'B' : 'A', place, 'latin1');
      let given = 0;
      const reading = async () => {
        for await (const piece of openAttachment(message.attachments[1]!, rangesOf(changed, [5000])))
          given += piece.length;
      };
      await expect(reading()).rejects.toMatchObject({ code: 'content-corrupt' });
      expect(given).toBeLessThan(bytes.length);
      // Around the file something may change that is not the file.
      const file = await read(openFile(message.attachments[1]!, rangesOf(changed, [5000]))).catch(
        (error: unknown) => error,
      );
      if (Buffer.isBuffer(file)) expect(file.equals(CONTENT)).toBe(true);
      else expect(file).toMatchObject({ code: 'content-corrupt' });
    }
  });

  test.each([
    ['another size', (known: Attachment) => ({ ...known, size: known.size - 1 })],
    ['another hash', (known: Attachment) => ({ ...known, sha256: sha256(Buffer.from('x')) })],
  ])('%s than was recorded', async (_what, lie) => {
    const attachment = message.attachments[1]!;
    await expect(read(openAttachment(lie(attachment), rangesOf(document)))).rejects.toMatchObject({
      code: 'content-corrupt',
    });
    const { opened } = attachment;
    const about =
      opened === undefined
        ? lie(attachment)
        : { ...attachment, opened: { ...opened, ...lie(attachment), method: opened.method, offset: opened.offset } };
    await expect(read(openFile(about, rangesOf(document)))).rejects.toMatchObject({ code: 'content-corrupt' });
  });
});

test('a wrapped file is labelled with what it is, another keeps its label', () => {
  const document = documentPackage({
    attachments: [
      { contentType: 'application/zip', bytes: wrapped(pdf()) },
      { contentType: 'application/x-told' },
      { contentType: null },
    ],
  });
  const files = attachmentFiles(documentOf(document), rangesOf(document));
  expect(files.map(({ contentType }) => contentType)).toEqual(['application/pdf', 'application/x-told', undefined]);
});

test('a status has no files', () => {
  expect(attachmentFiles(statusOf(statusPackage()), rangesOf(statusPackage()))).toEqual([]);
});

test('base64 is decoded the same however it is broken and cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1 }), fc.integer({ min: 1, max: 9 }), async (bytes, step) => {
      const content = Buffer.from(bytes);
      const text = Buffer.from((content.toString('base64').match(/.{1,6}/g) ?? []).join('\r\n'));
      const attachment: Attachment = {
        contentId: 'x',
        attachmentName: 'x.bin',
        mediaType: 'application/octet-stream',
        offset: 0,
        encodedLength: text.length,
        size: content.length,
        sha256: sha256(content),
      };
      expect((await read(openFile(attachment, rangesOf(text, [step])))).equals(content)).toBe(true);
    }),
  );
});

test('a wrapped file of 200 MB is read and given in little memory', async () => {
  const program = ['--import', './tests/support/typescript.mjs', './tests/support/archive-process.ts', '2040'];
  const { stdout } = await promisify(execFile)(process.execPath, program);
  const told = JSON.parse(stdout) as { size: number; encoded: number; given: number; same: boolean; grown: number };
  expect(told).toMatchObject({ given: told.size, same: true });
  expect(told.size).toBeGreaterThan(200_000_000);
  expect(told.encoded).toBeGreaterThan(100_000_000);
  expect(told.grown).toBeLessThan(96 << 20);
}, 300_000);
