// The names that the program gives to its things, and those of them that name nothing.

import ts from 'typescript';
import { placeOf, walk, type Source } from './sources.ts';
import { UNNAMED_WORDS, VERBS } from './unnamed-words.ts';

export interface Name {
  readonly text: string;
  /** `file:line` */
  readonly place: string;
  /** Whether the named value can be called. */
  readonly isFunction: boolean;
}

/** What a file declares: variables, parameters, functions, types and their members. A name that is only used is its owner's. */
export function namesIn(source: Source): readonly Name[] {
  const names: Name[] = [];
  walk(source.tree, (node) => {
    if (!isDeclaration(node) || node.name === undefined || !ts.isIdentifier(node.name)) return;
    if (node.name.text === 'this') return;
    names.push({ text: node.name.text, place: placeOf(source, node.name), isFunction: isFunction(node) });
  });
  return names;
}

/** Whether a name is a participle or a pronoun and nothing else. */
export function namesNothing({ text, isFunction }: Name): boolean {
  return UNNAMED_WORDS.has(text) && !(isFunction && VERBS.has(text));
}

/** Names by their word, the most frequent first, each with its places: what a check prints. */
export function listOf(names: readonly Name[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { text, place } of names) places.set(text, [...(places.get(text) ?? []), place]);
  return [...places]
    .sort(([, some], [, others]) => others.length - some.length)
    .map(([text, where]) => `${text} (${where.length}): ${where.join(' ')}`);
}

type Declaration = ts.Node & { readonly name?: ts.Node; readonly type?: ts.Node; readonly initializer?: ts.Node };

function isDeclaration(node: ts.Node): node is Declaration {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isParameter(node) ||
    ts.isFunctionLike(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isClassLike(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function isFunction(node: Declaration): boolean {
  return [node, node.type, node.initializer].some((part) => part !== undefined && ts.isFunctionLike(part));
}
