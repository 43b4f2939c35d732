// Files made to cost more than they are worth, and files that are no files: each ends with a word, soon.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestRanges, isUsable, readPdf } from '../../../../src/core/pdf/read.ts';
import { bufferSource, type ByteSource } from '../../../../src/core/archive/source.ts';
import { addRevision, BASE_OBJECTS, makeDocument, withFields } from '../../../support/pdf.ts';

const MARK = '/Note (/ByteRange)';

function findings(file: Buffer): readonly string[] {
  return readPdf(bufferSource(file)).findings.map(({ code, severity, facts }) =>
    [severity, code, String(facts['reason'] ?? '')].join(' ').trim(),
  );
}

const withCatalog = (more: string): Buffer =>
  makeDocument({ ...BASE_OBJECTS, 1: `<< /Type /Catalog /Pages 2 0 R ${MARK} ${more} >>` });

function manyRevisions(count: number): Buffer {
  let file = withCatalog('');
  for (let revision = 1; revision < count; revision += 1) file = addRevision(file, {});
  return file;
}

const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_each, at) => make(at)).join(' ');

describe('costly files', () => {
  test.each<readonly [string, () => Buffer, readonly string[]]>([
    ['a few revisions', () => manyRevisions(10), ['undecided document-signature-unlisted']],
    ['too many revisions', () => manyRevisions(130), ['undecided pdf-limits revisions']],
    ['deep nesting', () => withCatalog(`/A ${'['.repeat(60)}${']'.repeat(60)}`), ['error pdf-malformed depth']],
    ['endless nesting', () => withCatalog(`/A ${'['.repeat(1_000_000)}`), ['error pdf-malformed depth']],
    [
      'two sizes',
      () => addRevision(withCatalog(''), {}, { trailer: '/Size 1000000' }),
      ['error pdf-malformed trailer'],
    ],
    [
      'a form of too many fields',
      () => withCatalog(`/AcroForm << /Fields [${many(10_001, (at) => `<< /T (f${at}) >>`)}] >>`),
      ['undecided pdf-limits fields'],
    ],
    [
      'a field that is its own child',
      () => makeDocument({ ...BASE_OBJECTS, ...withFields([8], { catalog: MARK }), 8: '<< /T (a) /Kids [8 0 R] >>' }),
      ['error pdf-malformed field twice'],
    ],
    [
      'a reference that leads to itself',
      () => makeDocument({ ...BASE_OBJECTS, 1: `<< /Type /Catalog ${MARK} /AcroForm 7 0 R >>`, 7: '7 0 R' }),
      ['error pdf-malformed references'],
    ],
    ['an object stream that swells', swelling, ['undecided pdf-limits stream']],
    [
      'a table for more rows than there are bytes',
      () => replaced(withCatalog(''), 'xref\n0 1', 'xref\n0 99999'),
      ['error pdf-malformed cross-reference table'],
    ],
    [
      'a table for more rows than are allowed',
      () => replaced(withCatalog(''), 'xref\n0 1', 'xref\n0 999999'),
      ['undecided pdf-limits objects'],
    ],
    ['no header', () => Buffer.concat([Buffer.alloc(600, ' '), withCatalog('')]), ['error pdf-malformed header']],
    ['no end', () => withCatalog('').subarray(0, -8), ['error pdf-malformed end of file']],
    [
      'no end, and nothing that looks signed',
      () => makeDocument().subarray(0, -8),
      ['warning pdf-malformed end of file'],
    ],
    [
      'encrypted, and nothing that looks signed',
      () => makeDocument(BASE_OBJECTS, { trailer: '/Encrypt << >>' }),
      ['warning pdf-encrypted'],
    ],
  ])('%s', (_name, make, expected) => {
    expect(findings(make())).toEqual(expected);
  });

  function swelling(): Buffer {
    const packed = { container: 6, objects: [9] };
    const swollen = `${' '.repeat(64 * 1024 * 1024)}null`;
    return addRevision(withCatalog('/AcroForm 9 0 R'), { 9: swollen }, { form: 'stream', packed });
  }
});

function replaced(file: Buffer, what: string, by: string): Buffer {
  return Buffer.from(file.toString('latin1').replace(what, by), 'latin1');
}

describe('whatever the bytes are', () => {
  const base = makeDocument({
    ...BASE_OBJECTS,
    ...withFields([10]),
    10: '<< /FT /Sig /T (S) /V << /ByteRange [0 1 2 3] /Contents <00> >> >>',
  });

  test('reading ends with an answer, never with an error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(base.length - 1), byte: fc.nat(255) }), { maxLength: 12 }),
        fc.option(fc.nat(base.length), { nil: undefined }),
        (changes, cut) => {
          const file = Buffer.from(base.subarray(0, cut));
          for (const { at, byte } of changes) if (at < file.length) file[at] = byte;
          const source = bufferSource(file);
          for (const signature of readPdf(source).signatures) if (isUsable(signature)) digestRanges(source, signature);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a source that is read in pieces gives the same', () => {
    const pieces: number[] = [];
    const read = (start: number, end: number): Buffer => {
      pieces.push(end - start);
      return Buffer.from(base.subarray(start, end));
    };
    // The next piece overwrites lent bytes, and so does a read.
    let lent: Buffer = Buffer.alloc(0);
    const source: ByteSource = {
      size: base.length,
      read: (start, end) => {
        lent.fill(0);
        return read(start, end);
      },
      lend: (start, end) => {
        lent.fill(0);
        return (lent = read(start, end));
      },
    };
    expect(readPdf(source)).toEqual(readPdf(bufferSource(base)));
    expect(Math.max(...pieces)).toBeLessThanOrEqual(1 << 18);
  });
});
