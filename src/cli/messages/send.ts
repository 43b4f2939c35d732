// `lienthong send FILE`: gives one package to a gateway and keeps what it answers.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ReceivedAnswer } from '../../api/v1/messages.ts';
import { readCredentials, unreadable, wrongUsage, type ClientOptionValues } from '../credentials.ts';
import { EXIT } from '../exit-codes.ts';
import type { Language } from '../../core/message/language.ts';
import { answer, distinctly, progress, tellProblem, type CommonOptions } from '../terminal.ts';
import { displayWidth, renderTable } from '../text-table.ts';
import { openGateway } from './gateway-client.ts';
import { SENT, SENT_HEADS, SENT_LABELS, TRYING_AGAIN } from '../../texts/commands.ts';
import { DISPOSITIONS } from '../../texts/states.ts';
import { VERDICTS } from '../../texts/verification.ts';
import { inSentence, wordFor } from '../../texts/words.ts';

export interface SendOptions extends CommonOptions, ClientOptionValues {
  readonly idempotencyKey?: string;
  readonly patience: number;
}

/** Resolves to the exit status: 0 accepted, 1 refused. */
export async function sendFile(path: string, options: SendOptions): Promise<number> {
  const credentials = await readCredentials(options);
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!found.isFile()) throw wrongUsage('not-a-file', { file: path });
  if (found.size > 1 << 20) progress(`${path}: ${found.size} byte …`);
  const client = openGateway(credentials, {
    patience: options.patience,
    language: options.lang,
    onRetry: distinctly((reason) => progress(TRYING_AGAIN[options.lang](reason))),
  });
  try {
    const key = options.idempotencyKey ?? (await keyOf(path));
    const sent = await client.submit({ path, size: found.size }, key, await mediaTypeOf(path));
    if (!sent.ok) {
      tellProblem(options, sent.problem);
      return EXIT.failed;
    }
    answer(options, { ok: true, status: sent.status, ...sent.value }, () =>
      render(sent.status, sent.value, options.lang),
    );
    return EXIT.done;
  } finally {
    client.close();
  }
}

const ZIP_START = Buffer.from('PK');

/** An agency package is known by its first bytes; everything else is for the gateway to judge as edXML. */
async function mediaTypeOf(path: string): Promise<string> {
  const start: Buffer[] = [];
  const first = createReadStream(path, { end: ZIP_START.length - 1 }) as AsyncIterable<Buffer>;
  for await (const piece of first) start.push(piece);
  return Buffer.concat(start).equals(ZIP_START) ? 'application/zip' : 'application/xml';
}

/** The same file sent again is the same request, also from another call of the command. */
async function keyOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) hash.update(piece);
  return `send-${hash.digest('hex')}`;
}

function render(status: number, sent: ReceivedAnswer, language: Language): string {
  const disposition = inSentence(wordFor(DISPOSITIONS, sent.disposition, language));
  const facts: Readonly<Record<keyof typeof SENT_LABELS, string>> = {
    id: sent.id,
    documentId: sent.documentId,
    verdict: `${wordFor(VERDICTS, sent.verdict, language)}, ${disposition}`,
    sha256: sent.sha256,
  };
  const labels = Object.entries(SENT_LABELS).map(([name, words]) => ({ name, label: words[language] }));
  const width = Math.max(...labels.map(({ label }) => displayWidth(label)));
  const lines = labels.map(({ name, label }) => {
    return `${label}${' '.repeat(width - displayWidth(label))}  ${facts[name as keyof typeof SENT_LABELS]}`;
  });
  const rows = sent.deliveries.map(({ id, organisation }) => [organisation, id]);
  const table = renderTable(
    SENT_HEADS[language].map((title) => ({ title })),
    rows,
  );
  const head = (status === 200 ? SENT.repeated : SENT.first)[language];
  return `${[head, ...lines].join('\n')}\n\n${table}`;
}
