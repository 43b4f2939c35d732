import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { documentBytes, writeStatus } from '../../src/core/formats/edxml/write.ts';
import type { Draft } from '../../src/core/formats/rendering.ts';
import {
  arbitraryDocument,
  arbitraryDraft,
  arbitraryFiles,
  arbitraryStatus,
  arbitraryText,
} from '../support/arbitrary-message.ts';
import { chunksOf, documentPackage, type Dialect } from '../support/packages.ts';
import { codeOf, documentOf, readPackage, statusOf } from '../support/read-package.ts';

test('what is written is read as the same document, with nothing to note', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, arbitraryFiles, async (written, attached) => {
      const bytes = await documentBytes(written, attached);
      const result = readPackage(bytes);
      expect(result.ok ? result.value.findings : result).toEqual([]);
      const { attachments, ...read } = documentOf(bytes);
      expect(read).toEqual(written);
      expect(attachments.map(({ contentId, sha256, size }) => ({ contentId, sha256, size }))).toEqual(
        attached.map(({ contentId, content }) => ({
          contentId,
          sha256: createHash('sha256').update(content).digest('hex'),
          size: content.length,
        })),
      );
      for (const { offset, encodedLength, size } of attachments) {
        expect(Buffer.from(bytes.subarray(offset, offset + encodedLength).toString('latin1'), 'base64').length).toBe(
          size,
        );
      }
    }),
    { numRuns: 150 },
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

const dialect: fc.Arbitrary<Partial<Dialect>> = fc.record(
  {
    namespace: fc.constantFrom('http://www.mic.gov.vn/TBT/QCVN_102_2016', 'http://www.e-doc.vn/Schema/'),
    prefix: fc.constantFrom('edXML', 'n', ''),
    root: fc.constantFrom('edXML', 'EdXML', 'edXMLEnvelope'),
    manifest: fc.constantFrom('edXMLManifest', 'Manifest'),
    spelling: fc.constantFrom('standard', 'variant'),
    attachments: fc.constantFrom('sibling', 'sibling-prefixed', 'in-envelope', 'in-body'),
    cid: fc.constantFrom('both', 'reference', 'neither'),
    xlink: fc.boolean(),
    reversed: fc.boolean(),
    wrap: fc.constantFrom(0, 4, 76),
    bom: fc.boolean(),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    pretty: fc.boolean(),
    declaration: fc.constantFrom('<?xml version="1.0" encoding="UTF-8"?>', ''),
  },
  { requiredKeys: [] },
);

test('however a package is cut into chunks, there is one reading', () => {
  fc.assert(
    fc.property(
      dialect,
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }),
      arbitraryText,
      (spelled, sizes, Subject) => {
        const bytes = documentPackage({ dialect: spelled, fields: { Subject } });
        const whole = readPackage(bytes);
        expect(codeOf(whole)).toBe('ok');
        expect(readPackage(chunksOf(bytes, sizes))).toEqual(whole);
      },
    ),
    { numRuns: 100 },
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
