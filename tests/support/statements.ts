// The named statements of a part of the program: their texts, and what the type of their rows says. A call such as
// `query<Row>(pool, { name: 'trace', text: TIMELINE, values })` is found by the compiler. The texts are had by running a
// copy of the program, in which each file also exports the statements of its calls.

import { appendFile, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

export interface NamedStatement {
  /** As `src/drivers/postgres/work/lease.ts:47`. */
  readonly site: string;
  readonly name: string;
  readonly text: string;
  /** Columns as the row's type names them; null where the call states no type, for a statement that answers no columns. */
  readonly columns: ReadonlyMap<string, ColumnType> | null;
}

/** A kind of value in TypeScript; `json` is whatever else JSON may hold, an array counts as `array`. */
export type ColumnType = 'array' | 'boolean' | 'Buffer' | 'Date' | 'json' | 'number' | 'string';

interface Call {
  readonly site: string;
  readonly file: string;
  /** JavaScript that makes `{ name, text }`. */
  readonly code: string;
  readonly columns: NamedStatement['columns'];
}

/** All statements with a name that files below `folder` hand to a call. */
export async function namedStatements(folder: string): Promise<readonly NamedStatement[]> {
  const calls = callsBelow(path.resolve(folder));
  const copy = await mkdtemp(path.join(tmpdir(), 'lienthong-statements-'));
  try {
    return await evaluate(calls, copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

type Exported = Readonly<Record<string, () => { readonly name: string; readonly text: string }>>;

async function evaluate(calls: readonly Call[], copy: string): Promise<readonly NamedStatement[]> {
  await cp('package.json', path.join(copy, 'package.json'));
  await cp('src', path.join(copy, 'src'), { recursive: true });
  await symlink(path.resolve('node_modules'), path.join(copy, 'node_modules'));
  for (const [index, { file, code }] of calls.entries())
    await appendFile(path.join(copy, file), `export const call${index} = () => (${code});\n`);
  const statements: NamedStatement[] = [];
  for (const [index, { file, site, columns }] of calls.entries()) {
    const exported = (await import(pathToFileURL(path.join(copy, file)).href)) as Exported;
    const statement = exported[`call${index}`]?.();
    if (statement !== undefined) statements.push({ site, columns, ...statement });
  }
  return statements;
}

function callsBelow(folder: string): readonly Call[] {
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)) as { config: unknown };
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const files = fileNames.filter((file) => path.resolve(file).startsWith(folder + path.sep));
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return source === undefined ? [] : callsIn(source, checker);
  });
}

function callsIn(source: ts.SourceFile, checker: ts.TypeChecker): readonly Call[] {
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) calls.push(...statementsOf(node, checker));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

function statementsOf(call: ts.CallExpression, checker: ts.TypeChecker): readonly Call[] {
  const source = call.getSourceFile();
  const file = path.relative(process.cwd(), source.fileName);
  const site = `${file}:${source.getLineAndCharacterOfPosition(call.getStart()).line + 1}`;
  const columns = columnsOf(call, checker);
  return call.arguments.filter(ts.isObjectLiteralExpression).flatMap((statement) => {
    const [name, text] = [member(statement, 'name'), member(statement, 'text')];
    if (name === undefined || text === undefined) return [];
    const body = `{ name: ${name.getText()}, text: ${text.getText()} }`;
    return choices([name, text], checker).map((names) => ({
      site,
      file,
      columns,
      code: `((${[...names.keys()].join(', ')}) => (${body}))(${[...names.values()].join(', ')})`,
    }));
  });
}

function member(literal: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const property of literal.properties) {
    if (property.name?.getText() !== name) continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return property.name;
  }
  return undefined;
}

/** Variables of functions that the expressions use, with each of the literal values that their types leave to them. */
function choices(
  expressions: readonly ts.Expression[],
  checker: ts.TypeChecker,
): readonly ReadonlyMap<string, string>[] {
  let all: readonly ReadonlyMap<string, string>[] = [new Map()];
  for (const [name, type] of variablesIn(expressions, checker)) {
    const members = type.isUnion() ? type.types : [type];
    const values = members.map((one) => {
      if (!one.isStringLiteral()) throw new Error(`${name} may be anything: let its type be a union of literals`);
      return JSON.stringify(one.value);
    });
    all = all.flatMap((chosen) => values.map((value) => new Map([...chosen, [name, value]])));
  }
  return all;
}

function variablesIn(expressions: readonly ts.Expression[], checker: ts.TypeChecker): ReadonlyMap<string, ts.Type> {
  const variables = new Map<string, ts.Type>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isOfFunction(node, checker)) variables.set(node.text, checker.getTypeAtLocation(node));
    ts.forEachChild(node, visit);
  };
  for (const expression of expressions) visit(expression);
  return variables;
}

function isOfFunction(identifier: ts.Identifier, checker: ts.TypeChecker): boolean {
  const { parent } = identifier;
  if (ts.isPropertyAccessExpression(parent) && parent.name === identifier) return false;
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : checker.getSymbolAtLocation(identifier);
  const declaration = symbol?.declarations?.[0];
  if (declaration?.getSourceFile() !== identifier.getSourceFile()) return false;
  return ts.findAncestor(declaration, ts.isFunctionLike) !== undefined;
}

function columnsOf(call: ts.CallExpression, checker: ts.TypeChecker): NamedStatement['columns'] {
  const row = call.typeArguments?.[0];
  if (row === undefined) return null;
  const properties = checker.getTypeFromTypeNode(row).getProperties();
  return new Map(
    properties.map((property) => [
      property.name,
      columnType(checker.getTypeOfSymbolAtLocation(property, call), checker),
    ]),
  );
}

function columnType(type: ts.Type, checker: ts.TypeChecker): ColumnType {
  const plain = checker.getNonNullableType(type);
  const members = plain.isUnion() ? plain.types : [plain];
  const is = (flag: ts.TypeFlags): boolean => members.length > 0 && members.every((one) => (one.flags & flag) !== 0);
  if (is(ts.TypeFlags.StringLike)) return 'string';
  if (is(ts.TypeFlags.NumberLike)) return 'number';
  if (is(ts.TypeFlags.BooleanLike)) return 'boolean';
  if (checker.isArrayLikeType(plain)) return 'array';
  const name = plain.getSymbol()?.name;
  return name === 'Buffer' || name === 'Date' ? name : 'json';
}
