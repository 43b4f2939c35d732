// The demonstration must fail when anything in it does not come out as told; otherwise its success says nothing.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, request, type Server } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/external.ts';
import { lienthong, LiveGateway, type Finished } from '../support/live-gateway.ts';

interface Shown {
  readonly ok: boolean;
  readonly steps: readonly {
    readonly name: { readonly en: string };
    readonly ok: boolean;
    readonly seen: { readonly en: string };
  }[];
  readonly message: {
    readonly documentId: string;
    readonly summary: { readonly arrived: number; readonly total: number };
  } | null;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-demo-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function shown(finished: Finished): Shown {
  return JSON.parse(finished.stdout) as Shown;
}

function failedSteps(finished: Finished): string[] {
  return shown(finished)
    .steps.filter((step) => !step.ok)
    .map((step) => step.name.en);
}

describe('lienthong demo', () => {
  test('on a fresh folder every step comes out as told, and again on the same folder', async () => {
    const data = join(folder, 'fresh');
    for (const round of [1, 2]) {
      const finished = await lienthong(['demo', '--exit', '--json', '--data', data]);
      expect({ round, code: finished.code, failed: finished.code === 0 ? [] : finished.stderr }).toEqual({
        round,
        code: 0,
        failed: [],
      });
      const { ok, steps, message } = shown(finished);
      expect(ok).toBe(true);
      expect(steps.length).toBeGreaterThanOrEqual(15);
      expect(message?.summary).toMatchObject({ arrived: 3, total: 4 });
      expect(await readFile(join(data, 'letter.edxml'), 'utf8')).toContain(message?.documentId);
    }
  }, 180_000);

  test('for people it prints tables and no colour codes into a pipe', async () => {
    const finished = await lienthong(['demo', '--exit', '--lang', 'en', '--data', join(folder, 'fresh')]);
    expect(finished.code).toBe(0);
    expect(finished.stdout).toContain('Timeline');
    expect(finished.stdout).toContain('H99.12.03');
    expect(finished.stdout).not.toContain('\u001B');
  }, 120_000);
});

describe('lienthong demo where another gateway runs', () => {
  let gateway: LiveGateway;

  beforeAll(async () => {
    gateway = await LiveGateway.open(join(folder, 'taken'));
  }, 120_000);

  afterAll(() => gateway.stop());

  test('on the same folder it ends at once and leaves the other its files', async () => {
    const { credentials, registry, dataDir } = gateway.demo;
    const before = await Promise.all([readFile(credentials), readFile(registry)]);
    const finished = await lienthong(['demo', '--exit', '--lang', 'en', '--data', dataDir]);
    expect(finished.code).toBe(69);
    expect(finished.stderr).not.toContain('    at ');
    expect(await Promise.all([readFile(credentials), readFile(registry)])).toEqual(before);
  }, 60_000);

  test('on its port it does not take the other for its own', async () => {
    const data = join(folder, 'port-taken');
    const finished = await lienthong(['demo', '--exit', '--json', '--data', data, '--port', String(gateway.demo.port)]);
    expect(finished.code).toBe(69);
    expect(JSON.parse(finished.stdout)).toMatchObject({ ok: false, problem: { code: 'port-in-use' } });
  }, 60_000);
});

describe('lienthong demo against a gateway that is there', () => {
  let gateway: LiveGateway;
  let proxy: Server | undefined;
  let proxyPort: number;

  beforeAll(async () => {
    proxyPort = await freePort();
    // The push goes through a proxy from the start; what the proxy does is each test's business.
    gateway = await LiveGateway.open(join(folder, 'faults'), {
      edit: async (registry, demo) => {
        const { port } = demo.world.receivers.push.listen;
        const text = await readFile(registry, 'utf8');
        await writeFile(registry, text.replaceAll(`http://127.0.0.1:${port}/`, `http://127.0.0.1:${proxyPort}/`));
      },
    });
  }, 120_000);

  afterAll(async () => {
    proxy?.closeAllConnections();
    proxy?.close();
    await gateway.stop();
  });

  /** Passes every push on to the receiver, after `change`. */
  async function startProxy(change: (body: Buffer) => Buffer): Promise<void> {
    proxy?.closeAllConnections();
    proxy?.close();
    const target = gateway.demo.world.receivers.push.listen.port;
    proxy = createServer((incoming, outgoing) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => {
        const headers = { ...incoming.headers };
        delete headers['transfer-encoding'];
        const body = change(Buffer.concat(pieces));
        const passed = request({
          host: '127.0.0.1',
          port: target,
          method: 'POST',
          headers: { ...headers, 'content-length': body.length },
        });
        passed.on('response', (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        passed.on('error', () => outgoing.destroy());
        passed.end(body);
      });
    }).listen(proxyPort, '127.0.0.1');
    await once(proxy, 'listening');
  }

  function demo(patience: number, more: readonly string[] = []): Promise<Finished> {
    return lienthong([
      'demo',
      '--exit',
      '--json',
      '--credentials',
      gateway.demo.credentials,
      '--patience',
      String(patience),
      ...more,
    ]);
  }

  test('with an honest proxy in between every step comes out as told', async () => {
    await startProxy((body) => body);
    const finished = await demo(20);
    expect(failedSteps(finished)).toEqual([]);
    expect(finished.code).toBe(0);
  }, 120_000);

  test('with one byte flipped on the way to a receiver it fails and says where', async () => {
    await startProxy((body) => {
      const flipped = Buffer.from(body);
      const at = flipped.indexOf('ContentTransferEncoded') + 200;
      flipped[at] = flipped[at] === 0x41 ? 0x42 : 0x41;
      return flipped;
    });
    const finished = await demo(3);
    expect(finished.code).toBe(1);
    expect(failedSteps(finished)).toContain('UBND xã Mẫu Một takes the push');
  }, 120_000);

  test('with a receiver that is stopped it fails and says which', async () => {
    proxy?.closeAllConnections();
    proxy?.close();
    const finished = await demo(3);
    expect(finished.code).toBe(1);
    expect(failedSteps(finished)).toContain('UBND xã Mẫu Một takes the push');
    expect(failedSteps(finished)).not.toContain('UBND xã Mẫu Hai pulls and acknowledges');
  }, 120_000);

  test('where an answer to the revocation goes lost, it fails and says so', async () => {
    await startProxy((body) => body);
    const front = createServer((incoming, outgoing) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => {
        const body = Buffer.concat(pieces);
        if (incoming.url?.endsWith('/statuses') === true && body.includes('"code":"15"')) {
          const [, , , delivery] = incoming.url.split('/');
          outgoing.writeHead(202, { 'content-type': 'application/json' });
          outgoing.end(JSON.stringify({ id: delivery, delivery, code: '15' }));
          return;
        }
        const { method, url, headers } = incoming;
        const passed = request({ host: '127.0.0.1', port: gateway.demo.port, method, path: url, headers });
        passed.on('response', (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        passed.on('error', () => outgoing.destroy());
        passed.end(body);
      });
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    try {
      const { port } = front.address() as AddressInfo;
      const finished = await demo(3, ['--gateway', `http://127.0.0.1:${port}`]);
      expect(failedSteps(finished)).toEqual(['UBND huyện Mẫu revokes the letter']);
      expect(finished.code).toBe(1);
    } finally {
      front.closeAllConnections();
      front.close();
    }
  }, 120_000);

  test('without the gateway it fails', async () => {
    const finished = await lienthong([
      'demo',
      '--exit',
      '--json',
      '--credentials',
      gateway.demo.credentials,
      '--gateway',
      `http://127.0.0.1:${await freePort()}`,
      '--patience',
      '1',
    ]);
    expect(finished.code).toBe(1);
    expect(shown(finished).steps.every((step) => !step.ok)).toBe(true);
  }, 60_000);
});
