// `lienthong send FILE`: gives one package to a gateway and keeps what it answers.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ReceivedAnswer } from '../../api/v1/messages.ts';
import { readCredentials, unreadable, wrongUsage, type ClientOptionValues } from '../credentials.ts';
import { EXIT } from '../exit-codes.ts';
import type { Language } from '../../core/message/language.ts';
import { answer, distinctly, progress, tellProblem, type CommonOptions } from '../terminal.ts';
import { renderTable } from '../text-table.ts';
import { openGateway } from './gateway-client.ts';

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
  if (!found.isFile()) throw wrongUsage(`${path} is not a file`);
  if (found.size > 1 << 20) progress(`${path}: ${found.size} byte …`);
  const client = openGateway(credentials, {
    patience: options.patience,
    language: options.lang,
    onRetry: distinctly((reason) => progress(`${reason}; …`)),
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

const TEXTS = {
  vi: { before: 'Đã tiếp nhận từ trước', accepted: 'Đã tiếp nhận', titles: ['Nơi nhận', 'Lượt gửi'] },
  en: { before: 'Accepted before', accepted: 'Accepted', titles: ['Addressee', 'Delivery'] },
} as const;

function render(status: number, sent: ReceivedAnswer, language: Language): string {
  const { before, accepted, titles } = TEXTS[language];
  const head = [
    status === 200 ? before : accepted,
    `id          ${sent.id}`,
    `documentId  ${sent.documentId}`,
    `verdict     ${sent.verdict}, ${sent.disposition}`,
    `sha256      ${sent.sha256}`,
    '\n',
  ].join('\n');
  const rows = sent.deliveries.map(({ id, organisation }) => [organisation, id]);
  return `${head}${renderTable(
    titles.map((title) => ({ title })),
    rows,
  )}`;
}
