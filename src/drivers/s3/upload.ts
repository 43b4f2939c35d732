// One content on its way into S3. What fits into one part waits in memory and is sent under its final key at once; more
// goes up in parts under a staging key, and is copied to its final key by the storage itself when it is complete.

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { StagedContent } from '../../ports/content-store.ts';
import { writeFault } from './faults.ts';

/**
 * Bytes of one part, and parts under way at once: with the part that fills, three parts are what an upload holds in memory.
 * 5 MiB is the least S3 takes; 10,000 parts are the most, far above the largest package.
 */
const PART = { size: 5 * 1024 * 1024, inFlight: 2 } as const;

/** The target of uploads. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly has: (sha256: string) => Promise<boolean>;
  /** Throws `content-corrupt` for what is no hash. */
  readonly keyOf: (sha256: string) => string;
  readonly remove: (key: string) => Promise<void>;
}

export function openUpload(bucket: Bucket, stagingKey: string): StagedContent {
  const pieces: Buffer[] = [];
  let held = 0;
  const parts = openParts(bucket, stagingKey);
  let committed: { readonly sha256: string; readonly completion: Promise<void> } | undefined;
  let over = false;

  const take = (): Buffer => {
    const part = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, held);
    pieces.length = 0;
    held = 0;
    return part;
  };
  const discard = async (): Promise<void> => {
    if (over) return;
    over = true;
    pieces.length = 0;
    await parts.abort();
  };
  /** A failure leaves nothing behind. */
  const orDiscard = async (work: () => Promise<void>): Promise<void> => {
    try {
      if (over) throw new ProblemError('internal-error', { reason: 'The staged content is over.' });
      await work();
    } catch (error) {
      await discard();
      throw writeFault(error);
    }
  };
  const commit = async (sha256: string): Promise<void> => {
    const key = bucket.keyOf(sha256);
    if (await bucket.has(sha256)) {
      await discard();
    } else if (parts.isEmpty()) {
      await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: take() }));
    } else {
      if (held > 0) await parts.add(take());
      await parts.complete(key);
    }
    over = true;
  };

  return {
    write: (chunk) =>
      orDiscard(async () => {
        for (let at = 0; at < chunk.length;) {
          const piece = chunk.subarray(at, at + PART.size - held);
          pieces.push(piece);
          held += piece.length;
          at += piece.length;
          if (held === PART.size) await parts.add(take());
        }
      }),

    async commit(sha256) {
      if (committed?.sha256 !== sha256) committed = { sha256, completion: orDiscard(() => commit(sha256)) };
      await committed.completion;
    },

    discard,
  };
}

interface Parts {
  isEmpty(): boolean;
  /** Resolves when the next part may be added; rejects when an earlier one failed. */
  add(part: Buffer): Promise<void>;
  /** Puts the parts together under `key`. */
  complete(key: string): Promise<void>;
  /** Resolves when nothing is under way any more. What the storage keeps in spite of it is swept later. */
  abort(): Promise<void>;
}

function openParts({ client, name, remove }: Bucket, stagingKey: string): Parts {
  const target = { Bucket: name, Key: stagingKey };
  const aborting = new AbortController();
  const { signal: abortSignal } = aborting;
  const parts: CompletedPart[] = [];
  const underWay = new Set<Promise<void>>();
  let count = 0;
  let creating: Promise<string | undefined> | undefined;
  let fault: { readonly error: unknown } | undefined;

  const create = async (): Promise<string | undefined> =>
    (await client.send(new CreateMultipartUploadCommand(target), { abortSignal })).UploadId;
  const send = async (PartNumber: number, Body: Buffer): Promise<void> => {
    creating ??= create();
    const UploadId = await creating;
    const command = new UploadPartCommand({ ...target, UploadId, PartNumber, Body });
    const { ETag } = await client.send(command, { abortSignal });
    parts[PartNumber - 1] = { PartNumber, ETag };
  };
  const settled = async (limit: number): Promise<void> => {
    while (underWay.size > limit) await Promise.race(underWay);
    if (fault !== undefined) throw fault.error;
  };

  return {
    isEmpty: () => count === 0,

    async add(part) {
      count += 1;
      const sending = send(count, part)
        .catch((error: unknown) => {
          fault ??= { error };
        })
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
      await settled(PART.inFlight - 1);
    },

    async complete(key) {
      await settled(0);
      const UploadId = await creating;
      await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
      await client.send(
        new CopyObjectCommand({
          Bucket: name,
          Key: key,
          CopySource: [name, ...stagingKey.split('/')].map(encodeURIComponent).join('/'),
        }),
      );
      await remove(stagingKey).catch(() => undefined);
    },

    async abort() {
      if (creating === undefined) return;
      aborting.abort();
      await Promise.all(underWay);
      const UploadId = await creating.catch(() => undefined);
      await Promise.allSettled([
        ...(UploadId === undefined ? [] : [client.send(new AbortMultipartUploadCommand({ ...target, UploadId }))]),
        remove(stagingKey),
      ]);
    },
  };
}
