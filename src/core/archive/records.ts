// The records of a ZIP archive (PKWARE APPNOTE 4.3), as they stand in its bytes.

export const LOCAL_SIGNATURE = 0x04034b50;
export const DESCRIPTOR_SIGNATURE = 0x08074b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const END_SIGNATURE = 0x06054b50;

export const LARGE_END_SIGNATURE = 0x06064b50;
export const LOCATOR_SIGNATURE = 0x07064b50;

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
export const LARGE_END_BYTES = 56;
export const LOCATOR_BYTES = 20;

export const FLAG = {
  encrypted: 1 << 0,
  /** Sizes and sum follow the data. */
  descriptor: 1 << 3,
  strongEncryption: 1 << 6,
  utf8: 1 << 11,
  masked: 1 << 13,
} as const;
/** Bits 1 and 2 tell how hard the writer tried. Any other bit asks for something that is not done here. */
export const KNOWN_FLAGS = FLAG.descriptor | FLAG.utf8 | 0b110;

export const METHOD = { stored: 0, deflated: 8 } as const;

/** A size that stands elsewhere, in fields for more than 4 GB. */
export const ZIP64_SIZE = 0xffffffff;

/** The fields that both headers of an entry state. */
export interface EntryHeader {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly name: Buffer;
}

export interface LocalHeader extends EntryHeader {
  readonly nameLength: number;
  readonly extraLength: number;
  /** Of the whole header, in bytes. */
  readonly length: number;
}

export interface CentralHeader extends EntryHeader {
  readonly length: number;
  readonly extra: Buffer;
  readonly commentLength: number;
  readonly disk: number;
  readonly attributes: number;
  readonly localOffset: number;
}

/** What the end of an archive says of its directory. */
export interface EndRecord {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly entriesOnDisk: number;
  readonly entries: number;
  /** Of the directory, in bytes; `offset`: where it begins. */
  readonly length: number;
  readonly offset: number;
  readonly commentLength: number;
}

/** `bytes` hold at least the fixed part; the name is as much of it as there is. */
export function localHeader(bytes: Buffer): LocalHeader {
  const nameLength = bytes.readUInt16LE(26);
  const extraLength = bytes.readUInt16LE(28);
  return {
    ...entryHeader(bytes, 6),
    name: bytes.subarray(LOCAL_BYTES, LOCAL_BYTES + nameLength),
    nameLength,
    extraLength,
    length: LOCAL_BYTES + nameLength + extraLength,
  };
}

/** As `localHeader`. */
export function centralHeader(bytes: Buffer): CentralHeader {
  const nameLength = bytes.readUInt16LE(28);
  const extraLength = bytes.readUInt16LE(30);
  const commentLength = bytes.readUInt16LE(32);
  const nameEnd = CENTRAL_BYTES + nameLength;
  return {
    ...entryHeader(bytes, 8),
    name: bytes.subarray(CENTRAL_BYTES, nameEnd),
    extra: bytes.subarray(nameEnd, nameEnd + extraLength),
    length: nameEnd + extraLength + commentLength,
    commentLength,
    disk: bytes.readUInt16LE(34),
    attributes: bytes.readUInt32LE(38),
    localOffset: bytes.readUInt32LE(42),
  };
}

/** `bytes` begin with the record and hold all of its fixed part. */
export function endRecord(bytes: Buffer): EndRecord {
  return {
    disk: bytes.readUInt16LE(4),
    directoryDisk: bytes.readUInt16LE(6),
    entriesOnDisk: bytes.readUInt16LE(8),
    entries: bytes.readUInt16LE(10),
    length: bytes.readUInt32LE(12),
    offset: bytes.readUInt32LE(16),
    commentLength: bytes.readUInt16LE(20),
  };
}

function entryHeader(bytes: Buffer, at: number): Omit<EntryHeader, 'name'> {
  return {
    flags: bytes.readUInt16LE(at),
    method: bytes.readUInt16LE(at + 2),
    crc: bytes.readUInt32LE(at + 8),
    compressedSize: bytes.readUInt32LE(at + 12),
    size: bytes.readUInt32LE(at + 16),
  };
}

/** The signature at a place, or -1 where there are not four bytes. */
export function signatureAt(bytes: Buffer, at: number): number {
  return bytes.length < at + 4 ? -1 : bytes.readUInt32LE(at);
}
