// A system that fetches what waits for it: page after page, package by package, acknowledging each by its hash. The same
// program serves a commune and the provincial platform; they differ in what acknowledging means, which the gateway knows.

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { InboxEntryAnswer } from '../api/v1/inbox.ts';
import type { GatewayClient } from '../client/gateway.ts';
import type { Ledger } from './ledger.ts';

export interface InboxReceiverOptions {
  readonly client: GatewayClient;
  readonly ledger: Ledger;
  /** Entries a page. */
  readonly limit: number;
  /** Seconds a request may wait for a first entry. */
  readonly wait: number;
  readonly signal: AbortSignal;
  /** Told of what keeps it from going on; it tries again by itself. */
  readonly onTrouble?: (reason: string) => void;
}

const PACKAGE_LIMIT = 64 << 20;
const PAUSE_AFTER_TROUBLE = 500;

/** Runs until the signal aborts; never rejects. */
export async function runInboxReceiver(options: InboxReceiverOptions): Promise<void> {
  const isOver = (): boolean => options.signal.aborted;
  let cursor: string | undefined;
  while (!isOver()) {
    try {
      cursor = await pullPage(options, cursor);
    } catch (error) {
      if (isOver()) return;
      options.onTrouble?.(error instanceof Error ? error.message : String(error));
      // Without a cursor the next page begins with the oldest entry that is not acknowledged: nothing is passed over.
      cursor = undefined;
      await delay(PAUSE_AFTER_TROUBLE, undefined, { signal: options.signal }).catch(() => undefined);
    }
  }
}

/** Takes what one page lists; answers where to go on. */
async function pullPage(options: InboxReceiverOptions, cursor: string | undefined): Promise<string | undefined> {
  const { client, limit, wait } = options;
  const page = await client.inbox({ limit, wait, ...(cursor === undefined ? {} : { cursor }) });
  if (!page.ok) throw new Error(page.problem.title);
  for (const entry of page.value.entries) {
    if (entry.acknowledgedAt === null) await takeEntry(options, entry);
  }
  return page.value.cursor;
}

async function takeEntry({ client, ledger }: InboxReceiverOptions, entry: InboxEntryAnswer): Promise<void> {
  const fetched = await client.deliveryPackage(entry.delivery, PACKAGE_LIMIT);
  if (!fetched.ok) throw new Error(fetched.problem.title);
  const sha256 = createHash('sha256').update(fetched.value).digest('hex');
  if (sha256 !== entry.sha256)
    throw new Error(`delivery ${entry.delivery}: these are not the bytes that were announced`);
  const { delivery, message, organisation, kind } = entry;
  await ledger.append({ delivery, message, organisation, kind, sha256, size: fetched.value.length });
  const acknowledged = await client.acknowledge(delivery, sha256);
  if (!acknowledged.ok) throw new Error(acknowledged.problem.title);
}
