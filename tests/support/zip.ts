// One-entry archives as the national library makes them, by an archiver that is not ours.

import { zipSync } from 'fflate';

export function zipOf(entryName: string, content: Buffer): Buffer {
  return Buffer.from(zipSync({ [entryName]: content }, { mtime: '1980-01-01T00:00:00' }));
}
