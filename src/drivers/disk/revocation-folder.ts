import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { ProblemError } from '../../core/problem-error.ts';
import type { RevocationLists, RevocationSource } from '../../ports/revocation-source.ts';
import { derFiles, readDer } from './der-files.ts';

/**
 * Lists that lie in files or folders, where the operator or a scheduled fetch puts them. Files are read again when one of
 * them changed, came or went; a new list is best moved into place whole (rename).
 */
export function openRevocationFolder(paths: readonly string[]): RevocationSource {
  let known: { readonly state: string; readonly lists: RevocationLists } | undefined;
  let isOpen = true;
  return {
    async current() {
      if (!isOpen) throw new ProblemError('file-unreadable', { name: paths.join(', '), reason: 'closed' });
      const state = await stateOf(paths);
      if (known?.state !== state) known = { state, lists: await readLists(paths) };
      return known.lists;
    },
    close() {
      isOpen = false;
      known = undefined;
      return Promise.resolve();
    },
  };
}

/** Names, sizes and times of the files: cheap to ask, different when content is. */
async function stateOf(paths: readonly string[]): Promise<string> {
  const files = (await Promise.all(paths.map(derFiles))).flat();
  const states = files.map(async (file) => {
    const { size, mtimeMs, ino } = await stat(file);
    return `${file} ${size} ${mtimeMs} ${ino}`;
  });
  return (await Promise.all(states)).join('\n');
}

async function readLists(paths: readonly string[]): Promise<RevocationLists> {
  const lists = (await readDer(paths, 'X509 CRL')).map(({ der }) => der);
  const hash = createHash('sha256');
  for (const list of lists) hash.update(`${list.length} `).update(list);
  return { version: hash.digest('hex'), lists };
}
