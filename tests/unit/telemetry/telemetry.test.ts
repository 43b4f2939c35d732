import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { ProblemError } from '../../../src/core/problems/problem-error.ts';
import { createEvents } from '../../../src/telemetry/events.ts';
import { readiness } from '../../../src/telemetry/health.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createMetrics, watchBroker } from '../../../src/telemetry/metrics.ts';

function recorder(level: 'info' | 'debug' = 'debug') {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const metrics = createMetrics();
  const read = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { events: createEvents(createLog(level, stream), metrics), metrics, read };
}

const attempt = { transmission: 't', message: 'm', connection: 'c', attempt: 1, took: 12 };

describe('events', () => {
  test('each is one JSON line with its time, its level and its name', () => {
    const { events, read } = recorder();
    events.accepted(
      {
        id: 'm',
        kind: 'new',
        verdict: 'passed',
        disposition: 'accepted',
        sha256: 'x',
        size: 10,
        repeated: false,
        deliveries: [1, 2],
      },
      'c',
    );
    expect(read()).toEqual([
      expect.objectContaining({
        event: 'message.accepted',
        level: 'info',
        id: 'm',
        connection: 'c',
        deliveries: 2,
        at: expect.stringMatching(/Z$/),
      }),
    ]);
  });

  test.each([
    ['transmission.delivered', 'info', { kind: 'done', sha256: 'x' }],
    ['transmission.retried', 'info', { kind: 'retry', code: 'receiver-busy', facts: {} }],
    ['transmission.parked', 'warn', { kind: 'park', code: 'receiver-credentials', facts: {} }],
    ['transmission.returned', 'warn', { kind: 'return', code: 'receiver-refused', facts: {} }],
  ] as const)('a try: %s', async (event, level, outcome) => {
    const { events, metrics, read } = recorder();
    events.attempted(attempt, outcome);
    expect(read()[0]).toMatchObject({ event, level, transmission: 't', took: 12 });
    expect(await metrics.registry.metrics()).toContain(
      `lienthong_transmission_attempts_total{outcome="${outcome.kind}"} 1`,
    );
  });

  test('metrics have no labels that grow: no id, no connection, no client', async () => {
    const { events, metrics } = recorder();
    events.attempted({ ...attempt, transmission: 'ID-1', connection: 'CONNECTION-1' }, { kind: 'done', sha256: 'x' });
    events.acknowledged({ delivery: 'ID-2', connection: 'CONNECTION-1', transport: 'arrived', repeated: false });
    events.tokenIssued({ client: 'CLIENT-1', connection: 'CONNECTION-1' });
    events.requestAnswered({ operation: 'readInbox', status: 200, took: 1, request: 'ID-3' });
    expect(await metrics.registry.metrics()).not.toMatch(/ID-|CONNECTION-|CLIENT-/);
  });

  test('a failure is told with its causes', () => {
    const { events, read } = recorder();
    events.requestFailed(
      { operation: 'x', request: 'r' },
      new ProblemError('internal-error', {}, { cause: new Error('deep') }),
    );
    expect(read()[0]).toMatchObject({
      event: 'http.failed',
      level: 'error',
      error: 'ProblemError: internal-error ← Error: deep',
    });
  });

  test('the level holds back what is less important', () => {
    const { events, read } = recorder('info');
    events.requestAnswered({ operation: 'x', status: 200, took: 1, request: 'r' });
    expect(read()).toEqual([]);
  });

  test('the broker is queried when the metrics are read', async () => {
    const { metrics } = recorder();
    let depth = () => Promise.resolve(7);
    watchBroker(metrics.registry, { depth: () => depth(), connected: () => true, dropped: () => 2 });
    expect(await metrics.registry.metrics()).toMatch(
      /lienthong_broker_depth 7[^]*broker_connected 1[^]*broker_dropped 2/,
    );
    depth = () => Promise.reject(new Error('away'));
    expect(await metrics.registry.metrics()).toContain('lienthong_broker_depth -1');
  });

  test('two sets of metrics are apart', async () => {
    const [one, two] = [recorder(), recorder()];
    one.events.published(3, 2);
    expect(await one.metrics.registry.metrics()).toContain('lienthong_references_published_total{confirmed="true"} 2');
    expect(await two.metrics.registry.metrics()).not.toContain('confirmed="true"} 2');
  });
});

describe('readiness', () => {
  const good = {
    database: () => Promise.resolve(),
    content: () => Promise.resolve(),
    isBrokerConnected: () => true,
  };

  test.each([
    [{}, 'ok', { database: 'ok', broker: 'ok', content: 'ok' }],
    [{ database: () => Promise.reject(new Error('x')) }, 'failed', { database: 'failed', broker: 'ok', content: 'ok' }],
    [{ content: () => Promise.reject(new Error('x')) }, 'failed', { database: 'ok', broker: 'ok', content: 'failed' }],
    [{ isBrokerConnected: () => false }, 'ok', { database: 'ok', broker: 'failed', content: 'ok' }],
  ] as const)('%#', async (fault, status, parts) => {
    expect(await readiness({ ...good, ...fault }, { monotonic: () => 0 })()).toEqual({ status, parts });
  });

  test('asks once for many probes within a second', async () => {
    let [now, asked] = [0, 0];
    const database = () => {
      asked += 1;
      return Promise.resolve();
    };
    const ask = readiness({ ...good, database }, { monotonic: () => now });
    await Promise.all([ask(), ask(), ask()]);
    expect(asked).toBe(1);
    now = 1001;
    await ask();
    expect(asked).toBe(2);
  });
});
