import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AGENCY_FORM } from '../../src/core/formats/agency/write.ts';
import { joinSphere, splitSphere } from '../../src/core/formats/circulation.ts';
import { documentBytes } from '../../src/core/formats/edxml/write.ts';
import type { Draft, DraftFile } from '../../src/core/message/rendering.ts';
import { CIRCULATIONS } from '../../src/core/message/message.ts';
import { nameFault } from '../../src/core/message/file-name.ts';
import { bytesOf, withArchive } from '../support/agency-packages.ts';
import { arbitraryDocument, arbitraryDraft, arbitraryText } from '../support/arbitrary-message.ts';
import { documentOf } from '../support/read-package.ts';

const circulation = fc.uniqueArray(fc.constantFrom(...CIRCULATIONS), { minLength: 1 });

/** As readers give them: names that can be names, and what an agency package alone can say. */
const draft = fc
  .tuple(arbitraryDraft, fc.option(circulation), fc.boolean())
  .filter(([{ files }]) => files.every(({ attachmentName }) => nameFault(attachmentName) === undefined))
  .map(([given, limits, secrecy]): Draft =>
    given.message.kind === 'status'
      ? given
      : {
          files: given.files,
          message: {
            ...given.message,
            ...(limits === null ? {} : { circulation: limits }),
            ...(secrecy ? { secrecy: 'none' as const } : {}),
          },
        },
  );

/** The labels of a file in the order in which the reader gives them; what is no label is not compared here. */
function inOrder({ contentId, attachmentName, description, contentType, size, sha256 }: DraftFile) {
  return { contentId, attachmentName, description, contentType, size, sha256 };
}

test('what is rendered as an agency package is read as the same message and the same files', async () => {
  await fc.assert(
    fc.asyncProperty(draft, async (written) => {
      const rendering = AGENCY_FORM.render(written);
      expect(rendering.losses).toEqual([]);
      await withArchive(rendering, async (opened) => {
        if (!opened.ok) throw new Error(JSON.stringify(opened));
        const { draft: read, findings } = opened.value;
        expect(findings).toEqual([]);
        expect(read.message).toEqual(written.message);
        expect(JSON.stringify(read.files)).toBe(JSON.stringify(written.files.map(inOrder)));
        for (const file of read.files) {
          const content = await bytesOf(file.open());
          expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
        }
      });
    }),
    { numRuns: 100 },
  );
});

test('rendering is a function: the same message gives the same archive', async () => {
  await fc.assert(
    fc.asyncProperty(draft, async (written) => {
      const [once, again] = [AGENCY_FORM.render(written), AGENCY_FORM.render(written)];
      expect((await bytesOf(once.bytes)).equals(await bytesOf(again.bytes))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('from the national format to an agency package and back nothing changes', async () => {
  const spheres = fc.oneof(
    arbitraryText,
    fc.constantFrom('đích danh', 'Toàn tỉnh', 'lưu hành nội bộ; x', '; đích danh'),
  );
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, spheres, fc.option(circulation), async (document, sphere, limits) => {
      const text = joinSphere({ sphereOfPromulgation: sphere, circulation: limits ?? [] });
      const otherInfo = { ...document.otherInfo, ...(text === undefined ? {} : { sphereOfPromulgation: text }) };
      const national = await documentBytes({ ...document, otherInfo }, []);
      const { attachments, ...message } = documentOf(national);
      expect(attachments).toEqual([]);
      await withArchive(AGENCY_FORM.render({ message, files: [] }), async (opened) => {
        if (!opened.ok || opened.value.draft.message.kind === 'status') throw new Error(JSON.stringify(opened));
        expect((await documentBytes(opened.value.draft.message, [])).toString()).toBe(national.toString());
      });
    }),
    { numRuns: 100 },
  );
});

test('whatever stands in the sphere of promulgation, splitting and joining give it back', () => {
  const piece = fc.oneof(arbitraryText, fc.constantFrom('lưu hành nội bộ', 'xem xong trả lại', 'đích danh', '', ' '));
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), (pieces) => {
      const text = pieces.join('; ');
      expect(joinSphere(splitSphere(text)) ?? '').toBe(text);
    }),
    { numRuns: 500 },
  );
});
