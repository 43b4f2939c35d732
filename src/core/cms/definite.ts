// BER into DER, as far as signatures inside documents need it. ISO 32000-1 section 12.8.3.3 asks for DER, but widely used
// signing libraries write the outer values with indefinite lengths. Only lengths and the pieces of octet strings are put
// right; signed attributes and certificates are signed as DER, so that putting right what was not DER breaks them.

import { checkDeep, DerFault, encodingOf, readNode, TAG } from '../crypto/der.ts';

const CONSTRUCTED = 0x20;
const CONSTRUCTED_OCTETS = TAG.octetString | CONSTRUCTED;
const INDEFINITE = 0x80;
/** A time stamp lies within a signature, another within that one, and certificates within each. */
const MAX_DEPTH = 64;

/**
 * The first value of the bytes as DER, and where it ends in them. Throws `DerFault` for what is neither DER nor BER whose
 * lengths can be put right.
 */
export function firstValue(bytes: Buffer): { readonly der: Buffer; readonly end: number } {
  if (bytes[1] !== INDEFINITE) {
    const node = readNode(bytes, 0, bytes.length);
    try {
      checkDeep(node, MAX_DEPTH);
      return { der: encodingOf(node), end: node.end };
    } catch (error) {
      if (!(error instanceof DerFault) || error.reason !== 'indefinite length') throw error;
    }
  }
  const { encoding, end } = convert(bytes, 0, bytes.length, 0);
  checkDeep(readNode(encoding, 0, encoding.length), MAX_DEPTH);
  return { der: encoding, end };
}

interface Converted {
  readonly encoding: Buffer;
  readonly end: number;
}

function convert(source: Buffer, offset: number, limit: number, depth: number): Converted {
  if (depth > MAX_DEPTH) throw new DerFault('nesting');
  const tag = source[offset];
  if (tag === undefined) throw new DerFault('truncated');
  if (source[offset + 1] !== INDEFINITE) {
    const node = readNode(source, offset, limit);
    if ((tag & CONSTRUCTED) === 0) return { encoding: encodingOf(node), end: node.end };
    const parts = convertAll(source, node.content, node.end, depth, false);
    return { encoding: assemble(tag, parts.encodings), end: node.end };
  }
  if ((tag & CONSTRUCTED) === 0) throw new DerFault('indefinite length');
  const parts = convertAll(source, offset + 2, limit, depth, true);
  return { encoding: assemble(tag, parts.encodings), end: parts.end };
}

/** Values up to `limit`, or up to the two zero bytes that close an indefinite length. */
function convertAll(
  source: Buffer,
  from: number,
  limit: number,
  depth: number,
  isOpen: boolean,
): { readonly encodings: readonly Buffer[]; readonly end: number } {
  const encodings: Buffer[] = [];
  for (let at = from; ;) {
    if (isOpen && source[at] === 0 && source[at + 1] === 0 && at + 2 <= limit) return { encodings, end: at + 2 };
    if (at >= limit) {
      if (isOpen) throw new DerFault('truncated');
      return { encodings, end: at };
    }
    const { encoding, end } = convert(source, at, limit, depth + 1);
    encodings.push(encoding);
    at = end;
  }
}

function assemble(tag: number, encodings: readonly Buffer[]): Buffer {
  if (tag !== CONSTRUCTED_OCTETS) return withHeader(tag, encodings);
  const pieces = encodings.map((encoding) => {
    const piece = readNode(encoding, 0, encoding.length);
    if (piece.tag !== TAG.octetString) throw new DerFault('octet string');
    return encoding.subarray(piece.content, piece.end);
  });
  return withHeader(TAG.octetString, pieces);
}

function withHeader(tag: number, contents: readonly Buffer[]): Buffer {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  if (length < INDEFINITE) return Buffer.concat([Buffer.of(tag, length), ...contents]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.of(tag, INDEFINITE | bytes.length), bytes, ...contents]);
}
