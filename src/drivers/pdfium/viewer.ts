// Two viewers on one engine: within this thread for a command that looks at one file, and in a thread of its own for a
// server, where a costly page keeps nobody waiting.

import { Piscina } from 'piscina';
import type { PagePlace } from '../../core/pdf/addition.ts';
import { type Ground, UNKNOWN_GROUND } from '../../core/verify/ground.ts';
import type { PageViewer } from '../../ports/page-viewer.ts';
import { loadPdfium, type Pdfium } from './engine.ts';
import { groundsIn } from './grounds.ts';

/** Bytes after which an engine is left to the collector: its memory grows with a costly page, and never shrinks. */
const MOST_MEMORY = 256 * 1024 * 1024;

/** A viewer in this thread. The engine is loaded when it is needed first. */
export function openInlineViewer(): PageViewer {
  let engine: Promise<Pdfium> | undefined;
  return {
    async groundsIn(file, places) {
      engine ??= loadPdfium();
      const loaded = await engine;
      try {
        const grounds = groundsIn(loaded, file, places);
        if (loaded.pdfium.HEAPU8.length > MOST_MEMORY) engine = undefined;
        return grounds;
      } catch {
        // What a trap left of the engine is not used again.
        engine = undefined;
        return unknown(places);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** What a viewer's thread is asked. */
export interface ViewerTask {
  readonly file: Uint8Array;
  readonly places: readonly PagePlace[];
}

/** Milliseconds for the pages of one file, its wait for others' not counted; a page of a letter takes ten. */
const PATIENCE = 5_000;

/** Milliseconds after which a thread without work ends: most documents have one signature, and nothing on it. */
const IDLE = 60_000;

/** The engine keeps its pages outside the heap; this bounds what surrounds it. */
const HEAP_MB = 128;

/** A viewer in a thread of its own, one file at a time. `patience`: milliseconds for one. */
export function openViewerThread(patience = PATIENCE): PageViewer {
  const pool = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    name: 'look',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let turn: Promise<unknown> = Promise.resolve();
  const look = async (file: Buffer, places: readonly PagePlace[]): Promise<readonly Ground[]> => {
    // A copy of its own: a buffer's bytes may be shared with others, and the whole of them would be sent.
    const task: ViewerTask = { file: Uint8Array.from(file), places };
    try {
      return (await pool.run(task, { signal: AbortSignal.timeout(patience) })) as readonly Ground[];
    } catch {
      return unknown(places);
    }
  };
  return {
    groundsIn(file, places) {
      const grounds = turn.then(() => look(file, places));
      turn = grounds;
      return grounds;
    },
    close: () => pool.destroy(),
  };
}

function unknown(places: readonly PagePlace[]): readonly Ground[] {
  return places.map(() => UNKNOWN_GROUND);
}
