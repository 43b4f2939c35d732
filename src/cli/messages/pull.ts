// `lienthong pull`: stores every entry of a connection's inbox in a folder, and acknowledges it.

import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { InboxEntryAnswer } from '../../api/v1/inbox.ts';
import type { GatewayClient } from '../../client/gateway.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import { readCredentials, wrongUsage, type ClientOptionValues } from '../credentials.ts';
import { EXIT } from '../exit-codes.ts';
import type { Language } from '../../core/message/language.ts';
import { answer, distinctly, progress, tellProblem, type CommonOptions } from '../terminal.ts';
import { renderTable } from '../text-table.ts';
import { openGateway } from './gateway-client.ts';
import { MESSAGE_KINDS } from '../../texts/codes.ts';
import { NOTHING_PULLED, PULL_HEADS, PULL_MARKS, TRYING_AGAIN } from '../../texts/commands.ts';
import { wordFor } from '../../texts/words.ts';

export interface PullOptions extends CommonOptions, ClientOptionValues {
  readonly into: string;
  /** Seconds to wait for a first entry. */
  readonly wait: number;
  readonly patience: number;
}

interface Pulled {
  readonly delivery: string;
  readonly kind: string;
  readonly sender: string;
  readonly documentId: string;
  readonly mark: Mark | null;
  readonly file: string;
}

/** Marks that the reader of a document must know. */
type Mark = keyof typeof PULL_MARKS;

function markOf({ verdict, referenceOnly, unchecked }: InboxEntryAnswer): Mark | null {
  if (verdict === 'failed') return 'failed';
  if (referenceOnly) return 'reference-only';
  return unchecked ? 'unchecked' : null;
}

const PAGE = 100;

/** Resolves to the exit status: 0 everything taken, 1 the gateway refused something. */
export async function pullInbox(options: PullOptions): Promise<number> {
  const credentials = await readCredentials(options);
  await mkdir(options.into, { recursive: true }).catch((cause: unknown) => {
    throw wrongUsage('folder-unusable', { folder: options.into }, cause);
  });
  const client = openGateway(credentials, {
    patience: options.patience,
    language: options.lang,
    onRetry: distinctly((reason) => progress(TRYING_AGAIN[options.lang](reason))),
  });
  try {
    const pulled: Pulled[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const wait = cursor === undefined ? options.wait : 0;
      const page = await client.inbox({ limit: PAGE, wait, ...(cursor === undefined ? {} : { cursor }) });
      if (!page.ok) return refused(options, page.problem);
      for (const entry of page.value.entries) {
        if (entry.acknowledgedAt !== null) continue;
        const file = await takeEntry(client, entry, options.into);
        if ('problem' in file) return refused(options, file.problem);
        progress(`${wordFor(MESSAGE_KINDS, entry.kind, options.lang)} ${entry.documentId} ← ${entry.sender}`);
        const { delivery, kind, sender, documentId } = entry;
        pulled.push({ delivery, kind, sender, documentId, mark: markOf(entry), file: file.path });
      }
      cursor = page.value.cursor;
      more = page.value.entries.length > 0;
    }
    answer(options, { ok: true, pulled }, () => render(pulled, options.lang));
    return EXIT.done;
  } finally {
    client.close();
  }
}

type Taken = { readonly path: string } | { readonly problem: Parameters<typeof tellProblem>[1] };

/** The file is whole and durable before the client acknowledges it. */
async function takeEntry(client: GatewayClient, entry: InboxEntryAnswer, folder: string): Promise<Taken> {
  // The id becomes a file name, so only an id may pass.
  if (!/^[0-9a-f-]{36}$/.test(entry.delivery)) throw wrongUsage('delivery-unnamed');
  const path = join(folder, `${entry.delivery}.edxml`);
  const fetched = await client.downloadDelivery(entry.delivery, `${path}.part`);
  if (!fetched.ok) return { problem: fetched.problem };
  const { sha256 } = fetched.value;
  if (sha256 !== entry.sha256) throw new ProblemError('content-corrupt', { sha256: entry.sha256 });
  await rename(`${path}.part`, path);
  await syncFolder(folder);
  const acknowledged = await client.acknowledge(entry.delivery, sha256);
  return acknowledged.ok ? { path } : { problem: acknowledged.problem };
}

/** A new name is only on disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function refused(options: CommonOptions, problem: Parameters<typeof tellProblem>[1]): number {
  tellProblem(options, problem);
  return EXIT.failed;
}

function render(pulled: readonly Pulled[], language: Language): string {
  if (pulled.length === 0) return `${NOTHING_PULLED[language]}\n`;
  const rows = pulled.map(({ kind, sender, documentId, mark, file }) => [
    wordFor(MESSAGE_KINDS, kind, language),
    sender,
    documentId,
    mark === null ? '' : PULL_MARKS[mark][language],
    file,
  ]);
  return renderTable(
    PULL_HEADS[language].map((title) => ({ title })),
    rows,
  );
}
