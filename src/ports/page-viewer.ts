import type { PagePlace } from '../core/pdf/addition.ts';
import type { Ground } from '../core/verify/ground.ts';

/**
 * Looks at pages as people see them.
 *
 * Promises of every implementation: nothing rejects; what cannot be drawn, or not in time, is `unknown`; annotations and
 * fields are seen as a reader shows them; the file's scripts and actions do nothing.
 */
export interface PageViewer {
  /** What a PDF file shows in each of the places, in their order. The bytes begin with the file's header. */
  groundsIn(file: Buffer, places: readonly PagePlace[]): Promise<readonly Ground[]>;
  close(): Promise<void>;
}
