// A package of 200 MB through the gateway: in over HTTP, out of an inbox over HTTP, and what the gateway's memory was at most.

import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openGateway } from '../../src/cli/messages/gateway-client.ts';
import type { Answer, GatewayClient } from '../../src/client/gateway.ts';
import { openHttp } from '../../src/drivers/http-client.ts';
import type { Party } from '../../src/demo/world.ts';
import { memoryOf, peakMemoryOf } from './process-figures.ts';
import { result, say, type Bench } from './report.ts';
import { attachmentOf, signedPackage } from './signed-packages.ts';
import { openWorld, type BenchWorld } from './world.ts';
import { fsyncRate, sha256Rate } from './yardsticks.ts';

const ATTACHMENTS = 4;
const ATTACHMENT_BYTES = 37_400_000;

export async function benchPackage(): Promise<Bench> {
  const world = await openWorld();
  try {
    const { gateway } = world;
    const before = memoryOf(gateway.pid);
    const given = await give(world);
    const afterIn = peakMemoryOf(gateway.pid);
    const taken = await take(world, given);
    const peak = peakMemoryOf(gateway.pid);
    return {
      versions: {},
      conditions: {
        bytes: given.size,
        attachments: ATTACHMENTS,
        gateway: 'one process, embedded PostgreSQL, content on disk',
        client: 'another process on this machine',
        residentBeforeMB: Math.round(before),
      },
      results: [
        result('200 MB in, received and verified and durable', 'MB/s', given.size / 1e6 / given.seconds),
        result('200 MB out, pulled from the inbox', 'MB/s', given.size / 1e6 / taken.seconds),
        result('peak resident memory of the gateway, in', 'MB', afterIn),
        result('peak resident memory of the gateway, in and out', 'MB', peak),
        sha256Rate(),
        fsyncRate(),
      ],
    };
  } finally {
    await world.close();
  }
}

interface Given {
  readonly size: number;
  readonly sha256: string;
  readonly seconds: number;
}

async function give({ gateway, signer, folder }: BenchWorld): Promise<Given> {
  say('signing 200 MB …');
  const { sender, receivers } = gateway.demo.world;
  const bytes = signedPackage(
    {
      documentId: `${sender.organisation},2026/11/20,200/UBND-VP`,
      number: '200',
      subject: 'Đo tốc độ với gói tin 200 MB',
      sender: sender.organisation,
      recipients: [receivers.inbox.organisation],
      attachments: Array.from({ length: ATTACHMENTS }, () => attachmentOf(randomBytes(ATTACHMENT_BYTES))),
    },
    signer,
  );
  const path = join(folder, 'package.edxml');
  await writeFile(path, bytes);
  say(`giving ${bytes.length} bytes …`);
  const client = clientOf(gateway.demo.world.gateway, sender);
  try {
    required(await client.token());
    const began = performance.now();
    const accepted = required(await client.submit({ path, size: bytes.length }));
    const seconds = (performance.now() - began) / 1000;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (accepted.sha256 !== sha256 || accepted.verdict !== 'passed') throw new Error('the gateway took other bytes');
    return { size: bytes.length, sha256, seconds };
  } finally {
    client.close();
  }
}

async function take({ gateway }: BenchWorld, given: Given): Promise<{ readonly seconds: number }> {
  say('taking …');
  const { gateway: address, receivers } = gateway.demo.world;
  const client = clientOf(address, receivers.inbox);
  const http = openHttp({ keptFor: 0 });
  try {
    const [entry] = required(await client.inbox({ wait: 10 })).entries;
    if (entry === undefined) throw new Error('nothing in the inbox');
    const { access_token: token } = required(await client.token());
    const began = performance.now();
    const url = new URL(`/v1/deliveries/${entry.delivery}/package`, address);
    const headers = { authorization: `Bearer ${token}` };
    const reply = await http.send({ method: 'GET', url, headers, silence: 60_000 });
    const hash = createHash('sha256');
    for await (const piece of reply.body as AsyncIterable<Buffer>) hash.update(piece);
    const seconds = (performance.now() - began) / 1000;
    if (hash.digest('hex') !== given.sha256) throw new Error('other bytes came out');
    required(await client.acknowledge(entry.delivery, given.sha256));
    return { seconds };
  } finally {
    http.close();
    client.close();
  }
}

export function clientOf(gateway: string, { client, secret }: Party): GatewayClient {
  return openGateway({ gateway, client, secret });
}

export function required<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`HTTP ${answer.status} ${answer.problem.code}: ${answer.problem.title}`);
  return answer.value;
}
