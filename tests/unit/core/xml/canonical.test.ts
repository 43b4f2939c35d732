import { describe, expect, test } from '@jest/globals';

import { canonicalForm } from '../../../support/xml-events.ts';

describe('canonical forms', () => {
  test.each<[string, string, 'exclusive' | 'inclusive', string]>([
    ['empty elements, quotes and order', `<a z='1' b = "2"/>`, 'inclusive', '<a b="2" z="1"></a>'],
    ['nothing outside the root', '<?xml version="1.0"?><!--x-->\n<a/>\n<!--y-->', 'inclusive', '<a></a>'],
    ['text escapes', '<a>&gt;&#62;>&quot;&#13;&#9;&amp;&lt;</a>', 'inclusive', '<a>&gt;&gt;&gt;"&#xD;\t&amp;&lt;</a>'],
    [
      'attribute escapes',
      '<a b="&#9;&#10;&#13;&quot;&apos;&lt;>&amp;"/>',
      'inclusive',
      `<a b="&#x9;&#xA;&#xD;&quot;'&lt;>&amp;"></a>`,
    ],
    ['line ends', '<a>1\r\n2\r3\n</a>', 'inclusive', '<a>1\n2\n3\n</a>'],
    ['line ends with references', '<a>1\r\n2\r3&amp;\r\r\n</a>', 'inclusive', '<a>1\n2\n3&amp;\n\n</a>'],
    [
      'sections become text',
      '<a><![CDATA[<b>&]]]]><![CDATA[>\r\n]]></a>',
      'inclusive',
      '<a>&lt;b&gt;&amp;]]&gt;\n</a>',
    ],
    ['a namespace name is escaped', '<a xmlns="u:?a&amp;b"/>', 'inclusive', '<a xmlns="u:?a&amp;b"></a>'],
    ['a declaration repeated', '<a xmlns="u"><b xmlns="u"/></a>', 'inclusive', '<a xmlns="u"><b></b></a>'],
    ['nothing to undo', '<a xmlns=""/>', 'inclusive', '<a></a>'],
    [
      'attributes by namespace, then name',
      '<a xmlns:b="u:1" xmlns:a="u:2" a:x="1" b:z="2" y="3"/>',
      'exclusive',
      '<a xmlns:a="u:2" xmlns:b="u:1" y="3" b:z="2" a:x="1"></a>',
    ],
    ['unused declarations stay away', '<a xmlns:p="u"><b/></a>', 'exclusive', '<a><b></b></a>'],
    [
      'used ones appear where they are used',
      '<a xmlns:p="u"><p:b/><p:c/></a>',
      'exclusive',
      '<a><p:b xmlns:p="u"></p:b><p:c xmlns:p="u"></p:c></a>',
    ],
    [
      'xml: is never declared',
      '<a xml:lang="vi" xmlns:xml="http://www.w3.org/XML/1998/namespace"/>',
      'exclusive',
      '<a xml:lang="vi"></a>',
    ],
  ])('%s', (_, document, mode, expected) => {
    expect(canonicalForm(Buffer.from(document), mode)).toBe(expected);
    expect(canonicalForm(Buffer.from(document), mode, { sizes: new Array<number>(document.length).fill(1) })).toBe(
      expected,
    );
  });

  test('attributes are ordered by code point, not by UTF-16 unit', () => {
    const document = Buffer.from('<a \u{10400}="2" \ufa00="1"/>');
    expect(canonicalForm(document, 'inclusive')).toBe('<a \ufa00="1" \u{10400}="2"></a>');
  });

  test('a prefix list is declared where it comes into scope', () => {
    const document = Buffer.from('<a xmlns="d" xmlns:p="u"><b xmlns:p="v"/></a>');
    expect(canonicalForm(document, 'exclusive', { listed: ['p'] })).toBe(
      '<a xmlns="d" xmlns:p="u"><b xmlns:p="v"></b></a>',
    );
  });

  test.each([7_000, 8_191, 8_192, 8_193, 70_000])('line ends at the seams of blocks, %d bytes in', (length) => {
    for (const end of ['\r', '\r\n', '\r\r\n', '\n\r\n', '\r\r']) {
      for (const tail of ['x', '&amp;']) {
        const text = `${'x'.repeat(length)}${end}${tail}`;
        const expected = `<a>${text.replace(/\r\n?/g, '\n')}</a>`;
        expect(canonicalForm(Buffer.from(`<a>${text}</a>`), 'inclusive')).toBe(expected);
      }
    }
  });
});

test('a long prefix list costs nothing at elements that have no part in it', () => {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
  const listed = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
  const bytes = Buffer.from(`<r xmlns:aaa="u:1" xmlns:zz="u:2">${'<a xmlns:q="u:3"/>'.repeat(20_000)}</r>`);
  expect(canonicalForm(bytes, 'exclusive', { listed })).toMatch(/^<r xmlns:aaa="u:1"><a><\/a>/);
});
