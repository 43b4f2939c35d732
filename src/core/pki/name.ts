// Distinguished names: compared for chaining, shown to people, and otherwise left as the bytes they are. Enrolment never
// comes here: it compares exact DER.

import {
  DerFault,
  type DerNode,
  TAG,
  children,
  contentOf,
  encodingOf,
  expectTag,
  oidValue,
  readWhole,
} from '../crypto/der.ts';

const STRING_DECODERS = new Map<number, (bytes: Buffer) => string>([
  [TAG.utf8String, (bytes) => bytes.toString('utf8')],
  [TAG.printableString, (bytes) => bytes.toString('latin1')],
  [TAG.ia5String, (bytes) => bytes.toString('latin1')],
  [TAG.teletexString, (bytes) => bytes.toString('latin1')],
  [TAG.bmpString, (bytes) => decodeUtf16(bytes)],
]);

function decodeUtf16(bytes: Buffer): string {
  if (bytes.length % 2 !== 0) throw new DerFault('string');
  // By way of UTF-8, which has no lone surrogates: a name ends in a report, and a report in a database.
  return Buffer.from(Buffer.from(bytes).swap16().toString('utf16le')).toString();
}

interface Attribute {
  readonly type: string;
  /** Undefined for a value that is no known string. */
  readonly text: string | undefined;
  readonly encoding: Buffer;
}

function attributes(relativeName: DerNode): Attribute[] {
  return attributesIn(expectTag(relativeName, TAG.set));
}

function attributesIn(set: DerNode): Attribute[] {
  const list = children(set).map((pair) => {
    const [type, value, ...rest] = children(expectTag(pair, TAG.sequence));
    if (value === undefined || rest.length > 0) throw new DerFault('name');
    const text = STRING_DECODERS.get(value.tag)?.(contentOf(value));
    return { type: oidValue(type), text, encoding: encodingOf(value) };
  });
  if (list.length === 0) throw new DerFault('name');
  return list;
}

/** One text for each relative name, equal when RFC 5280 section 7.1 calls them equal (ASCII case and spaces folded). */
function relativeKey(relativeName: DerNode): string {
  return keyOf(attributes(relativeName));
}

/** The same for a relative name under a tag of its own (IMPLICIT). */
export function relativeNameKey(relativeName: DerNode): string {
  return keyOf(attributesIn(relativeName));
}

function keyOf(list: readonly Attribute[]): string {
  return list
    .map(({ type, text, encoding }) =>
      text === undefined
        ? `${type}#${encoding.toString('hex')}`
        : `${type}=${JSON.stringify(foldAscii(text.trim().replace(/\s+/g, ' ')))}`,
    )
    .sort()
    .join('+');
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The parts of a Name (DER), outermost first, each comparable as text. */
export function nameParts(name: Buffer): string[] {
  return children(readWhole(name, TAG.sequence)).map(relativeKey);
}

/** Two names with one key are one name for chaining. */
export function nameKey(name: Buffer): string {
  return nameParts(name).join('/');
}

/** Values of one attribute type in a Name, e.g. the legacy e-mail address. */
export function nameValues(name: Buffer, type: string): string[] {
  return children(readWhole(name, TAG.sequence))
    .flatMap(attributes)
    .filter((attribute) => attribute.type === type)
    .map((attribute) => attribute.text ?? '');
}

const SHORT_NAMES = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
]);

/** Control characters are nothing to show, and a NUL is nothing that a database keeps. */
function escape(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD').replace(/[,+"\\<>;=]/g, '\\$&');
}

/** RFC 2253 text for people, innermost part first. Never compared, never parsed. */
export function nameText(name: Buffer): string {
  return children(readWhole(name, TAG.sequence))
    .map((relativeName) =>
      attributes(relativeName)
        .map(({ type, text, encoding }) => {
          const value = text === undefined ? `#${encoding.toString('hex')}` : escape(text);
          return `${SHORT_NAMES.get(type) ?? type}=${value}`;
        })
        .join('+'),
    )
    .reverse()
    .join(',');
}
