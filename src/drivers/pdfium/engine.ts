// PDFium, the renderer of Chromium, as WebAssembly: it draws pages, and a file that breaks it breaks nothing else.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';

export type Pdfium = WrappedPdfiumModule;

/** Loads the engine, about 50 ms of work. */
export async function loadPdfium(): Promise<Pdfium> {
  const file = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm');
  const bytes = await readFile(file);
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const engine = await init({ wasmBinary });
  engine.PDFiumExt_Init();
  return engine;
}

/** Bytes within the engine while they are needed. */
export function withBytes<T>({ pdfium }: Pdfium, length: number, use: (pointer: number) => T): T {
  const pointer = pdfium.wasmExports.malloc(length);
  if (pointer === 0) throw new RangeError('the engine has no memory left');
  try {
    return use(pointer);
  } finally {
    pdfium.wasmExports.free(pointer);
  }
}
