// An S3 storage that dies, falls silent, is full or locks us out while contents go in and out.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { openS3ContentStore, type S3ContentOptions } from '../../../src/drivers/s3/content-store.ts';
import type { ContentStore } from '../../../src/ports/content-store.ts';
import { freePort } from '../../support/external.ts';
import { S3_USER, s3Client, startS3, type S3Server } from '../../support/s3.ts';
import { openTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

const MIB = 1 << 20;

let server: S3Server;
let client: S3Client;
let proxy: TcpProxy;
let prefix: string;
let opened: ContentStore[];

beforeAll(async () => {
  server = await startS3();
  client = s3Client(server);
}, 600_000);
afterAll(async () => {
  client.destroy();
  await server.close();
});

beforeEach(async () => {
  proxy = await openTcpProxy(Number(new URL(server.endpoint).port));
  prefix = `${randomUUID()}/`;
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  await proxy.close();
});

/** A store as another process would open it, through a line that can fail. */
function open(facts: Partial<S3ContentOptions> = {}): ContentStore {
  const { region, bucket, credentials } = server;
  const endpoint = `http://127.0.0.1:${proxy.port}`;
  const store = openS3ContentStore({ endpoint, region, bucket, credentials, prefix, patience: 10_000, ...facts });
  opened.push(store);
  return store;
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Only the code: the causes hold whole requests, too long to print. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'none',
    (error: unknown) => (typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'error'),
  );
}

async function put(store: ContentStore, bytes: Buffer): Promise<string> {
  const staged = await store.stage();
  await staged.write(bytes);
  await staged.commit(hashOf(bytes));
  return hashOf(bytes);
}

/** Objects and unfinished uploads of this test. */
async function names(): Promise<string[]> {
  const { bucket: Bucket } = server;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: prefix }));
  return [...Contents, ...Uploads].map(({ Key }) => Key ?? '');
}

describe('a storage that dies', () => {
  test.each([1000, 20 * MIB])('before %i staged bytes are committed: nothing is confirmed or found', async (size) => {
    const bytes = randomBytes(size);
    const store = open();
    const staged = await store.stage();
    await staged.write(bytes);
    await server.kill();
    expect(await codeOf(staged.commit(hashOf(bytes)))).toMatch(/^(service|content)-unavailable$/);
    await server.start();
    expect(await store.has(hashOf(bytes))).toBe(false);
    await store.sweep(0);
    expect(await names()).toEqual([]);
    expect((await buffer(await store.open(await put(store, bytes)))).equals(bytes)).toBe(true);
  });

  test('while bytes come in: the writer is told', async () => {
    const store = open();
    const staged = await store.stage();
    await staged.write(randomBytes(10 * MIB));
    await server.kill();
    const writing = async (): Promise<void> => {
      for (let count = 0; count < 10; count += 1) await staged.write(randomBytes(5 * MIB));
    };
    expect(await codeOf(writing())).toBe('service-unavailable');
    await staged.discard();
    await server.start();
    await store.sweep(0);
    expect(await names()).toEqual([]);
  });

  test('while bytes go out: the reader is told, and not that they are altered', async () => {
    const bytes = randomBytes(20 * MIB);
    const store = open();
    const sha256 = await put(store, bytes);
    const stream = await store.open(sha256);
    let seen = 0;
    const reading = async (): Promise<void> => {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (seen === 0) await server.kill();
        seen += chunk.length;
      }
    };
    expect(['none', 'content-corrupt']).not.toContain(await codeOf(reading()));
    expect(seen).toBeLessThan(bytes.length);
    expect(await codeOf(store.open(sha256))).toBe('content-unavailable');
    expect(await codeOf(store.has(sha256))).toBe('content-unavailable');
    expect(await codeOf(store.probe())).toBe('service-unavailable');
    await server.start();
    expect((await buffer(await store.open(sha256))).equals(bytes)).toBe(true);
    await expect(store.probe()).resolves.toBeUndefined();
  });
});

describe('a storage that falls silent', () => {
  test('takes no more than a few parts before the writer waits, and fails the writer in the end', async () => {
    const store = open({ patience: 1000 });
    const staged = await store.stage();
    await staged.write(randomBytes(6 * MIB));
    proxy.freeze();
    let taken = 0;
    const writing = async (): Promise<void> => {
      for (; taken < 100; taken += 1) await staged.write(Buffer.alloc(MIB));
    };
    expect(await codeOf(writing())).toBe('service-unavailable');
    expect(taken).toBeLessThan(16);
    proxy.thaw();
    await store.sweep(0);
    expect(await names()).toEqual([]);
  });

  test('does not hold a commit for ever', async () => {
    const bytes = randomBytes(1000);
    const store = open({ patience: 500 });
    const staged = await store.stage();
    await staged.write(bytes);
    proxy.freeze();
    expect(await codeOf(staged.commit(hashOf(bytes)))).toMatch(/^(service|content)-unavailable$/);
  });

  test('recovers from a line that was cut, without the writer noticing', async () => {
    const bytes = randomBytes(16 * MIB);
    const store = open();
    const staged = await store.stage();
    for (let at = 0; at < bytes.length; at += MIB) {
      if (at === 6 * MIB || at === 11 * MIB) proxy.cut();
      await staged.write(bytes.subarray(at, at + MIB));
    }
    await staged.commit(hashOf(bytes));
    expect((await buffer(await store.open(hashOf(bytes)))).equals(bytes)).toBe(true);
    expect(await names()).toHaveLength(1);
  });
});

describe('a storage that is full', () => {
  const quota = (...args: string[]) => server.admin('quota', ...args, '--quota-scope=user', `--uid=${S3_USER}`);

  beforeEach(async () => {
    await quota('set', '--max-size=1K');
    await quota('enable');
  });
  afterEach(async () => {
    await quota('disable');
  });

  test.each([100_000, 20 * MIB])('says so, and keeps nothing of %i bytes', async (size) => {
    const store = open();
    expect(await codeOf(put(store, randomBytes(size)))).toBe('storage-full');
    await store.sweep(0);
    expect(await names()).toEqual([]);
  });
});

describe('a storage that is not set up', () => {
  const cases: readonly (readonly [string, () => Partial<S3ContentOptions>])[] = [
    ['a bucket that is not there', () => ({ bucket: 'no-such-bucket' })],
    ['a key that is unknown', () => ({ credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' } })],
    ['a secret that is wrong', () => ({ credentials: { ...server.credentials, secretAccessKey: 'nothing' } })],
  ];

  test.each(cases)('%s: content is unavailable, not altered', async (_, facts) => {
    const store = open(facts());
    const sha256 = hashOf(Buffer.from('x'));
    expect(await codeOf(store.probe())).toBe('service-unavailable');
    expect(await codeOf(store.open(sha256))).toBe('content-unavailable');
    const staged = await store.stage();
    await staged.write(Buffer.from('x'));
    expect(await codeOf(staged.commit(sha256))).toMatch(/^(service|content)-unavailable$/);
  });

  test('no server listens there', async () => {
    const store = open({ endpoint: `http://127.0.0.1:${await freePort()}` });
    expect(await codeOf(store.probe())).toBe('service-unavailable');
  });
});

test('what was put together and never got its name is swept', async () => {
  const store = open();
  const kept = await put(store, randomBytes(1000));
  const Key = `${prefix}staging/${randomUUID()}`;
  await client.send(new PutObjectCommand({ Bucket: server.bucket, Key, Body: 'x' }));
  expect(await store.sweep(3600)).toBe(0);
  expect(await store.sweep(-60)).toBe(1);
  expect(await names()).toEqual([expect.stringContaining(kept)]);
});

test('keys are made of the prefix and the hash alone', async () => {
  const store = open({ prefix: `${prefix}một + hai/` });
  const bytes = randomBytes(6 * MIB);
  const sha256 = await put(store, bytes);
  expect(await names()).toEqual([`${prefix}một + hai/${sha256.slice(0, 2)}/${sha256}`]);
  expect((await buffer(await store.open(sha256))).equals(bytes)).toBe(true);
});
