// Every form, over messages with every field: what is read again is what was written, or the loss list says so.

import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openAgencyPackage } from '../../src/gateway/receive/agency/zip.ts';
import { nameFault } from '../../src/core/message/file-name.ts';
import { present } from '../../src/core/message/present.ts';
import { FORMS } from '../../src/core/formats/forms.ts';
import { readJsonForm } from '../../src/core/formats/json/read.ts';
import type { Draft, DraftFile } from '../../src/core/message/rendering.ts';
import type { Circulation, Secrecy } from '../../src/core/message/message.ts';
import { arbitraryDocument, arbitraryDraft } from '../support/arbitrary-message.ts';
import { chunksOf } from '../support/packages.ts';
import { readPackage } from '../support/read-package.ts';

type Labels = Pick<DraftFile, 'contentId' | 'attachmentName' | 'description' | 'contentType' | 'size' | 'sha256'>;

interface ReadAgain {
  readonly message: Draft['message'];
  readonly files: readonly (Labels & { readonly content: Buffer })[];
  readonly findings: readonly unknown[];
}

const READERS: Readonly<Record<keyof typeof FORMS, (bytes: Buffer) => Promise<ReadAgain>>> = {
  edxml: readEdxml,
  json: readJson,
  agency: readAgency,
};
const NAMES = Object.keys(FORMS).filter((name): name is keyof typeof FORMS => name in READERS);

const circulation = fc.uniqueArray(fc.constantFrom<Circulation>('internal', 'return-after-reading', 'named-person'), {
  minLength: 1,
});
const secrecy = fc.constantFrom<Secrecy>('none', 'mat');

/** With the fields that not every form has, and the hollow entry that a reader may make. */
const fullDraft: fc.Arbitrary<Draft> = fc
  .tuple(arbitraryDraft, fc.record({ circulation, secrecy }, { requiredKeys: [] }), fc.boolean())
  .map(([draft, more, hollow]) => {
    if (draft.message.kind === 'status') return draft;
    const traceHeaders = hollow ? [{}, ...draft.message.traceHeaders] : draft.message.traceHeaders;
    // Labels lie, and some say more than a name's ending does.
    const files = hollow ? draft.files.map((file) => ({ ...file, contentType: 'text/plain' })) : draft.files;
    return { message: { ...draft.message, ...more, traceHeaders }, files };
  });

describe.each(NAMES)('%s', (name) => {
  test('each field comes back, or is on the loss list', async () => {
    await fc.assert(
      fc.asyncProperty(fullDraft, async (draft) => {
        fc.pre(name !== 'agency' || isReadable(draft));
        const { losses } = FORMS[name].render(draft);
        const read = await READERS[name](await bytesOf(name, draft));
        const lost = new Set(losses.flatMap(({ code, place }) => (code === 'field-not-carried' ? (place ?? []) : [])));
        expect(read.findings).toEqual([]);
        expect(without(read.message, new Set())).toEqual(without(draft.message, lost));
        const labels = draft.files.map(labelsOf);
        expect(read.files.map(labelsOf)).toEqual(
          labels.map((own, index) =>
            lost.has(`attachments[${index}].contentType`) ? { ...own, contentType: 'application/pdf' } : own,
          ),
        );
        for (const { content, sha256 } of read.files)
          expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
      }),
      { numRuns: 100 },
    );
  });

  test('one message has one spelling, however its files come in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryDraft,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        async (draft, cut) => {
          const again = await bytesOf(name, cutUp(draft, cut));
          expect(again.equals(await bytesOf(name, draft))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('what was read is written as it was', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDocument, async (message) => {
        const first = await bytesOf(name, { message, files: [] });
        const read = await READERS[name](first);
        const again = await bytesOf(name, { message: read.message, files: [] } as Draft);
        expect(again.toString()).toBe(first.toString());
      }),
      { numRuns: 50 },
    );
  });
});

test('the national format loses nothing of what it was made for', () => {
  fc.assert(
    fc.property(arbitraryDraft, (draft) => {
      expect(FORMS.edxml.render(draft).losses).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

function labelsOf({ contentId, attachmentName, description, contentType, size, sha256 }: Labels): Labels {
  return { contentId, attachmentName, size, sha256, ...present({ description, contentType }) };
}

/** An agency package is refused where it is classified, or names a file as no file can be named. */
function isReadable({ message, files }: Draft): boolean {
  const classified = message.kind !== 'status' && message.secrecy !== undefined && message.secrecy !== 'none';
  return !classified && files.every(({ attachmentName }) => nameFault(attachmentName) === undefined);
}

/** A copy without what stands at the paths. A form that has no field for secrecy says `none` by having none. */
function without(value: unknown, paths: ReadonlySet<string>, at = ''): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.flatMap((item, index) => {
      const own = `${at}[${index}]`;
      return paths.has(own) ? [] : [without(item, paths, own)];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([name, item]) => {
    const own = at === '' ? name : `${at}.${name}`;
    const implied = own === 'secrecy' && item === 'none';
    return paths.has(own) || implied || own === 'attachments' ? [] : [[name, without(item, paths, own)] as const];
  });
  return Object.fromEntries(kept);
}

async function bytesOf(name: keyof typeof FORMS, draft: Draft): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of FORMS[name].render(draft).bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The same draft from other objects, its files in pieces of the given sizes. */
function cutUp(draft: Draft, sizes: readonly number[]): Draft {
  if (draft.message.kind === 'status') return { message: structuredClone(draft.message), files: [] };
  return {
    message: structuredClone(draft.message),
    files: draft.files.map((file) => ({ ...file, open: () => inPieces(file, sizes) })),
  };
}

async function* inPieces(file: DraftFile, sizes: readonly number[]): AsyncGenerator<Buffer, void, undefined> {
  yield* chunksOf(await contentOf(file), sizes);
}

async function contentOf(file: DraftFile): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of file.open()) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function readAgency(bytes: Buffer): Promise<ReadAgain> {
  const read = await openAgencyPackage({
    size: bytes.length,
    read: (into, position) => Promise.resolve(bytes.copy(into, 0, position)),
    close: () => Promise.resolve(),
  });
  if (!read.ok) throw new Error(`refused: ${JSON.stringify(read)}`);
  const { draft, findings } = read.value;
  const files = await Promise.all(draft.files.map(async (file) => ({ ...file, content: await contentOf(file) })));
  return { message: draft.message, files, findings };
}

async function readJson(bytes: Buffer): Promise<ReadAgain> {
  const read = readJsonForm(bytes);
  if (!read.ok) throw new Error(`refused: ${JSON.stringify(read)}`);
  const { draft, findings } = read.value;
  const files = await Promise.all(draft.files.map(async (file) => ({ ...file, content: await contentOf(file) })));
  return { message: draft.message, files, findings };
}

function readEdxml(bytes: Buffer): Promise<ReadAgain> {
  const read = readPackage(bytes);
  if (!read.ok) throw new Error(`refused: ${JSON.stringify(read)}`);
  const { message, findings } = read.value;
  const attachments = message.kind === 'status' ? [] : message.attachments;
  const files = attachments.map((attachment) => {
    const { offset, encodedLength } = attachment;
    const text = bytes.subarray(offset, offset + encodedLength).toString('latin1');
    return { ...attachment, content: Buffer.from(text, 'base64') };
  });
  return Promise.resolve({ message, files, findings });
}
