// Paths of the package's own data files, from `src` and from `dist/src` alike. No other file builds a path from its
// own.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('the package is incomplete: package.json is missing');
    folder = parent;
  }
  return folder;
}

/** A file or folder that belongs to the package, such as `packagePath('schemas', 'xsd')`. */
export function packagePath(...parts: readonly string[]): string {
  return path.join(packageRoot(), ...parts);
}

/** The version in package.json. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(packagePath('package.json'), 'utf8'));
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return hasVersion ? String(manifest.version) : '';
}

/** The commit that was built, as Git shortens it, `-dirty` behind it where files had changed; empty where none was noted. */
export function packageCommit(): string {
  const file = packagePath('dist', 'commit');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
