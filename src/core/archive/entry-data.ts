import { createHash } from 'node:crypto';
import { HEAD_BYTES } from '../xml/base64.ts';
import { crc32 } from './crc32.ts';
import { ArchiveFault, badShape } from './fault.ts';
import { Inflater } from './inflate.ts';
import type { ArchiveLimits } from './limits.ts';
import { FLAG, METHOD, ZIP64_SIZE, type LocalHeader } from './records.ts';

/** Facts found in an entry's data. */
export interface EntryFacts {
  /** Of the data as they lie in the archive. */
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
}

/** Is lent each piece of a file: it changes once this returns. */
export type PieceTaker = (piece: Buffer) => void;

/** The data of one entry, as they pass by: what they inflate to is summed up, handed on and not kept. */
export class EntryData {
  readonly #bytes: number;
  readonly #limits: ArchiveLimits;
  readonly #handOn: PieceTaker | undefined;
  readonly #hash = createHash('sha256');
  readonly #head = Buffer.allocUnsafe(HEAD_BYTES);
  #headLength = 0;
  readonly #inflater: Inflater | undefined;
  /** Of stored data; deflated ones tell where they end. */
  #storedLeft: number;
  #compressedSize = 0;
  #size = 0;
  #crc = 0;

  /** `bytes`: how large the file may be. */
  constructor(local: LocalHeader, bytes: number, limits: ArchiveLimits, handOn: PieceTaker | undefined) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#handOn = handOn;
    const deflated = local.method === METHOD.deflated;
    this.#inflater = deflated ? new Inflater((piece) => this.#take(piece), limits.blocks) : undefined;
    this.#storedLeft = local.compressedSize;
    const sizesFollow = (local.flags & FLAG.descriptor) !== 0;
    if (!deflated && sizesFollow && local.compressedSize === 0) throw badShape('stored-without-size');
    if (!sizesFollow && local.size !== ZIP64_SIZE && local.size > bytes) throw tooLarge(bytes);
  }

  /** Undefined while the data go on; else the bytes, of all that were fed, that come after them. */
  feed(bytes: Buffer): Buffer | undefined {
    this.#compressedSize += bytes.length;
    const rest = this.#inflater === undefined ? this.#store(bytes) : this.#inflater.feed(bytes);
    this.#compressedSize -= rest?.length ?? 0;
    return rest;
  }

  /** As `feed`, when nothing more comes; `attachment-corrupt` when the data do not end. */
  end(): Buffer | undefined {
    const rest = this.#inflater?.end();
    this.#compressedSize -= rest?.length ?? 0;
    return rest;
  }

  facts(): EntryFacts {
    return { compressedSize: this.#compressedSize, size: this.#size, crc: this.#crc };
  }

  /** Lower-case hex; to be asked once, after the end. */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  /** The first bytes of the file. */
  head(): Buffer {
    return this.#head.subarray(0, this.#headLength);
  }

  #store(bytes: Buffer): Buffer | undefined {
    const length = Math.min(this.#storedLeft, bytes.length);
    this.#storedLeft -= length;
    if (length > 0) this.#take(bytes.subarray(0, length));
    return this.#storedLeft > 0 ? undefined : bytes.subarray(length);
  }

  #take(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#bytes) throw tooLarge(this.#bytes);
    const swollen = Math.max(this.#limits.freeBytes, this.#compressedSize * this.#limits.ratio);
    if (this.#size > swollen) throw tooLarge(swollen);
    if (this.#headLength < HEAD_BYTES) this.#headLength += piece.copy(this.#head, this.#headLength);
    this.#hash.update(piece);
    this.#crc = crc32(this.#crc, piece);
    this.#handOn?.(piece);
  }
}

export function tooLarge(limit: number): ArchiveFault {
  return new ArchiveFault('attachment-too-large', { limit });
}
