// Large packages in any storage that speaks S3, each under the key of its SHA-256. Only whole contents ever have such a
// key; an upload on its way lies below `staging/`, where no reader looks for content.

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  type ListMultipartUploadsCommandInput,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import { exactly, requireContentHash, requireRange, verified } from '../verified.ts';
import { isMissing, readFault, writeFault } from './faults.ts';
import { openUpload, type Bucket } from './upload.ts';

export interface S3ContentOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** In front of every key; empty for none. */
  readonly prefix: string;
  /** Absent: the SDK's own chain finds them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Milliseconds until a request, with one part at most, is answered. It is tried three times. */
  readonly patience?: number;
}

/**
 * Milliseconds: a storage that says nothing must not hold a sender for ever, and one part takes this long only on lines
 * slower than 350 kbit/s. Sockets: for every upload and download that the limits of HTTP allow.
 */
const LIMITS = { connecting: 5_000, patience: 120_000, sockets: 1024 } as const;

/** Opens the store. The bucket must be there; keys below the prefix belong to the store alone. */
export function openS3ContentStore(options: S3ContentOptions): ContentStore {
  const client = openClient(options);
  const staging = `${options.prefix}staging/`;
  const bucket = openBucket(client, options);
  const Bucket = options.bucket;

  return {
    stage() {
      return Promise.resolve(openUpload(bucket, `${staging}${randomUUID()}`));
    },

    async open(sha256, range) {
      const Key = bucket.keyOf(sha256);
      const Range = range === undefined ? undefined : `bytes=${requireRange(range).start}-${range.end}`;
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range }));
        if (!(Body instanceof Readable)) throw new ProblemError('content-corrupt', { sha256 });
        return range === undefined ? verified(Body, sha256) : exactly(Body, range, sha256);
      } catch (error) {
        throw readFault(error, sha256);
      }
    },

    has: bucket.has,

    async remove(sha256) {
      await bucket.remove(bucket.keyOf(sha256));
    },

    async sweep(seconds) {
      const before = Date.now() - seconds * 1000;
      return (await sweepUploads(bucket, staging, before)) + (await sweepObjects(bucket, staging, before));
    },

    async probe() {
      try {
        await client.send(new HeadBucketCommand({ Bucket }));
      } catch (error) {
        throw writeFault(error);
      }
    },

    close() {
      client.destroy();
      return Promise.resolve();
    },
  };
}

function openClient({ endpoint, region, credentials, patience = LIMITS.patience }: S3ContentOptions): S3Client {
  const agent = { maxSockets: LIMITS.sockets };
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    // Storages other than Amazon's store the framing of trailing checksums as content, or refuse it.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: LIMITS.connecting,
      requestTimeout: patience,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...(credentials === undefined ? {} : { credentials }),
  });
}

function openBucket(client: S3Client, { bucket: name, prefix }: S3ContentOptions): Bucket {
  const keyOf = (sha256: string): string => {
    requireContentHash(sha256);
    return `${prefix}${sha256.slice(0, 2)}/${sha256}`;
  };
  return {
    client,
    name,
    keyOf,
    async has(sha256) {
      const Key = keyOf(sha256);
      try {
        await client.send(new HeadObjectCommand({ Bucket: name, Key }));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw readFault(error, sha256);
      }
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket: name, Key }));
    },
  };
}

/** Uploads that were completed and never got their final key. */
async function sweepObjects({ client, name, remove }: Bucket, Prefix: string, before: number): Promise<number> {
  let removed = 0;
  for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: name, Prefix })) {
    for (const { Key, LastModified } of Contents ?? []) {
      if (Key === undefined || LastModified === undefined || LastModified.getTime() > before) continue;
      await remove(Key);
      removed += 1;
    }
  }
  return removed;
}

/** Ends uploads that were never completed: no list shows them, and their parts take room for ever. */
async function sweepUploads(bucket: Bucket, prefix: string, before: number): Promise<number> {
  let removed = 0;
  for await (const upload of listUploads(bucket, prefix)) {
    try {
      if ((await lastTouched(bucket, upload)) > before) continue;
      const { Key, UploadId } = upload;
      await bucket.client.send(new AbortMultipartUploadCommand({ Bucket: bucket.name, Key, UploadId }));
      removed += 1;
    } catch (error) {
      // Its owner, or another process that sweeps, was faster.
      if (!isMissing(error)) throw error;
    }
  }
  return removed;
}

async function* listUploads({ client, name: Bucket }: Bucket, Prefix: string): AsyncGenerator<MultipartUpload> {
  let after: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> | undefined = {};
  while (after !== undefined) {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({ Bucket, Prefix, ...after });
    const { Uploads, IsTruncated, NextKeyMarker, NextUploadIdMarker } = await client.send(command);
    yield* Uploads ?? [];
    after = IsTruncated === true ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : undefined;
  }
}

/**
 * Milliseconds of the last part, for an upload that began long ago may still be going on. One page holds them all: the
 * largest package has fewer parts than that.
 */
async function lastTouched({ client, name: Bucket }: Bucket, upload: MultipartUpload): Promise<number> {
  const { Key, UploadId, Initiated } = upload;
  const { Parts } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  const startedAt = Initiated?.getTime() ?? Infinity;
  return Math.max(startedAt, ...(Parts ?? []).map(({ LastModified }) => LastModified?.getTime() ?? startedAt));
}
