// Every word that people read stands in src/texts, in both languages. Vietnamese is what a machine can tell from the rest:
// a literal with its letters in any other file is either a fact of the standard, or a text in the wrong room.

import ts from 'typescript';
import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/config/paths.ts';
import { PRODUCT } from './measure.ts';
import { sourceOf, sourcesIn, walk, type Source } from './sources.ts';

const TEXTS = 'src/texts/';

/** Files whose Vietnamese is no text of the program: how many literals of it each has, and what they are. */
const FACTS: Readonly<Record<string, readonly [literals: number, what: string]>> = {
  'src/core/formats/circulation.ts': [3, 'phrases that packages carry'],
  'src/core/formats/edxml/lower.ts': [4, 'words that other systems write into packages'],
  'src/core/message/code-lists/document-types.ts': [52, 'kinds of documents, as the standard lists them'],
  'src/core/message/code-lists/enumerations.ts': [6, 'titles of lists, as they are published'],
  'src/core/message/code-lists/organisations.ts': [48, 'organisations, as the government published them'],
  'src/core/message/limits.ts': [1, 'the number of a decision'],
  'src/core/validate/printed-places.ts': [1, 'the letter đ, which no normal form takes apart'],
  'src/demo/document.ts': [15, 'the document that the demonstration sends'],
  'src/demo/pdf.ts': [3, 'the letter đ, and bytes that no text has'],
  'src/demo/pki.ts': [2, 'names of authorities in the demonstration'],
  'src/demo/registry.ts': [5, 'names of organisations in the demonstration'],
  'src/http/v1/operations/listOrganizations.ts': [1, 'the letter đ, which no normal form takes apart'],
};

/** How many such literals a file still has. A number here only ever goes down; a file that moves takes its row along. */
const LEDGER: Readonly<Record<string, number>> = {
  'src/core/formats/edxml/spellings.ts': 1,
};

const VIETNAMESE = /[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]/i;

function vietnameseIn({ tree }: Source): readonly string[] {
  const literals: string[] = [];
  walk(tree, (node) => {
    if (isText(node) && VIETNAMESE.test(node.text)) literals.push(node.text);
  });
  return literals;
}

function isText(node: ts.Node): node is ts.Node & { readonly text: string } {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isJsxText(node)
  );
}

/** Every file that may have such literals, with how many it has. */
const EXPECTED = {
  ...Object.fromEntries(Object.entries(FACTS).map(([file, [literals]]) => [file, literals])),
  ...LEDGER,
};

const sources = sourcesIn(packagePath('.'), PRODUCT).filter(({ file }) => !file.startsWith(TEXTS));

test('Vietnamese stands in src/texts, and elsewhere just where it is listed', () => {
  const elsewhere = sources
    .map((source) => [source.file, vietnameseIn(source)] as const)
    .filter(([file, literals]) => literals.length !== (EXPECTED[file] ?? 0))
    .map(([file, literals]) => [file, { count: literals.length, literals: literals.slice(0, 5) }]);
  expect(Object.fromEntries(elsewhere)).toEqual({});
});

test('every file that is listed is there, and once', () => {
  const files = sources.map(({ file }) => file);
  expect(Object.keys(EXPECTED).filter((file) => !files.includes(file))).toEqual([]);
  expect(Object.keys(LEDGER).filter((file) => FACTS[file] !== undefined)).toEqual([]);
});

test('literals of every kind are looked at, and comments are not', () => {
  const source = sourceOf(
    'src/planted.ts',
    "// chữ trong chú thích\nexport const said = ['đã đến', `có ${'no'} chữ ${1} ký`, /thu hồi/, 'plain', `số`];\n",
  );
  expect(vietnameseIn(source)).toEqual(['đã đến', 'có ', ' chữ ', ' ký', '/thu hồi/', 'số']);
});
