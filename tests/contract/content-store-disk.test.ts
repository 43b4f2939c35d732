import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDiskContentStore } from '../../src/drivers/disk/content-store.ts';
import { contentContract } from './content-store-suite.ts';

contentContract('a folder', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'lienthong-content-'));
  const files = async (space: string): Promise<string[]> => {
    const entries = await readdir(path.join(root, space), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  };
  return {
    // Tests judge the store, not how full the machine's disk is.
    open: (space) => openDiskContentStore({ directory: path.join(root, space), reserve: 0 }),
    processArguments: (space) => ['disk', JSON.stringify({ directory: path.join(root, space), reserve: 0 })],
    async overwrite(space, sha256, bytes) {
      const file = (await files(space)).find((name) => path.basename(name) === sha256);
      if (file === undefined) throw new Error('nothing lies there under this hash');
      await writeFile(file, bytes);
    },
    names: files,
    close: () => rm(root, { recursive: true, force: true }),
  };
});
