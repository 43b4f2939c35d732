// Ways to damage a package, in one table: bytes, tokens, elements, numbers, lengths, depths, encodings, and the archives
// inside.

import type { Random } from './random.ts';

export interface Mutation {
  readonly name: string;
  /** `other`: another package, to take pieces of. */
  apply(bytes: Buffer, random: Random, other: Buffer): Buffer;
}

const EXTREMES = [
  '',
  '0',
  '-1',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '99999999999999999999999999',
  '1e400',
  'NaN',
  '１２',
  '0x10',
  '+1',
  ' 7 ',
  '2026/02/30',
  '0000/00/00',
  '9999/99/99 99:99:99',
];
const INSERTIONS = [
  '<!DOCTYPE x>',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '<?pi x?>',
  '<!-- x -->',
  '<!--',
  '<![CDATA[x]]>',
  '<![CDATA[',
  ']]>',
  '&amp;',
  '&x;',
  '&#0;',
  '&#x10FFFF;',
  '&#xD800;',
  '&#99999999999;',
  '<x/>',
  '</x>',
  '<',
  '>',
  '"',
  '\u0000',
  '\ufeff',
  '\ufffe',
  ' xmlns=""',
  ' xmlns:a="urn:a" a:b="c"',
  ' Id="x" id="x"',
  ' xsi:nil="true"',
  '__proto__',
  'constructor',
  '[[[[[[[[[[',
  '{"":',
  '\\ud800',
];
const ODD_BYTES = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xef, 0xbf, 0xbe],
  [0xe1],
  [0x80],
];
const LENGTHS = [1, 2, 255, 256, 257, 4096, 16_384, 65_536, 140_000];
const DEPTHS = [2, 63, 64, 65, 500, 5000];
const TAG = /<[^<>]{1,200}>/g;
const NUMBER = /\d+/g;
const ELEMENT = /<([\w:]+)[^<>]*>[^<]{0,200000}<\/\1>/g;
const TEXT = />[^<>]+</g;
const BASE64 = />([A-Za-z0-9+/=]{40,})</g;

export const MUTATIONS: readonly Mutation[] = [
  mutation('bits', (bytes, random) => {
    const made = Buffer.from(bytes);
    for (let count = 1 + random.below(8); count > 0 && made.length > 0; count -= 1) {
      const at = random.below(made.length);
      made.writeUInt8(made.readUInt8(at) ^ (1 << random.below(8)), at);
    }
    return made;
  }),
  mutation('truncation', (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1))),
  mutation('removal', (bytes, random) => {
    const [from, to] = range(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  }),
  mutation('repetition', (bytes, random) => {
    const [from, to] = range(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  }),
  mutation('splice', (bytes, random, other) => {
    const [from, to] = range(other.length, random);
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(random.below(2) * at)]);
  }),
  mutation('insertion', (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(INSERTIONS)), bytes.subarray(at)]);
  }),
  mutation('encoding', (bytes, random) => encodingOf(bytes, random)),
  overText('insertion in a text', TEXT, (text, random) => `>${random.pick(INSERTIONS)}${text.slice(1)}`),
  overText('insertion in a tag', TAG, (text, random) => `${text.slice(0, -1)}${random.pick(INSERTIONS)}>`),
  overText('element twice', ELEMENT, (text, random) => text.repeat(2 + random.below(3))),
  overText('element a thousand times', ELEMENT, (text) => text.repeat(text.length > 300 ? 2 : 1000)),
  overText('element gone', ELEMENT, () => ''),
  overText('empty element', ELEMENT, (text) => text.replace(/>[^<]*</, '><')),
  overText('number', NUMBER, (_, random) => random.pick(EXTREMES)),
  overText('length', TEXT, (text, random) => `>${text.slice(1, -1).slice(0, 4).repeat(random.pick(LENGTHS))}<`),
  overText('name', TAG, (text, random) =>
    text.replace(/\w+(?=[\s/>])/, (name) => name.repeat(random.pick([0, 2, 50]))),
  ),
  overText('case', TAG, (text) => text.toLowerCase()),
  overText('prefix', TAG, (text, random) =>
    text.replace(/edXML:/, random.pick(['', 'x:', 'edXML::', 'xml:', 'xmlns:'])),
  ),
  overText('depth', TEXT, (text, random) => {
    const depth = random.pick(DEPTHS);
    const name = random.pick(['x', 'edXML:Subject', 'Signature', 'edXML:ResponseFor']);
    return `>${`<${name}>`.repeat(depth)}${text.slice(1, -1)}${`</${name}>`.repeat(depth - random.below(2))}<`;
  }),
  overText('attachment', BASE64, (text, random) => {
    const content = Buffer.from(text.slice(1, -1), 'base64');
    const damaged = random.pick(MUTATIONS.slice(0, 5)).apply(content, random, content);
    return `>${damaged.toString('base64')}<`;
  }),
  overText('base64', BASE64, (text, random) => {
    const at = 1 + random.below(text.length - 2);
    return (
      text.slice(0, at) + random.pick(['=', '-', ' ', '\n', 'A', '==', '&#65;', '.']) + text.slice(at + random.below(2))
    );
  }),
  mutation('two tokens changed about', (bytes, random) => {
    const text = bytes.toString('latin1');
    const tokens = [...text.matchAll(ELEMENT)];
    if (tokens.length < 2) return bytes;
    const [one, two] = [random.pick(tokens), random.pick(tokens)].sort((a, b) => a.index - b.index);
    if (one === undefined || two === undefined || one.index + one[0].length > two.index) return bytes;
    const between = text.slice(one.index + one[0].length, two.index);
    const rest = text.slice(two.index + two[0].length);
    return Buffer.from(text.slice(0, one.index) + two[0] + between + one[0] + rest, 'latin1');
  }),
];

function mutation(name: string, apply: Mutation['apply']): Mutation {
  return { name, apply };
}

/** One of the places where the pattern fits, made into something else. Characters are bytes here. */
function overText(name: string, pattern: RegExp, make: (found: string, random: Random) => string): Mutation {
  return mutation(name, (bytes, random) => {
    const text = bytes.toString('latin1');
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return bytes;
    const chosen = random.pick(found);
    const made = Buffer.from(make(chosen[0], random));
    const end = chosen.index + chosen[0].length;
    return Buffer.concat([bytes.subarray(0, chosen.index), latin1(made, chosen[0]), bytes.subarray(end)]);
  });
}

/** Bytes that were cut out come back as bytes; new text comes as UTF-8. */
function latin1(made: Buffer, before: string): Buffer {
  const raw = Buffer.from(made.toString('utf8'), 'latin1');
  return /[\x80-\xff]/.test(before) ? raw : made;
}

function range(length: number, random: Random): readonly [number, number] {
  const from = random.below(length + 1);
  const size = random.below(random.pick([4, 64, 1024, length + 1]));
  return [from, Math.min(length, from + size)];
}

function encodingOf(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const odd = Buffer.from(random.pick(ODD_BYTES));
  return random.pick<() => Buffer>([
    () => Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at)]),
    () => Buffer.from(bytes.toString('utf8'), 'utf16le'),
    () => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString('utf8'), 'utf16le')]),
    () => Buffer.from(bytes.toString('utf8'), 'latin1'),
    () => Buffer.from(bytes.toString('latin1'), 'utf8'),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    () =>
      Buffer.from(
        bytes.toString('utf8').replace('UTF-8', random.pick(['utf-8', 'UTF-16', 'TCVN', '', 'windows-1258'])),
      ),
  ])();
}
