// A process of its own that reads a package with one large wrapped file, made while it is fed, gives the file out again,
// and says on a line what it saw and how far its memory grew meanwhile. Its argument is the number of chunks in the file.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { constants, deflateRawSync } from 'node:zlib';
import { crc32 } from '../../src/core/archive/crc32.ts';
import { PackageReader } from '../../src/core/open/pipeline.ts';
import { openFile } from '../../src/gateway/content/attachment-files.ts';
import { zip } from './archive.ts';
import { documentPackage, pdf } from './packages.ts';

const chunks = Number(process.argv[2]);
const ENCODED = 'QUFB'.repeat(10);
const DATA = Buffer.from('the data of the entry');

/** Half noise, so that it shrinks, but not as a bomb does. */
const chunk = Buffer.concat([pdf(), Buffer.alloc(96 * 1024, 'một trang nội dung ')]);
for (let at = 64, noise = Buffer.from('noise'); at + 64 < chunk.length; at += 128) {
  noise = createHash('sha512').update(noise).digest();
  noise.copy(chunk, at);
}
/** Refers to nothing before it, so that any number of them is deflate data too. */
const block = deflateRawSync(chunk, { finishFlush: constants.Z_FULL_FLUSH });
const lastBlock = Buffer.from([1, 0, 0, 0xff, 0xff]);

const hash = createHash('sha256');
let crc = 0;
for (let n = 0; n < chunks; n += 1) {
  hash.update(chunk);
  crc = crc32(crc, chunk);
}
const facts = { crc, size: chunks * chunk.length, compressedSize: chunks * block.length + lastBlock.length };
const skeleton = zip([{ data: DATA, local: facts, central: facts }]);
const [before, after] = around(skeleton, DATA);
// The directory begins further back than the skeleton's.
after.writeUInt32LE(before.length + facts.compressedSize, after.length - 6);

function* archive(): Generator<Buffer, void, undefined> {
  yield before;
  for (let n = 0; n < chunks; n += 1) yield block;
  yield lastBlock;
  yield after;
}

function* base64(): Generator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for (const piece of archive()) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    yield Buffer.from(bytes.toString('base64', 0, whole));
  }
  yield Buffer.from(rest.toString('base64'));
}

function around(bytes: Buffer, middle: Buffer | string): [Buffer, Buffer] {
  const at = bytes.indexOf(middle);
  return [bytes.subarray(0, at), bytes.subarray(at + middle.length)];
}

const atFirst = process.memoryUsage().rss;
let highest = atFirst;
function look(): void {
  highest = Math.max(highest, process.memoryUsage().rss);
}

const [head, tail] = around(documentPackage({ attachments: [{ encoded: ENCODED, contentType: null }] }), ENCODED);
const reader = new PackageReader();
reader.feed(head);
let turn = 0;
for (const text of base64()) {
  reader.feed(text);
  turn += 1;
  // A gateway comes back to its loop between the chunks of a request.
  if (turn % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  look();
}
reader.feed(tail);
const read = reader.end();
if (!read.ok) throw new Error(`${read.code} ${JSON.stringify(read.facts)}`);
const { message } = read.value;
const attachment = message.kind === 'status' ? undefined : message.attachments[0];
if (attachment === undefined) throw new Error('no attachment');

let given = 0;
const open = () => Promise.resolve(Readable.from(base64(), { objectMode: false }));
for await (const piece of openFile(attachment, open)) {
  given += piece.length;
  look();
}
const same = attachment.opened?.sha256 === hash.digest('hex');
process.stdout.write(
  `${JSON.stringify({ size: attachment.opened?.size, encoded: attachment.encodedLength, given, same, grown: highest - atFirst })}\n`,
);
