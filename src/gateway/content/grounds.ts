// Has the pages of a PDF file looked at, where something was put on them after a signature.

import { partOf, type ByteSource } from '../../core/archive/source.ts';
import { pdfStart, SNIFFED_BYTES } from '../../core/message/media.ts';
import type { PdfDocument } from '../../core/pdf/read.ts';
import { type Footprint, footprintsOf, type Grounds, NO_GROUNDS, UNKNOWN_GROUND } from '../../core/verify/ground.ts';
import type { PageViewer } from '../../ports/page-viewer.ts';

/** Places that are looked at in a file; a document has a handful of signers, and a hostile one thousands of fields. */
const MOST_PLACES = 32;

/** Bytes of a file that is drawn: all of it is in memory meanwhile. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What the pages showed, to those who had signed them, where later additions were put. */
export async function groundsOf(document: PdfDocument, source: ByteSource, viewer: PageViewer): Promise<Grounds> {
  const footprints = footprintsOf(document).slice(0, MOST_PLACES);
  if (footprints.length === 0) return NO_GROUNDS;
  const start = pdfStart(source.read(0, Math.min(source.size, SNIFFED_BYTES)));
  const grounds = new Map<Footprint['addition'], typeof UNKNOWN_GROUND>();
  for (const [signedBytes, group] of bySignedBytes(footprints)) {
    if (signedBytes > MOST_BYTES) continue;
    const file = partOf(source, start, start + signedBytes).read(0, signedBytes);
    const views = await viewer.groundsIn(
      file,
      group.map(({ place }) => place),
    );
    for (const [index, { addition }] of group.entries()) grounds.set(addition, views[index] ?? UNKNOWN_GROUND);
  }
  return grounds;
}

function bySignedBytes(footprints: readonly Footprint[]): ReadonlyMap<number, readonly Footprint[]> {
  const groups = new Map<number, Footprint[]>();
  for (const footprint of footprints) {
    const group = groups.get(footprint.signedBytes);
    if (group === undefined) groups.set(footprint.signedBytes, [footprint]);
    else group.push(footprint);
  }
  return groups;
}
