// Large packages in any storage that speaks S3. A package is uploaded in parts under a staging key while it comes in;
// committing copies it to the key of its SHA-256 on the server's side, and only a finished copy can be found.

import { randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { ProblemError } from '../../core/problem-error.ts';
import type { ContentStore, StagedContent } from '../../ports/content-store.ts';
import { requireContentHash, verified } from '../verified.ts';

export interface S3ContentOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** In front of every key; empty for none. */
  readonly prefix: string;
  /** Absent: the SDK's own chain finds them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Bytes of one part, and parts under way at once: what an upload holds in memory. */
const PART = { size: 8 * 1024 * 1024, inFlight: 2 } as const;

/** Opens the store. The bucket must be there; keys below the prefix belong to the store alone. */
export function openS3ContentStore(options: S3ContentOptions): ContentStore {
  const { bucket, prefix } = options;
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    forcePathStyle: true,
    // Storages other than Amazon's store the framing of trailing checksums as content, or refuse it.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  });
  const staging = `${prefix}staging/`;
  const keyOf = (sha256: string): string => {
    requireContentHash(sha256);
    return `${prefix}${sha256.slice(0, 2)}/${sha256}`;
  };
  const has = async (sha256: string): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(sha256) }));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  };
  const remove = async (key: string): Promise<void> => {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  };

  return {
    stage() {
      return Promise.resolve(upload(client, bucket, `${staging}${randomUUID()}`, { has, keyOf, remove }));
    },

    async open(sha256, range) {
      const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(sha256), Range }));
        if (!(Body instanceof Readable)) throw new ProblemError('content-corrupt', { sha256 });
        return range === undefined ? verified(Body, sha256) : Body;
      } catch (error) {
        throw isMissing(error) ? new ProblemError('content-corrupt', { sha256 }, { cause: error }) : error;
      }
    },

    has,

    remove: (sha256) => remove(keyOf(sha256)),

    async sweep(seconds) {
      const before = Date.now() - seconds * 1000;
      let removed = 0;
      for (let from: string | undefined, more = true; more;) {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: staging, ContinuationToken: from }),
        );
        for (const { Key, LastModified } of page.Contents ?? []) {
          if (Key === undefined || LastModified === undefined || LastModified.getTime() > before) continue;
          await remove(Key);
          removed += 1;
        }
        from = page.NextContinuationToken;
        more = page.IsTruncated === true;
      }
      return removed;
    },

    async probe() {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    },

    close() {
      client.destroy();
      return Promise.resolve();
    },
  };
}

interface Keys {
  has(sha256: string): Promise<boolean>;
  keyOf(sha256: string): string;
  remove(key: string): Promise<void>;
}

function upload(client: S3Client, bucket: string, key: string, keys: Keys): StagedContent {
  const body = new PassThrough({ highWaterMark: PART.size });
  const parts = new Upload({
    client,
    params: { Bucket: bucket, Key: key, Body: body },
    partSize: PART.size,
    queueSize: PART.inFlight,
  });
  let over = false;
  const done = parts.done();
  // A failed upload is told by the next write or by commit; until then nobody waits for it.
  const failed = done.then(
    () => undefined,
    (error: unknown) => {
      body.destroy();
      return { error };
    },
  );
  const discard = async (): Promise<void> => {
    if (over) return;
    over = true;
    await parts.abort();
    body.destroy();
    await failed;
    await keys.remove(key);
  };
  const failure = async (): Promise<never> => {
    const fault = await failed;
    await discard();
    throw asStorage(fault?.error);
  };

  return {
    async write(chunk) {
      if (body.destroyed) return await failure();
      if (body.write(chunk)) return;
      await new Promise<void>((resolve) => {
        body.once('drain', resolve);
        body.once('close', resolve);
      });
      if (body.destroyed) return await failure();
    },

    async commit(sha256) {
      body.end();
      if ((await failed) !== undefined) return await failure();
      try {
        if (!(await keys.has(sha256))) {
          const CopySource = `${bucket}/${encodeURI(key)}`;
          await client.send(new CopyObjectCommand({ Bucket: bucket, Key: keys.keyOf(sha256), CopySource }));
        }
        over = true;
        await keys.remove(key);
      } catch (error) {
        throw asStorage(error);
      }
    },

    discard,
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
}

/** How storages say that they take no more. */
const FULL: ReadonlySet<string> = new Set(['QuotaExceeded', 'XMinioStorageFull', 'InsufficientCapacity', 'SlowDown']);

function asStorage(error: unknown): unknown {
  return error instanceof S3ServiceException && FULL.has(error.name)
    ? new ProblemError('storage-full', {}, { cause: error })
    : error;
}
