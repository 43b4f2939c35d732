// What can be counted of a tree of sources, as rows with a name and numbers. Every count says how it counts, because only
// then do two trees compare.

import ts from 'typescript';
import { namesIn, namesNothing } from './names.ts';
import { hallsOf, filesByFolder, mutualPairs } from './rooms.ts';
import { sourcesIn, walk, type Source } from './sources.ts';

/** Names of numbers, in the order in which they are shown. */
export type Row = Readonly<Record<string, number>>;

export type Measures = Readonly<Record<string, Row>>;

/** Sources of the product. */
export const PRODUCT = ['src', 'adapters'];

/** Sources of its tests, with their certificates. */
const PROOF = ['tests', 'certs'];

const LONG_FUNCTION = 50;
const MANY_PARAMETERS = 4;

/** One function with a body. */
interface Body {
  readonly lines: number;
  readonly nesting: number;
  readonly parameters: number;
}

/** Measures the tree at `root`. Percentages have one decimal, shares of names two. */
export function measure(root: string): Measures {
  const sources = sourcesIn(root, PRODUCT);
  const tests = sourcesIn(root, PROOF);
  const codeLines = sum(sources.map(codeLinesOf));
  const fileLines = sources.map(({ text }) => linesOf(text));
  return {
    'files and code lines': { files: sources.length, lines: codeLines },
    'lines a file': { ...spread(fileLines), 'over 500': fileLines.filter((lines) => lines > 500).length },
    ...functionRows(sources.flatMap(bodiesIn)),
    ...syntaxRows(sources, codeLines),
    'comment lines, %': { share: percent(sum(sources.map(commentLinesOf)), sum(sources.map(filledLinesOf))) },
    'exports a file': spread(sources.map(exportsOf)),
    'relative imports a file': spread(sources.map(({ imports }) => new Set(imports).size)),
    'files a folder': spread([...filesByFolder(sources.map(({ file }) => file)).values()]),
    'test lines to code lines': { ratio: round(sum(tests.map(codeLinesOf)) / codeLines, 2) },
    ...nameRows(sources),
    'files in import cycles': { files: filesInCycles(sources) },
    'pairs of rooms that need each other': { pairs: hallsOf(sources).flatMap(mutualPairs).length },
  };
}

/** Functions of one line are expressions with a name, and are left out. */
function functionRows(all: readonly Body[]): Measures {
  const bodies = all.filter((body) => body.lines > 1);
  const lines = bodies.map((body) => body.lines);
  const parameters = bodies.map((body) => body.parameters);
  const long = lines.filter((count) => count > LONG_FUNCTION).length;
  return {
    'lines a function': spread(lines),
    'functions over 50 lines': { functions: long, '%': percent(long, lines.length) },
    'nesting in a function': spread(bodies.map((body) => body.nesting)),
    'parameters a function': {
      ...spread(parameters),
      'over 4': parameters.filter((count) => count > MANY_PARAMETERS).length,
    },
  };
}

function syntaxRows(sources: readonly Source[], codeLines: number): Measures {
  const count = (counts: (node: ts.Node) => boolean): number => sum(sources.map(({ tree }) => nodesIn(tree, counts)));
  const perThousand = (counts: (node: ts.Node) => boolean): number => round((count(counts) * 1000) / codeLines, 1);
  return {
    'per 1,000 lines': {
      any: perThousand((node) => node.kind === ts.SyntaxKind.AnyKeyword),
      as: perThousand((node) => ts.isAsExpression(node) && !ts.isConstTypeReference(node.type)),
      '!': perThousand(ts.isNonNullExpression),
    },
    'catches that rethrow': {
      rethrow: count((node) => ts.isCatchClause(node) && nodesIn(node.block, ts.isThrowStatement) > 0),
      of: count(ts.isCatchClause),
    },
    'classes to functions': { classes: count(ts.isClassLike), functions: count(ts.isFunctionDeclaration) },
    'default exports, enums, TODO': {
      defaults: count(
        (node) =>
          ts.isExportAssignment(node) ||
          (node.kind === ts.SyntaxKind.DefaultKeyword && ts.canHaveModifiers(node.parent)),
      ),
      enums: count(ts.isEnumDeclaration),
      todos: sum(sources.map(({ text }) => text.match(/\b(?:TODO|FIXME|XXX)\b/g)?.length ?? 0)),
    },
  };
}

function nameRows(sources: readonly Source[]): Measures {
  const names = sources.flatMap(namesIn);
  const empty = names.filter(namesNothing).length;
  const functions: string[] = [];
  for (const { tree } of sources)
    walk(tree, (node) => {
      if (ts.isFunctionDeclaration(node) && node.name !== undefined) functions.push(node.name.text);
    });
  const short = functions.filter((name) => !/[A-Z]/.test(name)).length;
  return {
    'function names of one word, %': { share: percent(short, functions.length) },
    'names that are participles or pronouns': {
      names: empty,
      of: names.length,
      '%': round((100 * empty) / names.length, 2),
    },
  };
}

function bodiesIn({ tree }: Source): readonly Body[] {
  const bodies: Body[] = [];
  const lineOf = (position: number): number => tree.getLineAndCharacterOfPosition(position).line;
  walk(tree, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    bodies.push({
      lines: lineOf(node.end) - lineOf(node.getStart(tree)) + 1,
      nesting: nestingOf(node.body),
      parameters: node.parameters.length,
    });
  });
  return bodies;
}

/** Depth of statements that branch or repeat; a function inside starts anew, and `else if` stays where its `if` is. */
function nestingOf(body: ts.Node): number {
  let deepest = 0;
  const descend = (node: ts.Node, depth: number): void => {
    if (node !== body && ts.isFunctionLike(node)) return;
    const continued = ts.isIfStatement(node) && ts.isIfStatement(node.parent) && node.parent.elseStatement === node;
    const here = branches(node) && !continued ? depth + 1 : depth;
    deepest = Math.max(deepest, here);
    ts.forEachChild(node, (child) => {
      descend(child, here);
    });
  };
  descend(body, 0);
  return deepest;
}

function branches(node: ts.Node): boolean {
  return (
    ts.isIfStatement(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isSwitchStatement(node) ||
    ts.isTryStatement(node)
  );
}

function exportsOf({ tree }: Source): number {
  return sum(
    tree.statements.map((statement) => {
      if (ts.isExportDeclaration(statement))
        return statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)
          ? statement.exportClause.elements.length
          : 1;
      if (!ts.canHaveModifiers(statement)) return 0;
      const isExported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
      if (!isExported) return 0;
      return ts.isVariableStatement(statement) ? statement.declarationList.declarations.length : 1;
    }),
  );
}

/** Files that import themselves by way of others; types count like values. */
function filesInCycles(sources: readonly Source[]): number {
  const imports = new Map(sources.map((source) => [source.file, source.imports]));
  return sources.filter(({ file }) => reaches(file, imports)).length;
}

function reaches(file: string, imports: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>();
  const open = [...(imports.get(file) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === file) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(imports.get(next) ?? []));
  }
  return false;
}

function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function filledLinesOf({ text }: Source): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}

/** Lines that hold a comment and nothing else. */
function commentLinesOf({ text }: Source): number {
  let isInside = false;
  let count = 0;
  for (const line of text.split('\n').map((written) => written.trim())) {
    if (!isInside && !line.startsWith('//') && !line.startsWith('/*')) continue;
    count += 1;
    isInside = (isInside || line.startsWith('/*')) && !line.includes('*/');
  }
  return count;
}

function codeLinesOf(source: Source): number {
  return filledLinesOf(source) - commentLinesOf(source);
}

function nodesIn(tree: ts.Node, counts: (node: ts.Node) => boolean): number {
  let count = 0;
  walk(tree, (node) => {
    if (counts(node)) count += 1;
  });
  return count;
}

function spread(numbers: readonly number[]): Row {
  const sorted = [...numbers].sort((low, high) => low - high);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

function percent(part: number, whole: number): number {
  return round((100 * part) / whole, 1);
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
