// The gateway of a client command, and the client it authenticates as.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Credentials } from '../client/gateway.ts';
import type { Facts } from '../core/problems/finding.ts';
import { ProblemError } from '../core/problems/problem-error.ts';
import { shapeFault } from '../core/problems/shape.ts';
import type { UsageReason } from '../texts/usage.ts';

export interface ClientOptionValues {
  readonly gateway?: string;
  readonly client?: string;
  readonly secretFile?: string;
  readonly credentials?: string;
}

const CredentialsFile = z.looseObject({
  gateway: z.url().optional(),
  client: z.string().min(1).optional(),
  secret: z.string().min(1).optional(),
});

/** Options win over the file. Rejects with `wrong-usage` or `file-unreadable`. */
export async function readCredentials(options: ClientOptionValues): Promise<Credentials> {
  const file = options.credentials === undefined ? {} : await readCredentialsFile(options.credentials);
  const gateway = options.gateway ?? file.gateway;
  const client = options.client ?? file.client;
  const secret = options.secretFile === undefined ? file.secret : (await readText(options.secretFile)).trim();
  if (gateway === undefined || client === undefined || secret === undefined || secret === '') {
    throw wrongUsage('account-missing');
  }
  if (!URL.canParse(gateway) || !/^https?:$/.test(new URL(gateway).protocol)) {
    throw wrongUsage('address-invalid', { address: gateway });
  }
  return { gateway, client, secret };
}

/** `facts`: those that the reason's text names. */
export function wrongUsage(reason: UsageReason, facts: Facts = {}, cause?: unknown): ProblemError {
  return new ProblemError('wrong-usage', { reason, ...facts }, { cause });
}

export async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

export function unreadable(path: string, cause: unknown): ProblemError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return new ProblemError('file-unreadable', { file: path, reason }, { cause });
}

/** Parses a file of JSON. Rejects with `file-unreadable` or `wrong-usage`. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrongUsage('json-invalid', { file: path }, cause);
  }
}

async function readCredentialsFile(path: string): Promise<z.infer<typeof CredentialsFile>> {
  const written = await readJson(path);
  const parsed = CredentialsFile.safeParse(written);
  if (!parsed.success) throw wrongUsage('file-invalid', { file: path, ...shapeFault(parsed.error, written) });
  return parsed.data;
}
