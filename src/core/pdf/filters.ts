// Streams that have to be understood, those of cross-references and of objects: Flate with or without a PNG predictor,
// which is what every writer uses for them. What uses another filter is refused.

import { Inflater } from '../archive/inflate.ts';
import { malformed, PdfFault } from './fault.ts';
import { PDF_LIMITS } from './limits.ts';
import type { Work } from './limits.ts';
import { isArray, isDictionary, isWhole, nameText } from './values.ts';
import type { PdfDictionary, PdfValue } from './values.ts';

/** The bytes a stream stands for; its filters must stand in the dictionary itself. */
export function decode(dictionary: PdfDictionary, raw: Buffer, work: Work): Buffer {
  const filter = only(dictionary.entries.get('Filter'));
  if (filter === null) return raw;
  const name = nameText(filter);
  if (name !== 'FlateDecode' && name !== 'Fl') throw malformed('filter');
  return unpredicted(inflate(raw, work), only(dictionary.entries.get('DecodeParms')));
}

/** The one member of a list of one, or the value itself. */
function only(value: PdfValue | undefined): PdfValue {
  if (!isArray(value)) return value ?? null;
  if (value.length > 1) throw malformed('filter');
  return value[0] ?? null;
}

/** In bytes: before the deflate data of the zlib format (RFC 1950), and the sum after them. */
const ZLIB = { head: 2, sum: 4 } as const;

/** The sum is not looked at, nor what stands behind it: writers count the line's end into the stream's length. */
function inflate(raw: Buffer, work: Work): Buffer {
  const pieces: Buffer[] = [];
  let size = 0;
  const inflater = new Inflater((piece) => {
    size += piece.length;
    work.spend(piece.length);
    if (size > PDF_LIMITS.streamBytes) throw new PdfFault('limits', 'stream');
    pieces.push(Buffer.from(piece));
  }, PDF_LIMITS.blocks);
  try {
    if (raw.length > 0) {
      const body = raw.subarray(zlibHead(raw));
      const rest = inflater.feed(body) ?? inflater.end();
      if (rest.length < ZLIB.sum) throw malformed('compressed data');
    }
  } catch (error) {
    if (error instanceof PdfFault) throw error;
    // Whatever the inflater objects to, the stream holds nothing that could be read.
    throw malformed('compressed data');
  }
  return Buffer.concat(pieces, size);
}

/** Deflate with a window of at most 32 KB and without a preset dictionary, as the two bytes and their check say. */
function zlibHead(raw: Buffer): number {
  const [method = 0, flags = 0] = raw;
  const isDeflate = (method & 0x0f) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0;
  if (!isDeflate || (flags & 0x20) !== 0) throw malformed('compressed data');
  return ZLIB.head;
}

const PNG = 10;

function unpredicted(bytes: Buffer, parameters: PdfValue): Buffer {
  if (!isDictionary(parameters)) return bytes;
  const number = (key: string, otherwise: number): number => {
    const value = parameters.entries.get(key) ?? otherwise;
    if (!isWhole(value) || value < 1) throw malformed('filter parameters');
    return value;
  };
  const predictor = number('Predictor', 1);
  if (predictor === 1) return bytes;
  if (predictor < PNG || number('Colors', 1) !== 1 || number('BitsPerComponent', 8) !== 8) {
    throw malformed('filter parameters');
  }
  return unfiltered(bytes, number('Columns', 1));
}

/** PNG (ISO/IEC 15948 section 9): each row begins with the number of its filter; a sample is one byte here. */
function unfiltered(bytes: Buffer, columns: number): Buffer {
  const rows = Math.floor(bytes.length / (columns + 1));
  if (bytes.length !== rows * (columns + 1)) throw malformed('filter parameters');
  const out = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const filter = PNG_FILTERS[bytes[row * (columns + 1)] ?? 0];
    if (filter === undefined) throw malformed('filter parameters');
    for (let column = 0; column < columns; column += 1) {
      const at = row * columns + column;
      const left = column === 0 ? 0 : (out[at - 1] ?? 0);
      const up = row === 0 ? 0 : (out[at - columns] ?? 0);
      const corner = row === 0 || column === 0 ? 0 : (out[at - columns - 1] ?? 0);
      out[at] = (bytes[row * (columns + 1) + 1 + column] ?? 0) + filter(left, up, corner);
    }
  }
  return out;
}

const PNG_FILTERS: readonly ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, up) => up,
  (left, up) => Math.floor((left + up) / 2),
  paeth,
];

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
