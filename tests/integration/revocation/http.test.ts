// Hostile and broken places that a certificate names, on real sockets: the gateway must survive each.

import { afterEach, describe, expect, test } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { FETCH_LIMITS, openHttpRevocationSource, type Lookup } from '../../../src/drivers/revocation/http.ts';
import type { Fetched, RevocationRequest } from '../../../src/ports/revocation-source.ts';
import { openLoopbackServer, type LoopbackServer } from '../../support/loopback-server.ts';

const servers: LoopbackServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(answer: RequestListener, host?: string): Promise<LoopbackServer> {
  const server = await openLoopbackServer(answer, host);
  servers.push(server);
  return server;
}

const LIST_BYTES = 100_000;
const LIMITS = { ocsp: FETCH_LIMITS.ocsp, crl: { ...FETCH_LIMITS.crl, bytes: LIST_BYTES } };
/** For those who will not answer anyway. */
const QUICK = { ocsp: { ...LIMITS.ocsp, head: 150, whole: 300 }, crl: { ...LIMITS.crl, head: 150, whole: 300 } };

interface Given {
  readonly allow?: readonly string[];
  readonly lookup?: Lookup;
  readonly monotonic?: () => number;
  readonly limits?: typeof LIMITS;
}

function sourceFor({ allow = [], lookup, monotonic = () => 0, limits = LIMITS }: Given) {
  return openHttpRevocationSource({ allow, limits, ...(lookup === undefined ? {} : { lookup }) }, { monotonic });
}

const fetchCrl = (url: string, given: Given): Promise<Fetched> => sourceFor(given).fetch({ kind: 'crl', url });

const here = ({ port }: LoopbackServer): Given => ({ allow: [`127.0.0.1:${port}`] });
const at = ({ port }: LoopbackServer): string => `http://127.0.0.1:${port}/list.crl`;

describe('what is fetched', () => {
  test('a list', async () => {
    const server = await serve((request, response) => {
      expect(request.headers).not.toHaveProperty('cookie');
      expect(request.headers).not.toHaveProperty('authorization');
      response.setHeader('content-type', 'application/pkix-crl').end('list');
    });
    expect(await fetchCrl(at(server), here(server))).toEqual({ kind: 'fetched', bytes: Buffer.from('list') });
  });

  test('an answer to the very question', async () => {
    const server = await serve((request, response) => {
      const asked: Buffer[] = [];
      request.on('data', (chunk: Buffer) => asked.push(chunk));
      request.on('end', () => {
        expect(request.method).toBe('POST');
        expect(request.headers['content-type']).toBe('application/ocsp-request');
        response
          .setHeader('content-type', 'application/ocsp-response')
          .end(Buffer.concat([...asked, Buffer.from('!')]));
      });
    });
    const request: RevocationRequest = { kind: 'ocsp', url: at(server), request: Buffer.from('question') };
    expect(await sourceFor(here(server)).fetch(request)).toEqual({
      kind: 'fetched',
      bytes: Buffer.from('question!'),
    });
  });

  test('under a name, from the address that was judged', async () => {
    const server = await serve((request, response) => response.end(request.headers.host));
    const given = {
      allow: [`crl.example:${server.port}`, `127.0.0.1:${server.port}`],
      lookup: () => Promise.resolve(['127.0.0.1']),
    };
    const fetched = await fetchCrl(`http://crl.example:${server.port}/a`, given);
    expect(fetched).toEqual({ kind: 'fetched', bytes: Buffer.from(`crl.example:${server.port}`) });
  });

  test('over IPv6', async () => {
    const server = await serve((_request, response) => response.end('list'), '::1');
    const fetched = await fetchCrl(`http://[::1]:${server.port}/a`, { allow: [`[::1]:${server.port}`] });
    expect(fetched.kind).toBe('fetched');
  });
});

describe('what is not sent for', () => {
  const places: readonly (readonly [string, string, (port: number) => string])[] = [
    ['not-allowed', 'loopback', (port) => `http://127.0.0.1:${port}/`],
    ['not-allowed', 'loopback by name', (port) => `http://localhost:${port}/`],
    ['not-allowed', 'loopback, IPv6', (port) => `http://[::1]:${port}/`],
    ['not-allowed', 'loopback, IPv4 within IPv6', (port) => `http://[::ffff:7f00:1]:${port}/`],
    ['not-allowed', 'metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
    ['forbidden-address', 'decimal', (port) => `http://2130706433:${port}/`],
    ['forbidden-address', 'hexadecimal', (port) => `http://0x7f.1:${port}/`],
    ['forbidden-address', 'octal', (port) => `http://0177.0.0.1:${port}/`],
    ['forbidden-address', 'short', (port) => `http://127.1:${port}/`],
    ['forbidden-address', 'dotted IPv4 within IPv6', (port) => `http://[::ffff:127.0.0.1]:${port}/`],
    ['forbidden-address', 'full-width digits', (port) => `http://１２７.0.0.1:${port}/`],
    ['forbidden-address', 'a dot at the end', (port) => `http://localhost.:${port}/`],
    ['forbidden-address', 'user and password', (port) => `http://u:p@127.0.0.1:${port}/`],
    ['forbidden-address', 'a listed host as user', (port) => `http://crl.example@127.0.0.1:${port}/`],
    ['forbidden-address', 'a backslash', (port) => `http://crl.example\\@127.0.0.1:${port}/`],
    ['forbidden-address', 'a line break', (port) => `http://127.0.0.1:${port}/\r\nX: y`],
    ['forbidden-address', 'a file', () => 'file:///etc/passwd'],
    ['forbidden-address', 'a directory', () => 'ldap://ldap.example/cn=crl?certificateRevocationList'],
    ['forbidden-address', 'ftp', () => 'ftp://crl.example/a.crl'],
    ['forbidden-address', 'no address', () => 'crl'],
    ['forbidden-address', 'nothing', () => ''],
    ['forbidden-address', 'a very long one', () => `http://crl.example/${'a'.repeat(3000)}`],
    ['not-allowed', 'another port', () => 'http://crl.example:22/'],
    ['not-allowed', 'a name below', () => 'http://x.crl.example/'],
  ];
  test.each(places)('%s: %s', async (reason, _name, url) => {
    const server = await serve((_request, response) => response.end('list'));
    const fetched = await fetchCrl(url(server.port), { allow: ['crl.example'] });
    expect(fetched).toMatchObject({ kind: 'failed', reason });
    expect(server.connections()).toBe(0);
  });

  test('anything, where nothing is allowed', async () => {
    const lookup: Lookup = () => Promise.reject(new Error('nobody may ask'));
    expect(await fetchCrl('http://crl.example/a.crl', { lookup })).toMatchObject({
      reason: 'not-allowed',
      host: 'crl.example',
    });
  });

  test.each([
    ['loopback', ['127.0.0.1']],
    ['loopback, IPv6', ['::1']],
    ['a private network', ['10.1.2.3']],
    ['shared addresses', ['100.64.0.1']],
    ['metadata of a cloud', ['169.254.169.254']],
    ['link-local, IPv6', ['fe80::1']],
    ['unique local, IPv6', ['fd00::1']],
    ['IPv4 within IPv6', ['::ffff:127.0.0.1']],
    ['IPv4 by NAT64', ['64:ff9b::7f00:1']],
    ['IPv4 by 6to4', ['2002:7f00:1::']],
    ['outside and inside at once', ['1.1.1.1', '127.0.0.1']],
  ])('an allowed name that leads to %s', async (_name, addresses) => {
    const server = await serve((_request, response) => response.end('list'));
    const given = { allow: [`crl.example:${server.port}`], lookup: () => Promise.resolve(addresses) };
    const fetched = await fetchCrl(`http://crl.example:${server.port}/`, given);
    expect(fetched).toEqual({ kind: 'failed', reason: 'forbidden-address', host: 'crl.example' });
    expect(server.connections()).toBe(0);
  });

  test('the second answer of a name that changes its mind', async () => {
    const [right, wrong] = [
      await serve((_request, response) => response.end('right')),
      await serve(() => undefined, '127.0.0.2'),
    ];
    let asked = 0;
    const lookup: Lookup = () => Promise.resolve([(asked += 1) === 1 ? '127.0.0.1' : '127.0.0.2']);
    const source = sourceFor({ allow: [`crl.example:${right.port}`, `127.0.0.1:${right.port}`], lookup });
    const request: RevocationRequest = { kind: 'crl', url: `http://crl.example:${right.port}/` };
    expect(await source.fetch(request)).toMatchObject({ kind: 'fetched' });
    expect(asked).toBe(1);
    expect(await source.fetch(request)).toMatchObject({ reason: 'forbidden-address' });
    expect(wrong.connections()).toBe(0);
  });
});

describe('what comes to nothing', () => {
  const faults: readonly (readonly [string, string, RequestListener])[] = [
    ['timeout', 'hangs', () => undefined],
    ['timeout', 'hangs after the head', (_request, response) => response.flushHeaders()],
    [
      'timeout',
      'drips',
      (_request, response) => {
        const drip = setInterval(() => response.write('.'), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
    ['unreachable', 'resets', (request) => request.socket.resetAndDestroy()],
    [
      'unreachable',
      'resets half way',
      (_request, response) => response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy()),
    ],
    ['unreachable', 'talks another language', (request) => request.socket.end('220 ready\r\n')],
    [
      'content-type',
      'answers with a page',
      (_request, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>'),
    ],
    ['content-type', 'compresses', (_request, response) => response.setHeader('content-encoding', 'gzip').end('x')],
    [
      'status',
      'sends elsewhere',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['status', 'has nothing', (_request, response) => response.writeHead(404).end()],
    [
      'too-large',
      'says that it is too large',
      (_request, response) => response.writeHead(200, { 'content-length': 100_001 }).flushHeaders(),
    ],
    [
      'too-large',
      'never ends',
      (_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384)));
        };
        response.on('drain', more);
        more();
      },
    ],
  ];
  test.each(faults)('%s: a server that %s', async (reason, _name, answer) => {
    const server = await serve(answer);
    const limits = reason === 'timeout' ? QUICK : LIMITS;
    const fetched = await fetchCrl(at(server), { ...here(server), limits });
    expect(fetched).toMatchObject({ kind: 'failed', reason, host: '127.0.0.1' });
  });

  test('an answer of the wrong type', async () => {
    const server = await serve((_request, response) =>
      response.setHeader('content-type', 'application/pkix-crl').end('x'),
    );
    const request: RevocationRequest = { kind: 'ocsp', url: at(server), request: Buffer.alloc(1) };
    expect(await sourceFor(here(server)).fetch(request)).toMatchObject({ reason: 'content-type' });
  });

  test('no server listens', async () => {
    const server = await serve(() => undefined);
    await server.close();
    expect(await fetchCrl(at(server), here(server))).toMatchObject({ reason: 'unreachable' });
  });

  test.each<readonly [string, string, Lookup]>([
    ['unresolved', 'is not there', () => Promise.reject(new Error('ENOTFOUND'))],
    ['unresolved', 'has no address', () => Promise.resolve([])],
    ['timeout', 'gets no answer', () => new Promise(() => undefined)],
  ])('%s: a name that %s', async (reason, _name, lookup) => {
    const fetched = await fetchCrl('http://crl.example/', { allow: ['crl.example'], lookup, limits: QUICK });
    expect(fetched).toEqual({ kind: 'failed', reason, host: 'crl.example' });
  });

  test('closed meanwhile', async () => {
    let source = sourceFor({});
    const server = await serve(() => void source.close());
    source = sourceFor(here(server));
    const request = { kind: 'crl', url: at(server) } as const;
    expect(await source.fetch(request)).toMatchObject({ reason: 'timeout' });
    expect(await source.fetch(request)).toMatchObject({ reason: 'timeout' });
    expect(server.connections()).toBe(1);
  });
});

describe('a host that fails', () => {
  test('is left alone, then asked once, then by all again', async () => {
    let isWell = false;
    let asked = 0;
    const server = await serve((request, response) => {
      asked += 1;
      if (isWell) response.end('list');
      else request.socket.resetAndDestroy();
    });
    let now = 0;
    const source = sourceFor({ ...here(server), monotonic: () => now });
    const fetch = async (): Promise<string> => {
      const fetched = await source.fetch({ kind: 'crl', url: at(server) });
      return fetched.kind === 'fetched' ? 'fetched' : fetched.reason;
    };
    expect([await fetch(), await fetch(), await fetch()]).toEqual(['unreachable', 'unreachable', 'unreachable']);
    expect([await fetch(), await fetch()]).toEqual(['resting', 'resting']);
    expect(asked).toBe(3);
    now = 5_000;
    expect((await Promise.all([fetch(), fetch()])).toSorted()).toEqual(['resting', 'unreachable']);
    now += 5_000;
    expect(await fetch()).toBe('resting');
    now += 5_000;
    isWell = true;
    expect([await fetch(), await fetch(), await fetch()]).toEqual(['fetched', 'fetched', 'fetched']);
    expect(asked).toBe(7);
  });

  test('is not one that has a page missing', async () => {
    const server = await serve((_request, response) => response.writeHead(404).end());
    const source = sourceFor(here(server));
    for (let tried = 0; tried < 5; tried += 1)
      expect(await source.fetch({ kind: 'crl', url: at(server) })).toMatchObject({
        reason: 'status',
        status: 404,
      });
  });
});

test('large lists come one after another', async () => {
  let underWay = 0;
  let most = 0;
  const server = await serve((_request, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    setImmediate(() => {
      underWay -= 1;
      response.end('list');
    });
  });
  const source = sourceFor(here(server));
  const all = await Promise.all(Array.from({ length: 12 }, () => source.fetch({ kind: 'crl', url: at(server) })));
  expect(all.every(({ kind }) => kind === 'fetched')).toBe(true);
  expect(most).toBeLessThanOrEqual(FETCH_LIMITS.crl.atOnce);
});
