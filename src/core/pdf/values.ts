// The values a PDF is made of (ISO 32000-1 section 7.3).

export interface PdfName {
  readonly kind: 'name';
  readonly text: string;
}

/** `[start, end)` is where it stands in the file, delimiters included. */
export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Buffer;
  readonly isHex: boolean;
  readonly start: number;
  readonly end: number;
}

export interface PdfReference {
  readonly kind: 'reference';
  readonly object: number;
  readonly generation: number;
}

export interface PdfDictionary {
  readonly kind: 'dictionary';
  readonly entries: ReadonlyMap<string, PdfValue>;
  /** Readers differ on which of two equal keys counts: nothing that decides may have them. */
  readonly hasDuplicates: boolean;
}

export interface PdfStream {
  readonly kind: 'stream';
  readonly dictionary: PdfDictionary;
  /** The start of its bytes in the file. */
  readonly start: number;
}

/** A word that is no value of its own, such as `obj`. */
export interface PdfKeyword {
  readonly kind: 'keyword';
  readonly text: string;
}

export type PdfValue =
  null | boolean | number | PdfName | PdfString | PdfReference | PdfDictionary | PdfStream | readonly PdfValue[];

export function isDictionary(value: PdfValue | undefined): value is PdfDictionary {
  return isObject(value) && value.kind === 'dictionary';
}

export function isReference(value: PdfValue | undefined): value is PdfReference {
  return isObject(value) && value.kind === 'reference';
}

export function isStream(value: PdfValue | undefined): value is PdfStream {
  return isObject(value) && value.kind === 'stream';
}

export function isString(value: PdfValue | undefined): value is PdfString {
  return isObject(value) && value.kind === 'string';
}

export function isArray(value: PdfValue | undefined): value is readonly PdfValue[] {
  return Array.isArray(value);
}

function isObject(
  value: PdfValue | undefined,
): value is Exclude<PdfValue, readonly PdfValue[] | null | boolean | number> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a name; undefined for anything else. */
export function nameText(value: PdfValue | undefined): string | undefined {
  return isObject(value) && value.kind === 'name' ? value.text : undefined;
}

export function isWhole(value: PdfValue | undefined): value is number {
  return Number.isSafeInteger(value);
}

/** One value from another by what it holds; streams are compared elsewhere, because their bytes count. */
export function areEqual(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  if (a === b) return true;
  if (isArray(a))
    return isArray(b) && a.length === b.length && a.every((element, index) => areEqual(element, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  switch (a.kind) {
    case 'name':
      return b.kind === 'name' && a.text === b.text;
    case 'string':
      return b.kind === 'string' && a.bytes.equals(b.bytes);
    case 'reference':
      return b.kind === 'reference' && a.object === b.object && a.generation === b.generation;
    case 'dictionary':
      return b.kind === 'dictionary' && changedKeys(a, b).length === 0;
    case 'stream':
      return false;
  }
}

/** Keys whose values differ, or that only one has. */
export function changedKeys(a: PdfDictionary, b: PdfDictionary): string[] {
  const keys = new Set([...a.entries.keys(), ...b.entries.keys()]);
  return [...keys].filter((key) => !areEqual(a.entries.get(key) ?? null, b.entries.get(key) ?? null));
}

/** Every reference in a value, at whatever depth. */
export function* referencesIn(value: PdfValue): Generator<PdfReference> {
  if (isArray(value)) {
    for (const element of value) yield* referencesIn(element);
  } else if (isReference(value)) {
    yield value;
  } else if (isDictionary(value)) {
    for (const entryValue of value.entries.values()) yield* referencesIn(entryValue);
  } else if (isStream(value)) {
    yield* referencesIn(value.dictionary);
  }
}

const UTF16_MARK = Buffer.of(0xfe, 0xff);
const UTF8_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** A text string for people; letters of PDFDocEncoding outside Latin-1 are shown as Latin-1 would. */
export function textOf(value: PdfValue | undefined): string | undefined {
  if (!isString(value)) return undefined;
  const { bytes } = value;
  if (bytes.subarray(0, 2).equals(UTF16_MARK)) {
    const even = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)));
    // By way of UTF-8, which has no lone surrogates: the text ends in a report.
    return Buffer.from(even.swap16().toString('utf16le')).toString();
  }
  if (bytes.subarray(0, 3).equals(UTF8_MARK)) return bytes.subarray(3).toString();
  return bytes.toString('latin1');
}
