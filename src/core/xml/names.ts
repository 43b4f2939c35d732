// Names as XML 1.0 (fifth edition) and Namespaces in XML 1.0 allow them, decoded once for each spelling.

/** A qualified name as it stands in a tag. */
export interface Name {
  readonly text: string;
  readonly prefix: string;
  readonly local: string;
  readonly bytes: Uint8Array;
}

const START_RANGES = [
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}',
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}',
];
const START = START_RANGES.join('');
const PART = ['\\u{300}-\\u{36F}', ...START_RANGES, '\\-.0-9\\u{B7}\\u{203F}-\\u{2040}'].join('');
const NC_NAME = `[${START}][${PART}]*`;
const QUALIFIED = new RegExp(`^(?:(${NC_NAME}):)?(${NC_NAME})$`, 'u');

/** The name that `text` spells, or undefined when it is none. */
export function parseName(text: string, bytes: Uint8Array): Name | undefined {
  const parts = QUALIFIED.exec(text);
  return parts === null ? undefined : { text, prefix: parts[1] ?? '', local: parts[2] ?? '', bytes };
}

/** 1 for every byte that can be part of a name: the ASCII ones, and all bytes of longer sequences. */
export const NAME_BYTES: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(1, 0x80);
  for (const character of ':_-.0123456789') table[character.charCodeAt(0)] = 1;
  for (let letter = 0; letter < 26; letter++) {
    table[0x41 + letter] = 1;
    table[0x61 + letter] = 1;
  }
  return table;
})();

const SLOTS = 2048;
const PROBES = 8;

interface Entry<T> {
  readonly hash: number;
  readonly bytes: Uint8Array;
  readonly value: T;
}

/**
 * Keeps what was made of a sequence of bytes. Packages use a few hundred names over and over, and comparing bytes is
 * much cheaper than decoding them. Size and cost of a search are bounded: a full table starts anew, and it does not
 * keep names that were made to collide.
 */
export class ByteTable<T> {
  #slots: (Entry<T> | undefined)[] = new Array<Entry<T> | undefined>(SLOTS).fill(undefined);
  #size = 0;

  /** The value kept for `data[from..to)`; otherwise what `make` gives, kept unless it is undefined. */
  get(data: Buffer, from: number, to: number, make: (bytes: Buffer) => T | undefined): T | undefined {
    let hash = 0x811c9dc5;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (data[at] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
    let free = -1;
    for (let probe = 0; probe < PROBES; probe++) {
      const slot = (hash + probe) & (SLOTS - 1);
      const entry = this.#slots[slot];
      if (entry === undefined) {
        free = slot;
        break;
      }
      if (entry.hash === hash && sameBytes(entry.bytes, data, from, to)) return entry.value;
    }
    const bytes = Buffer.from(data.subarray(from, to));
    const value = make(bytes);
    if (value !== undefined && free >= 0) this.#keep(free, { hash, bytes, value });
    return value;
  }

  #keep(slot: number, entry: Entry<T>): void {
    if (this.#size >= SLOTS / 2) {
      this.#slots.fill(undefined);
      this.#size = 0;
    }
    this.#slots[slot] = entry;
    this.#size += 1;
  }
}

/** Whether `data[from..to)` holds exactly `bytes`. */
export function sameBytes(bytes: Uint8Array, data: Buffer, from: number, to: number): boolean {
  const length = bytes.length;
  if (length !== to - from) return false;
  for (let k = 0; k < length; k++) if (bytes[k] !== data[from + k]) return false;
  return true;
}
