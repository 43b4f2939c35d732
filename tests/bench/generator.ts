// The sending side of the exchange benchmark: signs its documents first, then sends when told.

import { createHash, createPrivateKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { openHttp } from '../../src/drivers/http-client.ts';
import { derValues } from '../../src/core/crypto/pem.ts';
import type { World } from '../../src/demo/world.ts';
import { clientOf, required } from './package.ts';
import { attachmentOf, signedPackage } from './signed-packages.ts';

export interface GeneratorPlan {
  readonly world: World;
  readonly count: number;
  /** Tells the documents of one stretch from those of another. */
  readonly series: number;
}

/** `closed`: so many at once. `open`: at planned times, whatever becomes of the earlier ones. */
export type GeneratorOrder =
  | { readonly kind: 'closed'; readonly concurrency: number; readonly seconds: number }
  | { readonly kind: 'open'; readonly rate: number; readonly seconds: number };

export interface Accepted {
  readonly id: string;
  readonly sha256: string;
  /** When it was to be sent; milliseconds, comparable between processes of one machine. */
  readonly plannedAt: number;
}

const ATTACHMENT_BYTES = 3_600;

function tell(message: object): void {
  process.send?.(message);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function signAll({ world, count, series }: GeneratorPlan): Buffer[] {
  const { keyPath, certificatesPath } = world.sender.signing;
  const signer = {
    key: createPrivateKey(readFileSync(keyPath)),
    certificates: derValues(readFileSync(certificatesPath), 'CERTIFICATE'),
  };
  return Array.from({ length: count }, (_, index) => {
    const number = `${series}${String(index).padStart(6, '0')}`;
    return signedPackage(
      {
        documentId: `${world.sender.organisation},2026/11/20,${number}/UBND-VP`,
        number,
        subject: `Đo tốc độ trao đổi, văn bản ${number}`,
        sender: world.sender.organisation,
        recipients: [world.receivers.push.organisation],
        attachments: [attachmentOf(randomBytes(ATTACHMENT_BYTES))],
      },
      signer,
    );
  });
}

async function main(): Promise<void> {
  const [plan] = (await once(process, 'message')) as [GeneratorPlan];
  const documents = signAll(plan);
  const client = clientOf(plan.world.gateway, plan.world.sender);
  const { access_token: token } = required(await client.token());
  client.close();
  tell({ kind: 'ready' });
  const [order] = (await once(process, 'message')) as [GeneratorOrder];
  const http = openHttp({ keptFor: 4_000 });
  const url = new URL('/v1/messages', plan.world.gateway);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
  const accepted: Accepted[] = [];
  const give = async (body: Buffer, plannedAt: number): Promise<void> => {
    const reply = await http.send({ method: 'POST', url, headers, body, silence: 60_000 });
    const answer = String(await reply.bytes(1 << 20));
    if (reply.status !== 202) throw new Error(`HTTP ${reply.status}: ${answer}`);
    const { id } = JSON.parse(answer) as { id: string };
    accepted.push({ id, sha256: createHash('sha256').update(body).digest('hex'), plannedAt });
  };
  await (order.kind === 'closed' ? sendClosed(documents, order, give) : sendOpen(documents, order, give));
  http.close();
  tell({ kind: 'done', accepted });
}

type Give = (body: Buffer, plannedAt: number) => Promise<void>;

async function sendClosed(documents: Buffer[], order: GeneratorOrder & { kind: 'closed' }, give: Give): Promise<void> {
  const deadline = now() + order.seconds * 1000;
  const lane = async (): Promise<void> => {
    for (let body = documents.pop(); body !== undefined && now() < deadline; body = documents.pop())
      await give(body, now());
  };
  await Promise.all(Array.from({ length: order.concurrency }, lane));
}

async function sendOpen(documents: Buffer[], order: GeneratorOrder & { kind: 'open' }, give: Give): Promise<void> {
  const began = now();
  const sent = documents.map(async (body, index) => {
    const plannedAt = began + (index * 1000) / order.rate;
    await delay(Math.max(0, plannedAt - now()));
    await give(body, plannedAt);
  });
  await Promise.all(sent);
}

await main();
// Ends when its parent is done with it: a process that leaves by itself may take its last message along.
if (process.connected) await once(process, 'disconnect');
