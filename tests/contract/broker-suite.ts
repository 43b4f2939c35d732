// What src/ports/broker.ts promises, as tests. Every implementation runs all of them.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Broker, Reference } from '../../src/ports/broker.ts';
import { end, until } from '../support/external.ts';

/** A server of one's own, and the ways in. Each test gets queues of its own, named by `space`. */
export interface BrokerHarness {
  /** A broker as a further process would open it. */
  open(space: string): Promise<Broker>;
  /** Puts a body where references lie, as a stranger with the right to write could. */
  inject(space: string, body: Buffer, urgent: boolean): Promise<void>;
  /** Arguments for tests/support/broker-process.ts that open the same broker in another process. */
  processArguments(space: string): readonly string[] | Promise<readonly string[]>;
  /** The server below dies at once, as by a power cut, and comes back with its disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const SECONDS = 60;

let clock = Date.UTC(2026, 0, 1);

/** A new UUIDv7; no two are alike. */
function transmissionId(): string {
  clock += 1;
  const time = clock.toString(16).padStart(12, '0');
  const chance = randomBytes(9).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-8${chance.slice(3, 6)}-${chance.slice(6, 18)}`;
}

function reference(facts: Partial<Reference> = {}): Reference {
  return { transmission: transmissionId(), connection: 'commune-1', urgent: false, ...facts };
}

function references(count: number, facts: Partial<Reference> = {}): Reference[] {
  return Array.from({ length: count }, (_, index) => reference({ connection: `commune-${index % 17}`, ...facts }));
}

function ids(given: readonly Reference[]): string[] {
  return given.map(({ transmission }) => transmission);
}

const NO_REFERENCES: readonly (readonly [string, string | Buffer])[] = [
  ['nothing', ''],
  ['no JSON', 'transmission'],
  ['JSON null', 'null'],
  ['a list', '[]'],
  ['a number', '7'],
  ['no members', '{}'],
  ['a megabyte of junk', Buffer.alloc(1 << 20, 'x')],
  ['a megabyte of JSON', JSON.stringify({ ...wire(), connection: 'x'.repeat(1 << 20) })],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
  ['another version', JSON.stringify({ ...wire(), v: 2 })],
  ['a member too many', JSON.stringify({ ...wire(), content: 'x' })],
  ['a member too few', JSON.stringify({ v: 1, transmission: transmissionId(), connection: 'commune-1' })],
  ['an upper-case id', JSON.stringify({ ...wire(), transmission: transmissionId().toUpperCase() })],
  ['an id in braces', JSON.stringify({ ...wire(), transmission: `{${transmissionId()}}` })],
  ['an id without hyphens', JSON.stringify({ ...wire(), transmission: transmissionId().replaceAll('-', '') })],
  ['a random id (version 4)', JSON.stringify({ ...wire(), transmission: '0b1e5ac8-3c1f-4d53-9d7a-3f6f0f2d8c11' })],
  ['an id with a tail', JSON.stringify({ ...wire(), transmission: `${transmissionId()}\n` })],
  ['an id that is a number', JSON.stringify({ ...wire(), transmission: 1 })],
  ['an empty connection', JSON.stringify({ ...wire(), connection: '' })],
  ['an urgency that is a word', JSON.stringify({ ...wire(), urgent: 'yes' })],
  ['a prototype', '{"v":1,"transmission":"x","connection":"c","urgent":false,"__proto__":{}}'],
];

function wire() {
  return { v: 1, ...reference() };
}

export function brokerContract(name: string, prepare: () => Promise<BrokerHarness>): void {
  describe(`${name} keeps the promises of a broker`, () => {
    let harness: BrokerHarness;
    let space: string;
    let opened: Broker[];

    beforeAll(async () => {
      harness = await prepare();
    }, 300_000);
    afterAll(() => harness.close(), 60_000);

    beforeEach(() => {
      space = `t${createHash('sha256').update(randomBytes(16)).digest('hex').slice(0, 10)}`;
      opened = [];
    });
    afterEach(() => Promise.all(opened.map((broker) => broker.close())), 60_000);

    async function open(): Promise<Broker> {
      const broker = await harness.open(space);
      opened.push(broker);
      await until('the broker is connected', SECONDS, () => broker.connected() || undefined);
      return broker;
    }

    /** A consumer that notes what it is given. */
    async function collect(broker: Broker, prefetch = 10): Promise<Reference[]> {
      const given: Reference[] = [];
      await broker.consume({ prefetch }, (each) => {
        given.push(each);
        return Promise.resolve('taken');
      });
      return given;
    }

    function allGiven(given: readonly Reference[], wanted: readonly Reference[]): Promise<true> {
      return until('all references are given', SECONDS, () => {
        const seen = new Set(ids(given));
        return ids(wanted).every((id) => seen.has(id)) || undefined;
      });
    }

    test('what is published is given, member by member', async () => {
      const broker = await open();
      const published = [
        reference({ connection: 'H99.12.01', urgent: true }),
        reference({ connection: 'xã Mẫu "đặc biệt" \\ \u{1f4e8}' }),
        reference({ connection: 'c'.repeat(200) }),
      ];
      expect(await broker.publish(published)).toEqual([true, true, true]);
      const given = await collect(broker);
      await allGiven(given, published);
      expect(given).toEqual(expect.arrayContaining(published));
    });

    test('nothing published is nothing confirmed', async () => {
      const broker = await open();
      expect(await broker.publish([])).toEqual([]);
    });

    test('two consumers share the work, and nothing comes twice in quiet times', async () => {
      const [publisher, one, two] = [await open(), await open(), await open()];
      const given = [await collect(one), await collect(two)];
      const published = references(300);
      const confirmed = await Promise.all([
        publisher.publish(published.slice(0, 100)),
        publisher.publish(published.slice(100, 200)),
        one.publish(published.slice(200)),
      ]);
      expect(confirmed.flat()).toEqual(published.map(() => true));
      await until('all are given', SECONDS, () => (given.flat().length >= 300 ? true : undefined));
      expect(ids(given.flat()).sort()).toEqual(ids(published).sort());
    });

    test('a confirmed reference waits until a consumer comes', async () => {
      const published = references(20);
      const first = await open();
      expect(await first.publish(published)).toEqual(published.map(() => true));
      await first.close();
      expect(await first.publish([reference()])).toEqual([false]);
      expect(first.connected()).toBe(false);
      await allGiven(await collect(await open()), published);
    });

    test('what a killed consumer held is given to another', async () => {
      const broker = await open();
      const published = references(5);
      await broker.publish(published);
      const args = ['--import', './tests/support/typescript.mjs', './tests/support/broker-process.ts'];
      const other = spawn(process.execPath, [...args, ...(await harness.processArguments(space))], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const held = new Set<string>();
        createInterface(other.stdout).on('line', (line) => held.add(line));
        await until('the other process holds all', SECONDS, () => held.size === 5 || undefined);
      } finally {
        await end(other, 'SIGKILL');
      }
      await allGiven(await collect(broker), published);
    });

    test('urgent references that wait are given before ordinary ones that wait', async () => {
      const broker = await open();
      const published = references(120).map((each, index) => ({ ...each, urgent: index % 2 === 1 }));
      await broker.publish(published);
      const given = await collect(await open(), 1);
      await allGiven(given, published);
      expect(given.map(({ urgent }) => urgent)).toEqual([
        ...Array.from({ length: 60 }, () => true),
        ...Array.from({ length: 60 }, () => false),
      ]);
    });

    test('an urgent reference overtakes ordinary ones that came before it', async () => {
      const broker = await open();
      const given: Reference[] = [];
      const gate = new Gate();
      await broker.consume({ prefetch: 1 }, async (each) => {
        given.push(each);
        await gate.opened;
        return 'taken';
      });
      const ordinary = references(30);
      await broker.publish(ordinary);
      await until('the first is given', SECONDS, () => given.length === 1 || undefined);
      const urgent = references(3, { urgent: true });
      await broker.publish(urgent);
      await until('all others wait', SECONDS, async () => ((await broker.depth()) === 32 ? true : undefined));
      gate.open();
      await allGiven(given, ordinary);
      expect(ids(given.slice(1, 4)).sort()).toEqual(ids(urgent).sort());
    });

    test.each([1, 4])('at most %i handlers of one consumer run at once', async (prefetch) => {
      const broker = await open();
      const published = references(40);
      let running = 0;
      let most = 0;
      let done = 0;
      await broker.publish(published);
      await broker.consume({ prefetch }, async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        done += 1;
        return 'taken';
      });
      await until('all are done', SECONDS, () => done >= 40 || undefined);
      expect(most).toBe(prefetch);
    });

    test('a handler that rejects has taken the reference', async () => {
      const broker = await open();
      const given: Reference[] = [];
      await broker.consume({ prefetch: 2 }, (each) => {
        given.push(each);
        return Promise.reject(new Error('a fault of the handler'));
      });
      const published = references(10);
      await broker.publish(published);
      await allGiven(given, published);
      await until('nothing waits', SECONDS, async () => ((await broker.depth()) === 0 ? true : undefined));
      await broker.close();
      const after = reference();
      const next = await open();
      await next.publish([after]);
      expect(ids(await drained(next, after))).toEqual([after.transmission]);
      expect(given).toHaveLength(10);
    });

    /** Everything that is given until `last` is. */
    async function drained(broker: Broker, last: Reference): Promise<Reference[]> {
      const given = await collect(broker, 1);
      await allGiven(given, [last]);
      return given;
    }

    test('a reference that is to come again comes again', async () => {
      const broker = await open();
      let times = 0;
      await broker.consume({ prefetch: 1 }, () => {
        times += 1;
        return Promise.resolve(times < 3 ? 'again' : 'taken');
      });
      await broker.publish([reference()]);
      await until('it was given three times', SECONDS, () => times === 3 || undefined);
    });

    test.each([true, false])('bodies that are no references are dropped and counted (urgent: %s)', async (urgent) => {
      const broker = await open();
      const given = await collect(broker);
      for (const [, body] of NO_REFERENCES) await harness.inject(space, Buffer.from(body), urgent);
      const last = reference({ urgent });
      await broker.publish([last]);
      await allGiven(given, [last]);
      await until('all are counted', SECONDS, () => broker.dropped() === NO_REFERENCES.length || undefined);
      expect(given).toEqual([last]);
      expect(await broker.depth()).toBe(0);
    });

    test('closing waits for running handlers and leaves the rest to others', async () => {
      const broker = await open();
      const gate = new Gate();
      const started: Reference[] = [];
      let ended = 0;
      const consumer = await broker.consume({ prefetch: 2 }, async (each) => {
        started.push(each);
        await gate.opened;
        ended += 1;
        return 'taken';
      });
      const published = references(12);
      await broker.publish(published);
      await until('two are running', SECONDS, () => started.length === 2 || undefined);
      const closing = consumer.close();
      const rest = published.filter(({ transmission }) => !ids(started).includes(transmission));
      const others = await collect(await open());
      await allGiven(others, rest);
      gate.open();
      await closing;
      expect(ended).toBe(2);
      const last = reference();
      await broker.publish([last]);
      await allGiven(others, [last]);
      expect(ids(others).sort()).toEqual(ids([...rest, last]).sort());
    });

    test('the depth is what waits and was not given', async () => {
      const broker = await open();
      expect(await broker.depth()).toBe(0);
      await broker.publish(references(7).map((each, index) => ({ ...each, urgent: index < 3 })));
      expect(await broker.depth()).toBe(7);
      const gate = new Gate();
      let running = 0;
      await broker.consume({ prefetch: 2 }, async () => {
        running += 1;
        await gate.opened;
        return 'taken';
      });
      await until('two are running', SECONDS, () => running === 2 || undefined);
      await until('five wait', SECONDS, async () => ((await broker.depth()) === 5 ? true : undefined));
      gate.open();
      await until('none waits', SECONDS, async () => ((await broker.depth()) === 0 ? true : undefined));
    });

    test('thousands in flight are all confirmed and given', async () => {
      const broker = await open();
      const given = await collect(broker, 100);
      const published = references(5000);
      const batches = Array.from({ length: 10 }, (_, index) => published.slice(index * 500, (index + 1) * 500));
      const confirmed = (await Promise.all(batches.map((batch) => broker.publish(batch)))).flat();
      expect(confirmed.every(Boolean)).toBe(true);
      await allGiven(given, published);
    });

    test('a server that dies in the middle loses nothing confirmed, and all goes on by itself', async () => {
      const broker = await open();
      const given = await collect(broker);
      const waiting = references(50);
      expect(await broker.publish(waiting)).toEqual(waiting.map(() => true));
      const confirmed: Reference[] = [...waiting];
      const stop = new AbortController();
      const publishing = (async () => {
        while (!stop.signal.aborted) {
          const batch = references(5);
          const answers = await broker.publish(batch);
          expect(answers).toHaveLength(5);
          confirmed.push(...batch.filter((_, index) => answers[index] === true));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      await until('the first are given', SECONDS, () => given.length > 20 || undefined);
      await harness.kill();
      await until('the loss is noticed', SECONDS, () => !broker.connected() || undefined);
      expect(await broker.publish([reference(), reference()])).toEqual([false, false]);
      await harness.start();
      const before = confirmed.length;
      await until('publishing goes on', SECONDS, () => confirmed.length > before + 20 || undefined);
      expect(broker.connected()).toBe(true);
      stop.abort();
      await publishing;
      await allGiven(given, confirmed);
    }, 180_000);
  });
}

/** Handlers wait here until the test opens it. */
class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}
