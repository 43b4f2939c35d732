// The program's own files as the checks of this folder see them: parsed, with the files that each imports.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export interface Source {
  /** From the root, with slashes. */
  readonly file: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  /** Files of the program that this one names, in order; a type counts like a value. */
  readonly imports: readonly string[];
}

/** All TypeScript files below `folders` of the tree at `root`, in order of their names. */
export function sourcesIn(root: string, folders: readonly string[]): readonly Source[] {
  return filesIn(root, folders)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => sourceOf(file, readFileSync(path.join(root, file), 'utf8')));
}

/** All files below `folders`, in order of their names; a folder that is not there has none. */
export function filesIn(root: string, folders: readonly string[]): readonly string[] {
  return folders
    .flatMap((folder) => entriesIn(path.join(root, folder)))
    .map((file) => path.relative(root, file).split(path.sep).join('/'))
    .sort();
}

function entriesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) => path.join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

export function sourceOf(file: string, text: string): Source {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports = ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.posix.join(path.posix.dirname(file), name));
  return { file, text, tree, imports };
}

/** Calls `visit` for every node of the file. */
export function walk(tree: ts.Node, visit: (node: ts.Node) => void): void {
  visit(tree);
  ts.forEachChild(tree, (child) => {
    walk(child, visit);
  });
}

/** Where a node begins, as an editor opens it: `file:line`. */
export function placeOf({ file, tree }: Source, node: ts.Node): string {
  return `${file}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
}
