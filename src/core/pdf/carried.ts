// Certificates and revocation data that a PDF file brings along: in its store (DSS, ETSI EN 319 142-1 section 5.4.2)
// and in its signatures. The maker of the file chose them, so none is believed for being there: each counts only by its
// own signature and its own dates, like fetched ones.

import type { SignedData } from '../cms/signed-data.ts';
import { PdfFault } from './fault.ts';
import { decode } from './filters.ts';
import { isArray, isDictionary, isStream, isWhole } from './values.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import type { PdfView } from './view.ts';

/** DER. */
export interface Carried {
  readonly certificates: readonly Buffer[];
  readonly crls: readonly Buffer[];
  /** OCSP responses. */
  readonly answers: readonly Buffer[];
}

export const NOTHING_CARRIED: Carried = { certificates: [], crls: [], answers: [] };

/** A signature needs a handful of each; what goes beyond is left out. */
const MOST = { each: 32, bytes: 8 * 1024 * 1024 } as const;

/** The names of one kind in the store, and in the entries of its VRI for single signatures. */
const KEYS = {
  certificates: ['Certs', 'Cert'],
  crls: ['CRLs', 'CRL'],
  answers: ['OCSPs', 'OCSP'],
} as const;

/** The data in the store of the file's newest revision, and in its signatures; each once. */
export function proofsInPdf(view: PdfView, signed: readonly SignedData[]): Carried {
  const stores = storesOf(view);
  return {
    certificates: limited(streamsOf(view, stores, KEYS.certificates)),
    crls: limited([...signed.flatMap(({ revocation }) => revocation.crls), ...streamsOf(view, stores, KEYS.crls)]),
    answers: limited([
      ...signed.flatMap(({ revocation }) => revocation.ocsps),
      ...streamsOf(view, stores, KEYS.answers),
    ]),
  };
}

function storesOf(view: PdfView): readonly PdfDictionary[] {
  const store = view.dictionary(view.catalog, 'DSS');
  if (store === undefined) return [];
  const entries = view.dictionary(store, 'VRI')?.entries.values() ?? [];
  const single = [...entries].slice(0, MOST.each).map((entry) => view.resolve(entry));
  return [store, ...single.filter(isDictionary)];
}

/** The bytes of the streams in these lists; what is none, or cannot be unpacked, is left out: it only proves less. */
function* streamsOf(view: PdfView, stores: readonly PdfDictionary[], keys: readonly string[]): Generator<Buffer> {
  for (const store of stores) {
    for (const key of keys) {
      const list = view.resolve(store.entries.get(key));
      if (!isArray(list)) continue;
      for (const bundle of list.slice(0, MOST.each)) {
        const bytes = bytesOf(view, bundle);
        if (bytes !== undefined) yield bytes;
      }
    }
  }
}

function bytesOf(view: PdfView, value: PdfValue): Buffer | undefined {
  try {
    const stream = view.resolve(value);
    if (!isStream(stream)) return undefined;
    const length = view.resolve(stream.dictionary.entries.get('Length'));
    if (!isWhole(length) || length > MOST.bytes) return undefined;
    return decode(stream.dictionary, view.rawBytes(stream), view.file.work);
  } catch (error) {
    if (error instanceof PdfFault && error.kind === 'malformed') return undefined;
    throw error;
  }
}

function limited(values: Iterable<Buffer>): readonly Buffer[] {
  const distinct = new Map<string, Buffer>();
  let bytes = 0;
  for (const value of values) {
    const key = value.toString('latin1');
    if (distinct.has(key)) continue;
    bytes += value.length;
    if (distinct.size === MOST.each || bytes > MOST.bytes) break;
    distinct.set(key, value);
  }
  return [...distinct.values()];
}
