// A process that stages some bytes, says so on a line, and then waits to be killed. Its arguments are the kind of store,
// that store's options as JSON, and the number of bytes.

import { openDiskContentStore } from '../../src/drivers/disk/content-store.ts';
import { openS3ContentStore } from '../../src/drivers/s3/content-store.ts';
import type { ContentStore } from '../../src/ports/content-store.ts';

const OPEN: Readonly<Record<string, (options: string) => ContentStore | Promise<ContentStore>>> = {
  disk: (options) => openDiskContentStore(JSON.parse(options) as Parameters<typeof openDiskContentStore>[0]),
  s3: (options) => openS3ContentStore(JSON.parse(options) as Parameters<typeof openS3ContentStore>[0]),
};

const [kind = '', options = '{}', size = '0'] = process.argv.slice(2);
const open = OPEN[kind];
if (open === undefined) throw new Error('usage: staging-process.ts KIND OPTIONS SIZE');

const staged = await (await open(options)).stage();
await staged.write(Buffer.alloc(Number(size), 'x'));
process.stdout.write('staged\n');
setInterval(() => undefined, 60_000);
