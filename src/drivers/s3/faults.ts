// Turns the answers of an S3 storage into the gateway's problems.

import { S3ServiceException } from '@aws-sdk/client-s3';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { RefusalCode } from '../../core/problems/problems.ts';

/** Codes of storages that take no more. */
const FULL: ReadonlySet<string> = new Set([
  'QuotaExceeded',
  'InsufficientCapacity',
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
]);

/** Codes of storages for an object that has no such bytes, or is not there. */
const ALTERED: ReadonlySet<string> = new Set(['NoSuchKey', 'InvalidRange']);

const INSUFFICIENT_STORAGE = 507;

/** A failed write: `storage-full`, else `service-unavailable`, for whatever it was, the sender tries again later. */
export function writeFault(error: unknown): ProblemError {
  const full =
    error instanceof S3ServiceException &&
    (FULL.has(error.name) || error.$metadata.httpStatusCode === INSUFFICIENT_STORAGE);
  return asProblem(full ? 'storage-full' : 'service-unavailable', error);
}

/** A failed read: `content-corrupt` where the storage is sure that the bytes are not there, else `content-unavailable`. */
export function readFault(error: unknown, sha256: string): ProblemError {
  const altered = error instanceof S3ServiceException && ALTERED.has(error.name);
  return asProblem(altered ? 'content-corrupt' : 'content-unavailable', error, { sha256 });
}

/** The answer to HEAD has no body, so the storage cannot say what it is that is missing. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
}

function asProblem(code: RefusalCode, cause: unknown, facts: Readonly<Record<string, string>> = {}): ProblemError {
  return cause instanceof ProblemError ? cause : new ProblemError(code, facts, { cause });
}
