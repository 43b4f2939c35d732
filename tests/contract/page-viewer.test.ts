import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packagePath } from '../../src/config/paths.ts';
import { openInlineViewer } from '../../src/drivers/pdfium/viewer.ts';
import type { PageViewer } from '../../src/ports/page-viewer.ts';
import { BASE_OBJECTS, makeDocument, stream } from '../support/pdf.ts';
import { NOTHING, pageViewerSuite, WORDS } from './page-viewer-suite.ts';

/** A thread runs the program as it was built. */
async function openThread(patience?: number): Promise<PageViewer> {
  const built = pathToFileURL(join(packagePath('dist'), 'src', 'drivers', 'pdfium', 'viewer.js')).href;
  const viewers = (await import(built)) as { readonly openViewerThread: (patience?: number) => PageViewer };
  return viewers.openViewerThread(patience);
}

pageViewerSuite('a viewer in this thread', () => Promise.resolve(openInlineViewer()));
pageViewerSuite('a viewer in a thread of its own', () => openThread());

/** Forms in forms: ten draws of a form that draws ten, eight times over. */
function costlyDocument(): Buffer {
  const levels = Array.from({ length: 8 }, (_each, level) => 20 + level);
  const form = (next: number | undefined): Buffer =>
    next === undefined
      ? stream('0 0 10 10 re f '.repeat(50), '/Type /XObject /Subtype /Form /BBox [0 0 600 900] ')
      : stream(
          '/X Do '.repeat(10),
          `/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /X ${next} 0 R >> >> `,
        );
  return makeDocument({
    ...BASE_OBJECTS,
    3: String(BASE_OBJECTS[3]).replace('/Font', '/XObject << /X 20 0 R >> /Font'),
    4: stream('/X Do'),
    ...Object.fromEntries(levels.map((object, index) => [object, form(levels[index + 1])])),
  });
}

let impatient: PageViewer;
beforeAll(async () => {
  impatient = await openThread(1_000);
});
afterAll(() => impatient.close());

test('a page that costs too much is unknown, and the next is looked at', async () => {
  const [costly, plain] = await Promise.all([
    impatient.groundsIn(costlyDocument(), [NOTHING]),
    impatient.groundsIn(makeDocument(), [WORDS]),
  ]);
  expect(costly).toEqual([{ state: 'unknown', words: '' }]);
  expect(plain).toEqual([{ state: 'covered', words: 'Pay 100' }]);
});
