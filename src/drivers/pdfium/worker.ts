// The thread of a viewer.

import type { Ground } from '../../core/verify/ground.ts';
import { openInlineViewer, type ViewerTask } from './viewer.ts';

const viewer = openInlineViewer();

/** Answers `viewer.ts`, by its name. */
export function look({ file, places }: ViewerTask): Promise<readonly Ground[]> {
  return viewer.groundsIn(Buffer.from(file.buffer, file.byteOffset, file.length), places);
}
