// Fonts as the printer wants them. A WOFF file (WOFF 1.0) is a TrueType font with its tables packed one by one; unpacked
// here once, it need not be unpacked in JavaScript for every report.

import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

/** Sizes in bytes: of the headers, and of one line of each table directory. */
const WOFF = { header: 44, entry: 20 } as const;
const SFNT = { header: 12, entry: 16 } as const;

interface Table {
  readonly tag: number;
  readonly checksum: number;
  readonly bytes: Buffer;
}

/** The TrueType font in a WOFF file of ours. Throws for a file that is none. */
export function fontOf(path: string): Buffer {
  const woff = readFileSync(path);
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new TypeError(`${path} is no WOFF file`);
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, index) => tableAt(woff, WOFF.header + index * WOFF.entry));
  return assembled(woff.readUInt32BE(4), tables);
}

function tableAt(woff: Buffer, at: number): Table {
  const [offset, packed, size] = [woff.readUInt32BE(at + 4), woff.readUInt32BE(at + 8), woff.readUInt32BE(at + 12)];
  const content = woff.subarray(offset, offset + packed);
  // A table that packing would not make smaller lies there as it is.
  const bytes = packed < size ? inflateSync(content) : content;
  if (bytes.length !== size) throw new RangeError('a font table of another size');
  return { tag: woff.readUInt32BE(at), checksum: woff.readUInt32BE(at + 16), bytes };
}

function assembled(flavour: number, tables: readonly Table[]): Buffer {
  const power = 2 ** Math.floor(Math.log2(tables.length));
  const head = Buffer.alloc(SFNT.header + tables.length * SFNT.entry);
  head.writeUInt32BE(flavour, 0);
  head.writeUInt16BE(tables.length, 4);
  head.writeUInt16BE(power * SFNT.entry, 6);
  head.writeUInt16BE(Math.log2(power), 8);
  head.writeUInt16BE((tables.length - power) * SFNT.entry, 10);
  const parts: Buffer[] = [head];
  let end = head.length;
  for (const [index, { tag, checksum, bytes }] of tables.entries()) {
    const at = SFNT.header + index * SFNT.entry;
    head.writeUInt32BE(tag, at);
    head.writeUInt32BE(checksum, at + 4);
    head.writeUInt32BE(end, at + 8);
    head.writeUInt32BE(bytes.length, at + 12);
    const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
    parts.push(bytes, padding);
    end += bytes.length + padding.length;
  }
  return Buffer.concat(parts);
}
