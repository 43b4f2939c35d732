import { describe, expect, test } from '@jest/globals';

import { XmlFault } from '../../../../src/core/xml/fault.ts';
import { XML_LIMITS } from '../../../../src/core/xml/limits.ts';
import type { XmlLimits } from '../../../../src/core/xml/limits.ts';
import { XmlScanner } from '../../../../src/core/xml/scanner.ts';
import { eventsOf, scan } from '../../../support/xml-events.ts';

const NOTHING = { open: () => undefined, text: () => undefined, close: () => undefined };

/** `ok`, or code, reason and offset of the fault. */
function verdict(document: string | Buffer, limits: XmlLimits = XML_LIMITS): string {
  try {
    scan(NOTHING, [Buffer.from(document as string)], limits);
    return 'ok';
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    return `${error.code} ${String(error.facts['reason'])} ${String(error.facts['offset'])}`;
  }
}

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

describe('documents that are read', () => {
  test.each<[string, string | Buffer]>([
    ['the least one', '<a/>'],
    ['byte order mark', '\ufeff<a/>'],
    ['byte order mark and declaration', '\ufeff<?xml version="1.0"?><a/>'],
    ['declaration in single quotes', "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\r\n<a/>"],
    ['declaration with room around "="', '<?xml\tversion = "1.0"\n encoding = "UTF-8" ?><a></a>'],
    ['CRLF line ends', '<a>\r\n<b>\r\n</b>\r\n</a>\r\n'],
    ['comments everywhere', '<!--x--><a><!----><!-- - --></a><!--y-->'],
    ['Vietnamese names', '<Văn_bản số="1"/>'],
    ['name beyond the basic plane', '<\u{10400}/>'],
    ['U+FEFF within', '<a>\ufeff</a>'],
    ['C1 controls and U+007F', '<a>\u0080\u007f</a>'],
    ['brackets that end no section', '<a>]] > ]>]]</a>'],
    ['greater-than in text and attribute', '<a b=">">></a>'],
    ['xml prefix declared as itself', '<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="vi"/>'],
    ['default namespace undone', '<a xmlns="urn:x"><b xmlns=""/></a>'],
    ['same local name in two namespaces', '<a xmlns:p="urn:p" p:x="1" x="2"/>'],
    ['space in an end tag', '<a></a \n>'],
    ['references', '<a b="&lt;&#x1F600;">&amp;&lt;&gt;&quot;&apos;&#9;&#xA;&#13;&#x10FFFF;</a>'],
    ['CDATA with everything', '<a><![CDATA[<b>&amp;]]]]><![CDATA[>]]></a>'],
    ['quotes within the other quotes', `<a b='"' c="'"/>`],
  ])('%s', (_, document) => {
    expect(verdict(document)).toBe('ok');
  });
});

describe('documents that are refused', () => {
  test.each<[string, string | Buffer, string]>([
    // Not XML, or not whole
    ['nothing', '', 'xml-not-well-formed empty 0'],
    ['only white space', ' \n', 'xml-not-well-formed truncated 2'],
    ['plain text', 'xin chào', 'xml-not-well-formed text-outside-root 0'],
    ['JSON', '{"a":1}', 'xml-not-well-formed text-outside-root 0'],
    ['cut in a tag', '<a><b', 'xml-not-well-formed truncated 5'],
    ['cut in text', '<a>x', 'xml-not-well-formed truncated 4'],
    ['cut in a character', bytes('<a>', [0xe1, 0xba]), 'xml-not-well-formed truncated 5'],
    ['cut in a comment', '<a><!--', 'xml-not-well-formed truncated 7'],
    ['cut in a comment after the root', '<a/><!--', 'xml-not-well-formed truncated 8'],
    ['cut in a section', '<a><![CDATA[x', 'xml-not-well-formed truncated 13'],
    ['only a declaration', '<?xml version="1.0"?>', 'xml-not-well-formed truncated 21'],
    // DTD and processing instructions
    ['DOCTYPE', '<!DOCTYPE a><a/>', 'xml-doctype-forbidden doctype 0'],
    ['DOCTYPE, empty', '<!DOCTYPE>', 'xml-doctype-forbidden doctype 0'],
    ['DOCTYPE in the content', '<a><!DOCTYPE b></a>', 'xml-doctype-forbidden doctype 3'],
    [
      'external entity',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      'xml-doctype-forbidden doctype 0',
    ],
    ['entity declaration alone', '<!ENTITY x "y"><a/>', 'xml-not-well-formed markup 0'],
    ['stylesheet', '<?xml-stylesheet href="x"?><a/>', 'xml-processing-instruction-forbidden instruction 0'],
    ['instruction in the content', '<a><?x?></a>', 'xml-processing-instruction-forbidden instruction 3'],
    ['instruction after the root', '<a/><?x?>', 'xml-processing-instruction-forbidden instruction 4'],
    ['instruction named xml1', '<a><?xml1?></a>', 'xml-processing-instruction-forbidden instruction 3'],
    // The declaration
    ['declaration after white space', ' <?xml version="1.0"?><a/>', 'xml-not-well-formed declaration 1'],
    ['second declaration', '<?xml version="1.0"?><?xml version="1.0"?><a/>', 'xml-not-well-formed declaration 21'],
    ['declaration in capitals', '<?XML version="1.0"?><a/>', 'xml-not-well-formed declaration 0'],
    ['declaration without version', '<?xml encoding="UTF-8"?><a/>', 'xml-not-well-formed declaration 0'],
    ['declaration out of order', '<?xml encoding="UTF-8" version="1.0"?><a/>', 'xml-not-well-formed declaration 0'],
    ['declaration with more', '<?xml version="1.0" x="y"?><a/>', 'xml-not-well-formed declaration 0'],
    [
      'declaration, standalone maybe',
      '<?xml version="1.0" standalone="maybe"?><a/>',
      'xml-not-well-formed declaration 0',
    ],
    ['declaration without end', `<?xml version="1.0"${' '.repeat(300)}`, 'xml-limits declarationBytes 0'],
    ['version 1.1', '<?xml version="1.1"?><a/>', 'xml-version-unsupported version 0'],
    ['version 1.1 after a byte order mark', '\ufeff<?xml version="1.1"?><a/>', 'xml-version-unsupported version 3'],
    // Encodings
    ['ISO-8859-1', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'xml-encoding-unsupported declared-encoding 0'],
    ['UTF-7, declared', '<?xml version="1.0" encoding="UTF-7"?><a/>', 'xml-encoding-unsupported declared-encoding 0'],
    ['UTF-7', '+ADw-a/+AD4-', 'xml-encoding-unsupported not-utf-8 0'],
    ['UTF-16 little-endian', Buffer.from('\ufeff<a/>', 'utf16le'), 'xml-encoding-unsupported not-utf-8 0'],
    ['UTF-16 big-endian', Buffer.from('\ufeff<a/>', 'utf16le').swap16(), 'xml-encoding-unsupported not-utf-8 0'],
    ['UTF-16 without mark', Buffer.from('<a/>', 'utf16le'), 'xml-encoding-unsupported not-utf-8 0'],
    ['UTF-16 big-endian without mark', Buffer.from('<a/>', 'utf16le').swap16(), 'xml-encoding-unsupported not-utf-8 0'],
    ['UTF-32', Buffer.from([0, 0, 0, 0x3c, 0, 0, 0, 0x61]), 'xml-encoding-unsupported not-utf-8 0'],
    ['EBCDIC', Buffer.from([0x4c, 0x6f, 0xa7, 0x94, 0x93]), 'xml-encoding-unsupported not-utf-8 0'],
    [
      'TCVN3 declared as UTF-8',
      bytes('<a>ti', [0xd5], 'ng Vi', [0xd6], 't</a>'),
      'xml-encoding-unsupported not-utf-8 5',
    ],
    ['Windows-1258 declared as UTF-8', bytes('<a>Ti', [0xea, 0xec], 'ng</a>'), 'xml-encoding-unsupported not-utf-8 5'],
    ['stray continuation byte', bytes('<a>', [0xae, 0xad], '</a>'), 'xml-encoding-unsupported not-utf-8 3'],
    ['overlong NUL', bytes('<a>', [0xc0, 0x80], '</a>'), 'xml-not-well-formed illegal-utf-8 3'],
    ['overlong less-than', bytes([0xc0, 0xbc], 'a/>   '), 'xml-not-well-formed illegal-utf-8 0'],
    ['overlong, three bytes', bytes('<a>', [0xe0, 0x80, 0xaf], '</a>'), 'xml-not-well-formed illegal-utf-8 3'],
    ['overlong, four bytes', bytes('<a>', [0xf0, 0x80, 0x80, 0xaf], '</a>'), 'xml-not-well-formed illegal-utf-8 3'],
    ['surrogate', bytes('<a>', [0xed, 0xa0, 0x80], '</a>'), 'xml-not-well-formed illegal-utf-8 3'],
    ['beyond U+10FFFF', bytes('<a>', [0xf4, 0x90, 0x80, 0x80], '</a>'), 'xml-not-well-formed illegal-utf-8 3'],
    // Characters
    ['U+FFFE', '<a>\ufffe</a>', 'xml-not-well-formed illegal-character 3'],
    ['U+FFFF in an attribute', '<a b="\uffff"/>', 'xml-not-well-formed illegal-character 6'],
    ['NUL', '<a>\u0000</a>', 'xml-not-well-formed illegal-character 3'],
    ['escape in a long text', `<a>${'x'.repeat(1_001)}\u001b</a>`, 'xml-not-well-formed illegal-character 1004'],
    ['control in a comment', '<a><!--\u0008--></a>', 'xml-not-well-formed illegal-character 7'],
    ['&#0;', '<a>&#0;</a>', 'xml-not-well-formed reference 3'],
    ['&#xFFFE;', '<a>&#xFFFE;</a>', 'xml-not-well-formed reference 3'],
    ['&#xD800;', '<a>&#xD800;</a>', 'xml-not-well-formed reference 3'],
    ['&#x110000;', '<a>&#x110000;</a>', 'xml-not-well-formed reference 3'],
    ['&#X41;', '<a>&#X41;</a>', 'xml-not-well-formed reference 3'],
    ['unknown entity', '<a>&nbsp;</a>', 'xml-not-well-formed reference 3'],
    ['name of an object property', '<a>&constructor;</a>', 'xml-not-well-formed reference 3'],
    ['bare ampersand', '<a>x & y</a>', 'xml-not-well-formed reference 5'],
    ['ampersand before a tag', '<a>&amp</a>', 'xml-not-well-formed reference 3'],
    ['bare ampersand far on', `<a>${'x'.repeat(200)}&amp;${'y'.repeat(10)}&</a>`, 'xml-not-well-formed reference 218'],
    ['unknown entity in an attribute', '<a b="&nbsp;"/>', 'xml-not-well-formed reference 0'],
    ['endless reference', `<a>&#${'0'.repeat(40)}65;</a>`, 'xml-limits referenceBytes 3'],
    // Structure
    ['two roots', '<a/><b/>', 'xml-not-well-formed second-root 4'],
    ['text after the root', '<a/>x', 'xml-not-well-formed text-outside-root 4'],
    ['NUL after the root', '<a/>\u0000', 'xml-not-well-formed illegal-character 4'],
    ['CDATA outside the root', '<![CDATA[x]]><a/>', 'xml-not-well-formed text-outside-root 0'],
    ['end tag first', '</a>', 'xml-not-well-formed end-tag-unexpected 0'],
    ['end tag too many', '<a/></a>', 'xml-not-well-formed end-tag-unexpected 4'],
    ['wrong end tag', '<a></b>', 'xml-not-well-formed end-tag-mismatch 3'],
    ['end tag in other case', '<a></A>', 'xml-not-well-formed end-tag-mismatch 3'],
    ['end tag that goes on', '<a></ab>', 'xml-not-well-formed end-tag-mismatch 3'],
    ['end tag with another prefix', '<p:a xmlns:p="u" xmlns:q="u"></q:a>', 'xml-not-well-formed end-tag-mismatch 29'],
    ['end tag with an attribute', '<a></a b="1">', 'xml-not-well-formed end-tag-mismatch 3'],
    [']]> in text', '<a>]]></a>', 'xml-not-well-formed section-end-in-text 3'],
    [']]> far on in text', `<a>${'x'.repeat(300)}]]></a>`, 'xml-not-well-formed section-end-in-text 303'],
    ['two hyphens in a comment', '<a><!-- -- --></a>', 'xml-not-well-formed hyphens-in-comment 8'],
    ['comment ending in three hyphens', '<a><!--x---></a>', 'xml-not-well-formed hyphens-in-comment 8'],
    ['HTML doctype', '<!doctype html>', 'xml-not-well-formed markup 0'],
    // Tags
    ['less-than in an attribute', '<a b="<"/>', 'xml-not-well-formed less-than-in-attribute 0'],
    ['attribute without quotes', '<a b=1/>', 'xml-not-well-formed attribute 0'],
    ['attribute without value', '<a b/>', 'xml-not-well-formed attribute 0'],
    ['attributes without room between', '<a b="1"c="2"/>', 'xml-not-well-formed tag 0'],
    ['slash before more', '<a / b="1">', 'xml-not-well-formed tag 0'],
    ['name that begins with a digit', '<1a/>', 'xml-not-well-formed name 0'],
    ['name that begins with a hyphen', '<-a/>', 'xml-not-well-formed name 0'],
    ['name with a multiplication sign', '<a\u00d7/>', 'xml-not-well-formed name 0'],
    ['space before the name', '< a/>', 'xml-not-well-formed name 0'],
    ['attribute twice', '<a b="1" b="1"/>', 'xml-not-well-formed attribute-duplicated 0'],
    // Namespaces
    [
      'attribute twice by its namespace',
      '<a xmlns:p="u" xmlns:q="u" p:x="" q:x=""/>',
      'xml-not-well-formed attribute-duplicated 0',
    ],
    ['declaration twice', '<a xmlns:p="u" xmlns:p="u"/>', 'xml-not-well-formed attribute-duplicated 0'],
    ['default declaration twice', '<a xmlns="u" xmlns="v"/>', 'xml-not-well-formed attribute-duplicated 0'],
    ['unbound element prefix', '<p:a/>', 'xml-not-well-formed prefix-unbound 0'],
    ['unbound attribute prefix', '<a p:b=""/>', 'xml-not-well-formed prefix-unbound 0'],
    ['prefix bound only inside', '<a><b xmlns:p="u"/><p:c/></a>', 'xml-not-well-formed prefix-unbound 19'],
    ['prefix undone', '<a xmlns:p=""/>', 'xml-not-well-formed namespace-declaration 0'],
    ['xmlns bound', '<a xmlns:xmlns="u"/>', 'xml-not-well-formed namespace-declaration 0'],
    [
      'bound to the namespace of xmlns',
      '<a xmlns:p="http://www.w3.org/2000/xmlns/"/>',
      'xml-not-well-formed namespace-declaration 0',
    ],
    [
      'default namespace of xml',
      '<a xmlns="http://www.w3.org/XML/1998/namespace"/>',
      'xml-not-well-formed namespace-declaration 0',
    ],
    ['xml bound elsewhere', '<a xmlns:xml="u"/>', 'xml-not-well-formed namespace-declaration 0'],
    [
      'other prefix for xml',
      '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
      'xml-not-well-formed namespace-declaration 0',
    ],
    ['element with prefix xmlns', '<xmlns:a/>', 'xml-not-well-formed prefix-reserved 0'],
    ['two colons', '<a:b:c xmlns:a="u"/>', 'xml-not-well-formed name 0'],
    ['empty prefix', '<:a/>', 'xml-not-well-formed name 0'],
    ['empty local name', '<p: xmlns:p="u"/>', 'xml-not-well-formed name 0'],
    ['empty prefix declared', '<a xmlns:="u"/>', 'xml-not-well-formed name 0'],
  ])('%s', (_, document, expected) => {
    expect(verdict(document)).toBe(expected);
    const whole = typeof document === 'string' ? Buffer.from(document) : document;
    expect(eventsOf(whole, new Array<number>(whole.length).fill(1)).at(-1)).toContain(expected.split(' ')[0]);
  });
});

describe('limits', () => {
  const many = (count: number, make: (k: number) => string): string =>
    Array.from({ length: count }, (_, k) => make(k)).join('');

  test.each<[string, () => string, string]>([
    ['depth 10,000', () => '<a>'.repeat(10_000), 'xml-limits depth 192'],
    ['100,000 attributes', () => `<a${many(100_000, (k) => ` a${k}=""`)}/>`, 'xml-limits attributes 0'],
    ['a name of 1 MB', () => `<${'a'.repeat(1 << 20)}/>`, 'xml-limits nameBytes 0'],
    ['an attribute name of 1 MB', () => `<a ${'a'.repeat(1 << 20)}=""/>`, 'xml-limits nameBytes 0'],
    ['1,000,000 empty elements', () => `<a>${'<b/>'.repeat(1_000_000)}</a>`, 'xml-limits elements 999999'],
    [
      '100,000 namespace declarations',
      () => `<a${many(100_000, (k) => ` xmlns:p${k}="u"`)}/>`,
      'xml-limits attributes 0',
    ],
    ['40 namespace declarations', () => `<a${many(40, (k) => ` xmlns:p${k}="u"`)}/>`, 'xml-limits namespaces 0'],
    [
      'namespace declarations nested',
      () => many(30, (d) => `<a${many(10, (k) => ` xmlns:p${d}-${k}="u"`)}>`),
      'xml-limits namespacesInScope 918',
    ],
    ['an attribute of 10 KB', () => `<a b="${'x'.repeat(10_000)}"/>`, 'xml-limits attributeValueBytes 0'],
    ['a tag full of white space', () => `<a${' '.repeat(20_000)}/>`, 'xml-limits tagBytes 0'],
    ['an end tag full of white space', () => `<a></a${' '.repeat(20_000)}>`, 'xml-limits tagBytes 3'],
    ['a comment of 100 KB', () => `<a><!--${'x'.repeat(100_000)}--></a>`, 'xml-limits commentBytes 3'],
  ])('%s', (_, document, expected) => {
    expect(verdict(document())).toBe(expected);
  });

  test('total size', () => {
    expect(verdict('<a>xxxx</a>', { ...XML_LIMITS, totalBytes: 10 })).toBe('xml-limits totalBytes 10');
    expect(verdict('<a>xxx</a>', { ...XML_LIMITS, totalBytes: 10 })).toBe('ok');
  });

  test.each([
    ['tag', '<a b="', 'x'],
    ['name', '<', 'a'],
    ['comment', '<a><!--', 'x'],
    ['white space in a tag', '<a ', ' '],
    ['reference', '<a>&', 'x'],
    ['declaration', '<?xml ', ' '],
  ])('an endless %s is refused before much of it has come', (_, start, more) => {
    const scanner = new XmlScanner(NOTHING, XML_LIMITS);
    let fed = 0;
    const feedOn = (): void => {
      scanner.feed(Buffer.from(start));
      for (; fed < 1 << 20; fed += 1_000) scanner.feed(Buffer.from(more.repeat(1_000)));
    };
    expect(feedOn).toThrow(expect.objectContaining({ code: 'xml-limits' }));
    expect(fed).toBeLessThan(70_000);
  });

  test('a package of 1,000 attachments and 10,000 addressees is within them', () => {
    const addressee = `<To>${'<Field>giá trị</Field>'.repeat(8)}</To>`;
    const attachment = `<Attachment>${'<Field>x</Field>'.repeat(11)}</Attachment>`;
    expect(verdict(`<edXML>${addressee.repeat(10_000)}${attachment.repeat(1_000)}</edXML>`)).toBe('ok');
  });
});

describe('events', () => {
  test('names, namespaces, offsets and values', () => {
    const document =
      '<?xml version="1.0"?>\n<r xmlns="urn:d" xmlns:p="urn:p" a="1" p:b=" &lt;\t\r\nx&#10;"><p:c>x &amp; y\r\n</p:c><d xmlns=""/><!--c--></r>';
    expect(eventsOf(Buffer.from(document))).toEqual([
      '22 open {urn:d}r [{}a="1" {urn:p}p:b=" <  x\\n"] [=urn:d p=urn:p] 1',
      `${document.indexOf('<p:c>')} open {urn:p}p:c [] [] 2`,
      `${document.indexOf('x &amp;')} text "x & y\\n"`,
      'close p:c',
      `${document.indexOf('<d ')} open {}d [] [=] 2`,
      'close d',
      'comment in r',
      'close r',
    ]);
  });

  test('a CDATA section is told even when it is empty, and text keeps its place', () => {
    expect(eventsOf(Buffer.from('<a><![CDATA[]]></a>'))).toEqual(['0 open {}a [] [] 1', '12 text ""', 'close a']);
  });

  test('the byte order mark counts in offsets and is reported', () => {
    const scanner = new XmlScanner(NOTHING, XML_LIMITS);
    expect(scanner.byteOrderMark).toBe(false);
    scanner.feed(Buffer.from('\ufeff<a>'));
    expect(scanner.byteOrderMark).toBe(true);
    expect(eventsOf(Buffer.from('\ufeff<a/>'))[0]).toBe('3 open {}a [] [] 1');
  });

  test('lookup follows the declarations of the ancestors', () => {
    const seen: (string | undefined)[] = [];
    scan(
      {
        ...NOTHING,
        open: (e) => seen.push(e.lookup(''), e.lookup('p'), e.lookup('xml'), e.lookup('q')),
      },
      [Buffer.from('<a xmlns="urn:d" xmlns:p="urn:1"><b xmlns="" xmlns:p="urn:2"/></a>')],
    );
    const xml = 'http://www.w3.org/XML/1998/namespace';
    expect(seen).toEqual(['urn:d', 'urn:1', xml, undefined, undefined, 'urn:2', xml, undefined]);
  });

  test('after a fault the same fault is told again', () => {
    const scanner = new XmlScanner(NOTHING, XML_LIMITS);
    const fault = expect.objectContaining({ code: 'xml-doctype-forbidden' });
    expect(() => scanner.feed(Buffer.from('<!DOCTYPE a>'))).toThrow(fault);
    expect(() => scanner.feed(Buffer.from('<a/>'))).toThrow(fault);
    expect(() => scanner.end()).toThrow(fault);
  });

  test('names that collide in the table of names are still told apart', () => {
    const names = Array.from({ length: 5_000 }, (_, k) => `n${k.toString(36)}`);
    const document = `<r>${names.map((name) => `<${name}></${name}>`).join('')}</r>`;
    const opened = eventsOf(Buffer.from(document)).filter((line) => line.includes(' open '));
    expect(opened.slice(1).map((line) => /\}(\w+) /.exec(line)?.[1])).toEqual(names);
  });
});
