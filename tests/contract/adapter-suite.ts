// What every adapter that pushes promises (`src/ports/adapter.ts`), proved against a receiving system that misbehaves.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/core/exchange/outcome.ts';
import type { Adapter, Parcel, Sender } from '../../src/ports/adapter.ts';
import { settle } from '../support/settle.ts';
import { startPeer, type Peer, type PeerMode, type PeerOptions } from '../support/peers.ts';

export interface PeerAddress {
  readonly url: string;
  readonly token?: string;
  readonly timeoutSeconds?: number;
}

export interface AdapterUnderTest {
  readonly adapter: Adapter;
  /** Settings as the registry holds them, for a peer at `url`. */
  readonly settings: (peer: PeerAddress) => unknown;
}

export function parcelOf(content: Buffer, change: Partial<Parcel> = {}): Parcel {
  return {
    transmission: randomUUID(),
    message: randomUUID(),
    kind: 'new',
    deliveries: [{ id: randomUUID(), organisation: 'H99.12.01' }],
    sender: 'H99.12',
    documentId: 'H99.12/2026/000001',
    urgent: false,
    unchecked: false,
    verdict: 'passed',
    referenceOnly: false,
    mediaType: 'application/xml',
    sha256: createHash('sha256').update(content).digest('hex'),
    size: content.length,
    attempt: 1,
    open: () => Promise.resolve(content),
    ...change,
  };
}

export function connected({ adapter, settings }: AdapterUnderTest, peer: PeerAddress): Sender {
  const sender = adapter.connect?.(adapter.settings.parse(settings(peer)));
  if (sender === undefined) throw new Error(`${adapter.name} has no sender`);
  return sender;
}

const SMALL = randomBytes(12_000);
const never = () => new AbortController().signal;

/** What a receiver does, and what the try came to. */
const ANSWERS: readonly (readonly [mode: PeerMode, kind: Outcome['kind'], code: string | undefined])[] = [
  ['ok', 'done', undefined],
  ['wrong-hash', 'retry', 'receiver-hash-mismatch'],
  ['bad-body', 'retry', 'receiver-acknowledgement-invalid'],
  ['no-body', 'retry', 'receiver-acknowledgement-invalid'],
  ['huge-body', 'retry', 'receiver-acknowledgement-invalid'],
  ['cut-answer', 'retry', 'receiver-acknowledgement-invalid'],
  ['drop-after-commit', 'retry', 'receiver-unreachable'],
  ['reset', 'retry', 'receiver-unreachable'],
  ['redirect', 'retry', 'receiver-error'],
  ['moved', 'park', 'receiver-moved'],
  [500, 'retry', 'receiver-error'],
  [502, 'retry', 'receiver-error'],
  [503, 'retry', 'receiver-busy'],
  [429, 'retry', 'receiver-busy'],
  [401, 'park', 'receiver-credentials'],
  [403, 'park', 'receiver-credentials'],
  [404, 'return', 'receiver-refused'],
  [413, 'return', 'receiver-refused'],
  [422, 'return', 'receiver-refused'],
];

export function adapterSuite(subject: AdapterUnderTest): void {
  describe(`adapter ${subject.adapter.name}`, () => {
    let peer: Peer;
    let sender: Sender;
    const others: { close(): Promise<void> }[] = [];

    beforeAll(async () => {
      peer = await startPeer();
      sender = connected(subject, peer);
    });
    afterAll(async () => {
      await sender.close();
      await peer.close();
    });
    afterEach(async () => {
      for (const other of others.splice(0)) await other.close();
      peer.mode = 'ok';
    });

    async function another(options: PeerOptions, timeoutSeconds = 60): Promise<{ peer: Peer; sender: Sender }> {
      const own = await startPeer(options);
      const client = connected(subject, {
        url: own.url,
        timeoutSeconds,
        ...(options.token === undefined ? {} : { token: options.token }),
      });
      others.push(client, own);
      return { peer: own, sender: client };
    }

    test.each(ANSWERS)('a receiver doing %s comes to %s %s', async (mode, kind, code) => {
      peer.mode = mode;
      const outcome = await sender.send(parcelOf(SMALL), never());
      expect({ kind: outcome.kind, code: codeOf(outcome) }).toEqual({ kind, code });
    });

    test('done names the hash, and the receiver has these bytes and knows what they are', async () => {
      const parcel = parcelOf(SMALL, {
        attempt: 3,
        unchecked: true,
        deliveries: ['H99.12.01', 'H99.12.02'].map((organisation) => ({ id: randomUUID(), organisation })),
      });
      expect(await sender.send(parcel, never())).toMatchObject({ kind: 'done', sha256: parcel.sha256 });
      expect(peer.calls.at(-1)).toMatchObject({
        transmission: parcel.transmission,
        message: parcel.message,
        deliveries: parcel.deliveries,
        kind: 'new',
        attempt: 3,
        unchecked: true,
        sha256: parcel.sha256,
        size: parcel.size,
      });
    });

    test('a large package is streamed, and a stream that breaks is never acknowledged', async () => {
      const large = randomBytes(8_000_000);
      const whole = parcelOf(large, { open: () => Promise.resolve(Readable.from(pieces(large))) });
      expect((await sender.send(whole, never())).kind).toBe('done');
      const before = peer.ledger.size;
      const broken = parcelOf(large, { open: () => Promise.resolve(Readable.from(breaking(large))) });
      expect((await sender.send(broken, never())).kind).toBe('retry');
      expect(peer.ledger.size).toBe(before);
    });

    test('an acknowledgement given before the package was there does not count', async () => {
      peer.mode = 'hasty';
      const large = randomBytes(20_000_000);
      const parcel = parcelOf(large, { open: () => Promise.resolve(Readable.from(pieces(large))) });
      expect((await sender.send(parcel, never())).kind).toBe('retry');
    });

    test('the wrong credentials are told apart from a refusal', async () => {
      const { peer: strict, sender: known } = await another({ token: 'right' });
      const unknown = connected(subject, { url: strict.url, token: 'wrong' });
      others.unshift(unknown);
      expect((await known.send(parcelOf(SMALL), never())).kind).toBe('done');
      expect(await unknown.send(parcelOf(SMALL), never())).toMatchObject({
        kind: 'park',
        code: 'receiver-credentials',
      });
    });

    test("a busy receiver's wish is passed on", async () => {
      const { sender: client } = await another({ mode: 429, retryAfter: '7' });
      expect(await client.send(parcelOf(SMALL), never())).toMatchObject({ code: 'receiver-busy', after: 7 });
    });

    test("a refusal carries the receiver's code", async () => {
      const { sender: client } = await another({ mode: 422, problem: 'register-closed' });
      const outcome = await client.send(parcelOf(SMALL), never());
      expect(outcome).toMatchObject({ kind: 'return', facts: { reason: expect.stringContaining('register-closed') } });
    });

    test.each<PeerMode>(['hang', 'trickle'])('a receiver that does %s is left at the deadline', async (mode) => {
      const { sender: client } = await another({ mode }, 1);
      expect(await client.send(parcelOf(SMALL), never())).toMatchObject({ kind: 'retry', code: 'receiver-timeout' });
    });

    test('the caller may cut a try short, also one not begun', async () => {
      const { peer: hanging, sender: client } = await another({ mode: 'hang' });
      const stop = new AbortController();
      const outcome = client.send(parcelOf(SMALL), stop.signal);
      await settle('the package is there', () => hanging.calls.length === 1);
      stop.abort();
      expect((await outcome).kind).toBe('retry');
      expect((await client.send(parcelOf(SMALL), stop.signal)).kind).toBe('retry');
      expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    });

    test('a closed port, and a name that does not exist, are outcomes', async () => {
      const nobody = connected(subject, { url: `http://127.0.0.1:${await freePort()}/` });
      const nowhere = connected(subject, { url: 'http://nowhere.invalid/' });
      others.push(nobody, nowhere);
      const expected = { kind: 'retry', code: 'receiver-unreachable' };
      expect(await nobody.send(parcelOf(SMALL), never())).toMatchObject(expected);
      expect(await nowhere.send(parcelOf(SMALL), never())).toMatchObject(expected);
    });

    test('a receiver that restarted is reached again, and every call it sees is a try', async () => {
      const first = await startPeer();
      const client = connected(subject, { url: first.url });
      others.push(client);
      expect((await client.send(parcelOf(SMALL), never())).kind).toBe('done');
      await first.close();
      const second = await startPeer({ port: first.port });
      others.push(second);
      let tries = 0;
      await settle('the receiver has it', async () => {
        tries += 1;
        return (await client.send(parcelOf(SMALL), never())).kind === 'done';
      });
      expect(second.requests).toBeLessThanOrEqual(tries);
    });

    test('many tries run at once, and a slow one delays no other', async () => {
      const { peer: slow, sender: client } = await another({ mode: 'hang' }, 2);
      const stuck = client.send(parcelOf(SMALL), never());
      await settle('the package is there', () => slow.calls.length === 1);
      slow.mode = 'ok';
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => client.send(parcelOf(SMALL), never())));
      expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
      expect((await stuck).kind).toBe('retry');
    });
  });
}

function codeOf(outcome: Outcome): string | undefined {
  return outcome.kind === 'done' ? undefined : outcome.code;
}

function* pieces(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}

function* breaking(content: Buffer): Generator<Buffer> {
  yield content.subarray(0, content.length / 2);
  throw new Error('the disk broke');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
