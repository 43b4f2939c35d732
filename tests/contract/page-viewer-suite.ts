// What every page viewer promises.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PagePlace } from '../../src/core/pdf/addition.ts';
import type { PageViewer } from '../../src/ports/page-viewer.ts';
import { BASE_OBJECTS, makeDocument, stream } from '../support/pdf.ts';

/** On the A4 page of the minimal document, in points from its left and upper edge. */
export function placeAt(left: number, top: number, width: number, height: number): PagePlace {
  const mm = (points: number): number => Math.round(((points * 25.4) / 72) * 10) / 10;
  const size = { width: mm(width), height: mm(height) };
  return { page: 1, left: mm(left), top: mm(top), ...size, share: (width * height) / (595 * 842) };
}

/** The minimal document has its words 72 points from the upper edge, and nothing in the middle. */
export const WORDS = placeAt(60, 55, 100, 30);
export const NOTHING = placeAt(250, 400, 100, 40);

export function pageViewerSuite(name: string, open: () => Promise<PageViewer>): void {
  describe(name, () => {
    let viewer: PageViewer;
    beforeAll(async () => {
      viewer = await open();
    });
    afterAll(() => viewer.close());

    test('answers for each place, in their order', async () => {
      const grounds = await viewer.groundsIn(makeDocument(), [NOTHING, WORDS, NOTHING]);
      expect(grounds).toEqual([
        { state: 'blank', words: '' },
        { state: 'covered', words: 'Pay 100' },
        { state: 'blank', words: '' },
      ]);
    });

    test('many files at once', async () => {
      const answers = await Promise.all(
        [1, 2, 3, 4, 5].map((amount) => {
          const file = makeDocument({ ...BASE_OBJECTS, 4: stream(`BT /F1 12 Tf 72 770 Td (Pay ${amount}) Tj ET`) });
          return viewer.groundsIn(file, [WORDS]);
        }),
      );
      expect(answers.flat().map(({ words }) => words)).toEqual(['Pay 1', 'Pay 2', 'Pay 3', 'Pay 4', 'Pay 5']);
    });

    test.each<[string, () => Buffer]>([
      ['what is no PDF file', () => Buffer.from('%PDF-1.7\nnothing')],
      ['a file that ends early', () => makeDocument().subarray(0, 200)],
      ['an empty file', () => Buffer.alloc(0)],
    ])('%s is unknown', async (_case, file) => {
      expect(await viewer.groundsIn(file(), [WORDS])).toEqual([{ state: 'unknown', words: '' }]);
      expect(await viewer.groundsIn(makeDocument(), [WORDS])).toEqual([{ state: 'covered', words: 'Pay 100' }]);
    });

    test.each<[string, Partial<PagePlace>]>([
      ['on a page that is not there', { page: 2 }],
      ['of no share of the page', { share: 0 }],
      ['larger than its share says', { width: 210, height: 297 }],
    ])('a place %s is unknown', async (_case, change) => {
      expect(await viewer.groundsIn(makeDocument(), [{ ...WORDS, ...change }])).toEqual([
        { state: 'unknown', words: '' },
      ]);
    });

    test('what only a field shows is seen', async () => {
      const file = makeDocument({
        ...BASE_OBJECTS,
        1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] >> >>',
        3: String(BASE_OBJECTS[3]).replace('/MediaBox', '/Annots [8 0 R] /MediaBox'),
        8: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (A) /F 4 /Rect [250 402 350 442] /P 3 0 R /AP << /N 9 0 R >> >>',
        9: stream('0 g 20 10 40 20 re f', '/Type /XObject /Subtype /Form /BBox [0 0 100 40] '),
      });
      expect(await viewer.groundsIn(file, [NOTHING])).toEqual([{ state: 'covered', words: '' }]);
    });
  });
}
