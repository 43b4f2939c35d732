/**
 * The bytes of a file, of which only pieces are asked for. They must not change while they are read: the caller reads
 * from a copy of its own.
 */
export interface ByteSource {
  readonly size: number;
  /** Bytes `[start, end)`, both within the file. */
  read(start: number, end: number): Buffer;
  /** The same, only lent: they change with the next piece that is lent. For walks over a whole file. */
  lend(start: number, end: number): Buffer;
}

export function bufferSource(bytes: Buffer): ByteSource {
  const read = (start: number, end: number): Buffer => bytes.subarray(start, end);
  return { size: bytes.length, read, lend: read };
}

/** The bytes `[from, to)` of another source, as a file of their own. */
export function partOf(source: ByteSource, from: number, to: number): ByteSource {
  return {
    size: to - from,
    read: (start, end) => source.read(from + start, from + end),
    lend: (start, end) => source.lend(from + start, from + end),
  };
}
