import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { derValues } from '../../core/crypto/pem.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import { codeOf } from '../error-code.ts';

/** Endings of certificates, lists and OCSP answers; other files in a folder are passed over. */
const EXTENSIONS = new Set(['.pem', '.crt', '.cer', '.der', '.crl', '.ors', '.ocsp']);

/** The files that a path names: itself, or those of a folder (not below), in the order of their names. */
async function derFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && EXTENSIONS.has(extname(entry.name).toLowerCase()))
      .map((entry) => join(path, entry.name))
      .sort();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Every value of one kind under the paths, PEM or DER. Rejects with `file-unreadable`, also for a file that was named and
 * holds none; in a folder other things may lie.
 */
export async function readDer(
  paths: readonly string[],
  label: 'CERTIFICATE' | 'X509 CRL' | 'OCSP RESPONSE',
): Promise<{ readonly file: string; readonly der: Buffer }[]> {
  const values: { file: string; der: Buffer }[] = [];
  for (const path of paths) {
    for (const file of await derFiles(path)) {
      const content = await readDerFile(file, label);
      if (content.length === 0 && file === path)
        throw new ProblemError('file-unreadable', { file, reason: `no ${label}` });
      values.push(...content.map((der) => ({ file, der })));
    }
  }
  return values;
}

async function readDerFile(file: string, label: string): Promise<Buffer[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return derValues(bytes, label);
}

function unreadable(file: string, cause: unknown): ProblemError {
  return new ProblemError('file-unreadable', { file, reason: codeOf(cause) || 'unreadable' }, { cause });
}
