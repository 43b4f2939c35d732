import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { documentBytes, writeStatus } from '../../src/core/formats/edxml/write.ts';
import type { Draft } from '../../src/core/message/rendering.ts';
import { attachmentFiles } from '../../src/gateway/content/attachment-files.ts';
import {
  arbitraryDocument,
  arbitraryDraft,
  arbitraryFiles,
  arbitraryStatus,
  arbitraryTypedFiles,
} from '../support/arbitrary-message.ts';
import { contentsOf, messageOf, openPackage, verdictOf } from '../support/open-package.ts';
import { routedBy, routedByOracle } from '../support/oracle.ts';
import { chunksOf, documentPackage } from '../support/packages.ts';
import { documentOf, readPackage, statusOf } from '../support/read-package.ts';
import { LAYOUTS, patched, STRICT, VARIATIONS, varied, type Variation } from '../support/variations.ts';

test('what is written is read as the same document, with nothing to note', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, arbitraryFiles, async (written, attached) => {
      const bytes = await documentBytes(written, attached);
      const result = readPackage(bytes);
      expect(result.ok ? result.value.findings : result).toEqual([]);
      const { attachments, ...read } = documentOf(bytes);
      expect(read).toEqual(written);
      expect(
        attachments.map(({ contentId, attachmentName, description }) => ({ contentId, attachmentName, description })),
      ).toEqual(
        attached.map(({ contentId, attachmentName, description }) => ({ contentId, attachmentName, description })),
      );
    }),
    { numRuns: 150 },
  );
});

test('no byte of a file changes, stored as it is or wrapped', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, arbitraryTypedFiles, async (written, attached) => {
      const bytes = await documentBytes(written, attached);
      const message = documentOf(bytes);
      const files = attachmentFiles(message, ({ start, end }) => Promise.resolve(bytes.subarray(start, end + 1)));
      expect(files.map(({ sha256, size }) => ({ sha256, size }))).toEqual(
        attached.map(({ content }) => ({
          sha256: createHash('sha256').update(content).digest('hex'),
          size: content.length,
        })),
      );
      for (const [index, file] of files.entries()) {
        const pieces: Buffer[] = [];
        for await (const piece of file.open()) pieces.push(piece);
        expect(Buffer.concat(pieces).equals(attached[index]?.content ?? Buffer.alloc(0))).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test('however a written document is cut, byte by byte too, there is one reading', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, arbitraryFiles, sizes, async (written, attached, cuts) => {
      const bytes = await documentBytes(written, attached);
      const whole = openPackage(bytes);
      expect(whole.ok).toBe(true);
      expect(openPackage(chunksOf(bytes, cuts))).toEqual(whole);
      if (bytes.length < 20_000) expect(openPackage(chunksOf(bytes, [1]))).toEqual(whole);
    }),
    { numRuns: 40 },
  );
});

test('writing is a function: the same message gives the same bytes', async () => {
  const written = async ({ message, files }: Draft): Promise<Buffer> =>
    message.kind === 'status'
      ? writeStatus(message)
      : documentBytes(
          message,
          files.map((file) => ({ ...file, content: file.open() })),
        );
  await fc.assert(
    fc.asyncProperty(arbitraryDraft, async ({ message, ...rest }) => {
      const again = { message: structuredClone(message), ...rest } as Draft;
      expect((await written(again)).equals(await written({ message, ...rest } as Draft))).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test('a status written is read as the same status', () => {
  fc.assert(
    fc.property(arbitraryStatus, (written) => {
      const bytes = writeStatus(written);
      const result = readPackage(bytes);
      expect(result.ok ? result.value.findings : result).toEqual([]);
      expect(statusOf(bytes)).toEqual(written);
    }),
    { numRuns: 100 },
  );
});

/** Harmless variations of which no two speak of the same thing. */
const composition = fc.shuffledSubarray([...VARIATIONS, ...LAYOUTS], { maxLength: 8 }).map((chosen) =>
  chosen.reduce<Variation[]>((kept, variation) => {
    const taken = new Set(kept.flatMap(({ touches }) => touches));
    return variation.touches.some((touched) => taken.has(touched)) ? kept : [...kept, variation];
  }, []),
);

test('however harmless variations come together, the message is that of the strict form', () => {
  const strict = contentsOf(documentPackage(STRICT));
  fc.assert(
    fc.property(
      composition,
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }),
      (made, sizes) => {
        const bytes = patched(documentPackage(varied(made)), made);
        expect(contentsOf(bytes)).toEqual(strict);
        const noted = new Set(made.flatMap((variation) => variation.noted));
        expect(verdictOf(bytes)).toEqual([...noted].sort());
        expect(openPackage(chunksOf(bytes, sizes))).toEqual(openPackage(bytes));
        // The oracle takes dates as they stand, and the sections of a text after all the rest of it.
        if (made.every(({ row, touches }) => row !== 12 && !touches.includes('subject')))
          expect(routedBy(messageOf(bytes))).toEqual(routedByOracle(bytes));
      },
    ),
    { numRuns: 300 },
  );
});

test('however a package is damaged, there is an answer, and no other fault', () => {
  const good = documentPackage();
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.integer({ min: 1, max: 300 }), (at, byte, size) => {
      const damaged = Buffer.from(good);
      damaged[at] = byte;
      expect(readPackage(chunksOf(damaged, [size]))).toEqual(readPackage(damaged));
    }),
    { numRuns: 300 },
  );
});
