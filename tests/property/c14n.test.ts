// Canonical forms against libxml2, on random documents cut at random places. Namespace names with characters to escape are
// left out: libxml2 writes them bare, against the specification.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Canonicalizer } from '../../src/core/xml/canonical.ts';
import { XmlFault } from '../../src/core/xml/fault.ts';
import type { XmlElement, XmlHandler } from '../../src/core/xml/handler.ts';
import { canonicalByLibxml2 } from '../support/libxml2.ts';
import { canonicalForm, pieces, scan } from '../support/xml-events.ts';

const PREFIXES = ['', 'a', 'b'] as const;

interface Node {
  readonly prefix: string;
  readonly namespaces: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Node | string)[];
  readonly selfClosing: boolean;
}

const words = (least: readonly string[], most: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...least), { maxLength: most }).map((parts) => parts.join(''));

const text = words(
  // prettier-ignore
  ['x', 'Sơn La ', '&amp;', '&lt;', '&gt;', '&#13;', '&#x9;', '&quot;', '\n', '\r\n', '\r', '>', ']]', ']', '"', "'", '😀', '<!--c-->',
    '<![CDATA[<&>\r\n]]>', '<![CDATA[]]>', ' ', 'y'.repeat(70), `${'z'.repeat(120)}&amp;`, 'w'.repeat(2_100)],
  6,
);
const value = words(
  ['v', '&quot;', '&lt;', '\t', '\n', '&#10;', '&#xD;', '\r\n', '\r', 'ệ', '>', '&amp;', '😀', "'"],
  4,
);

const node: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.record({
    prefix: fc.constantFrom(...PREFIXES),
    namespaces: fc.dictionary(fc.constantFrom(...PREFIXES), fc.constantFrom('urn:1', 'urn:2', 'urn:3')),
    attributes: fc.dictionary(fc.constantFrom('k', 'z', 'Z', 'ế', 'a:k', 'b:k', 'b:a', 'xml:lang', 'xml:space'), value),
    children: fc.array(fc.oneof({ depthSize: 'small', withCrossShrink: true }, text, tie('node')), { maxLength: 4 }),
    selfClosing: fc.boolean(),
  }),
})).node;

const steps = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 400 });

function serialise(element: Node, isRoot: boolean, path: string): string {
  const namespaces: Record<string, string> = { ...element.namespaces };
  if (isRoot) for (const prefix of ['a', 'b']) namespaces[prefix] ??= `urn:${prefix}`;
  const name = `${element.prefix === '' ? '' : `${element.prefix}:`}e${path}`;
  const inner = element.children
    .map((child, k) => (typeof child === 'string' ? child : serialise(child, false, `${path}${k}`)))
    .join('');
  const declared = Object.entries(namespaces).map(([p, uri]) => ` xmlns${p === '' ? '' : `:${p}`}="${uri}"`);
  const attributes = Object.entries(element.attributes).map(([k, v]) => ` ${k}="${v}"`);
  const start = `<${name}${declared.join('')}${attributes.join('')}`;
  return element.selfClosing && inner === '' ? `${start}/>` : `${start}>${inner}</${name} >`;
}

const document = node.map((root) => `<?xml version="1.0"?>\n${serialise(root, true, '')}\n`);

/** Ours, or null for a document that is refused. */
function ours(
  xml: string,
  mode: 'exclusive' | 'inclusive',
  listed: readonly string[],
  sizes: readonly number[],
): string | null {
  try {
    return canonicalForm(Buffer.from(xml), mode, { listed, sizes });
  } catch (error) {
    if (error instanceof XmlFault) return null;
    throw error;
  }
}

function oursOfSubtree(
  xml: string,
  name: string,
  mode: 'exclusive' | 'inclusive',
  sizes: readonly number[],
): string | null {
  const canonical = new Canonicalizer(mode);
  let apex: XmlElement | null = null;
  const handler: XmlHandler = {
    open(element) {
      if (element.depth === 3 && element.name === name) apex = element;
      if (apex !== null) canonical.open(element);
    },
    text(bytes, escaped) {
      if (apex !== null) canonical.text(bytes, escaped);
    },
    cdata(bytes) {
      if (apex !== null) canonical.cdata(bytes);
    },
    close(element) {
      if (apex !== null) canonical.close(element);
      if (element === apex) apex = null;
    },
  };
  try {
    scan(handler, pieces(Buffer.from(xml), sizes));
  } catch (error) {
    if (error instanceof XmlFault) return null;
    throw error;
  }
  return canonical.heldBytes().toString('utf8');
}

describe('the canonical form of a document is that of libxml2', () => {
  test.each(['exclusive', 'inclusive'] as const)('%s', (mode) => {
    let compared = 0;
    fc.assert(
      fc.property(document, steps, (xml, sizes) => {
        const expected = canonicalByLibxml2(xml, { mode });
        if (expected !== null) compared += 1;
        expect(ours(xml, mode, [], sizes)).toBe(expected);
      }),
      { numRuns: 3_600 },
    );
    expect(compared).toBeGreaterThanOrEqual(2_000);
  });

  test('exclusive, with a prefix list', () => {
    const lists = fc.uniqueArray(fc.constantFrom('', 'a', 'b', 'c'), { maxLength: 4 });
    fc.assert(
      fc.property(document, lists, steps, (xml, listed, sizes) => {
        expect(ours(xml, 'exclusive', listed, sizes)).toBe(canonicalByLibxml2(xml, { mode: 'exclusive', listed }));
      }),
      { numRuns: 1_000 },
    );
  });

  test('the inclusive form can be read again and gives every exclusive form', () => {
    const lists = fc.uniqueArray(fc.constantFrom('', 'a', 'b'), { maxLength: 3 });
    fc.assert(
      fc.property(document, lists, (xml, listed) => {
        const inclusive = ours(xml, 'inclusive', [], []);
        fc.pre(inclusive !== null);
        expect(ours(inclusive, 'exclusive', listed, [])).toBe(ours(xml, 'exclusive', listed, []));
      }),
      { numRuns: 500 },
    );
  });

  test.each(['exclusive', 'inclusive'] as const)('%s, of a subtree', (mode) => {
    const inherited = fc.dictionary(fc.constantFrom('xml:lang', 'xml:space', 'k', 'a:k'), value);
    fc.assert(
      fc.property(node, node, inherited, steps, (outer, apex, attributes, sizes) => {
        const inner = serialise({ ...outer, attributes, children: ['x', apex, 'y'] }, false, 'o');
        const xml = `<r xmlns:a="urn:a" xmlns:b="urn:b" xml:lang="vi">${inner}</r>`;
        const name = `${apex.prefix === '' ? '' : `${apex.prefix}:`}eo1`;
        const expected = canonicalByLibxml2(xml, { mode, apex: '/*/*/*' });
        expect(oursOfSubtree(xml, name, mode, sizes)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
