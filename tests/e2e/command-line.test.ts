// Commands as people and scripts call them: exit statuses, JSON alone on standard output, help without delay.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDemoPackages, tamperedCopy } from '../../src/demo/document.ts';
import { packagePath } from '../../src/config/paths.ts';
import { prepareDemo, type PreparedDemo } from '../../src/demo/prepare.ts';
import { knownMigrations } from '../../src/drivers/postgres/migrate.ts';
import { freePort, run, until } from '../support/external.ts';
import { lienthong, LiveGateway, spawnCommand, finished } from '../support/live-gateway.ts';
import { requireTool } from '../support/tools.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-cli-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('lienthong', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['nope']],
    ['an unknown option', ['serve', '--nope']],
    ['verify without a file', ['verify']],
    ['verify without trust', ['verify', 'x.edxml']],
    ['convert to no form', ['convert', 'x.edxml']],
    ['convert to an unknown form', ['convert', 'x.edxml', '--to', 'pdf']],
    ['convert of a file that is not there', ['convert', '/nonexistent', '--to', 'json']],
    ['a port that is none', ['serve', '--port', '70000']],
    ['an unknown role', ['serve', '--roles', 'boss']],
    ['an unknown language', ['demo', '--lang', 'fr']],
    ['send without an account', ['send', 'x.edxml']],
    ['send of a file that is not there', ['send', '/nonexistent', '--credentials', '/nonexistent']],
    ['help about nothing there is', ['help', 'nope']],
    ['help about no part of a command', ['help', 'pki', 'nope']],
    ['help about more than a page', ['help', 'operate', 'nope']],
    ['registry apply of a file that is not there', ['registry', 'apply', '/nonexistent']],
  ])('%s is wrong usage', async (_name, args) => {
    const { code, stdout } = await lienthong(args);
    expect(code).toBe(64);
    expect(stdout).toBe('');
  });

  test.each(['--version', '-V'])('%s tells version, commit, Node and schema', async (option) => {
    const { code, stdout } = await lienthong([option]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^lienthong +\d+\.\d+\.\d+\ncommit +\S+\nNode +(\S+)\nschema +(\d+)\n$/);
    expect(stdout).toContain(`Node      ${process.versions.node}\n`);
    expect(stdout).toContain(`schema    ${knownMigrations().length}\n`);
  });

  test('wrong usage with --json is one object', async () => {
    const { code, stdout } = await lienthong(['verify', '--json']);
    expect(code).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problem: { code: 'wrong-usage' } });
  });

  test.each(['serve', 'demo', 'migrate', 'send', 'pull', 'trace', 'evidence', 'verify', 'convert', 'verify-audit'])(
    '%s --help tells the exit statuses',
    async (name) => {
      const { code, stdout } = await lienthong([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain('Trạng thái kết thúc:');
      expect(stdout).toContain('--json');
      expect(stdout).toMatch(/^ +64 /m);
    },
  );

  test.each([
    ['demo', ['demo', '--exit', '--data']],
    ['pki init', ['pki', 'init', '--folder']],
  ])('%s on a path that cannot be a folder', async (_name, args) => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const { code, stdout } = await lienthong([...args, join(file, 'below'), '--json']);
    expect(code).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problem: { code: 'path-unusable' } });
  });

  test('verify-audit where no database is', async () => {
    const { code, stdout } = await lienthong(['verify-audit', '--data', join(folder, 'nothing-here'), '--json']);
    expect(code).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problem: { code: 'file-unreadable' } });
  });

  test('verify-audit with a key file that is none', async () => {
    const { code, stdout } = await lienthong(['verify-audit', '--key', 'package.json', '--json']);
    expect(code).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({ problem: { code: 'key-unreadable', facts: { file: 'package.json' } } });
  });

  test('help lists the pages and prints each as it stands', async () => {
    const list = await lienthong(['help']);
    const pages = (await readdir(packagePath('src', 'docs'))).map((file) => file.replace(/\.md$/, ''));
    expect(list.code).toBe(0);
    for (const page of pages) {
      expect(list.stdout).toMatch(new RegExp(`^  ${page} +\\S`, 'm'));
      const { code, stdout, stderr } = await lienthong(['help', page]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const text = await readFile(packagePath('src', 'docs', `${page}.md`), 'utf8');
      expect(stdout).toBe(text.replaceAll(/^<!--.*-->\n\n?/gm, ''));
    }
    expect((await lienthong(['help', 'nope'])).stderr).toContain(pages[0]);
    expect((await lienthong(['help', 'send'])).stdout).toContain('Trạng thái kết thúc:');
  });

  test.each([
    ['pki', 'path'],
    ['held', 'list'],
    ['registry', 'apply'],
  ])('help %s %s is what its option --help tells', async (...words) => {
    const { code, stdout } = await lienthong(['help', ...words]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Cách dùng: lienthong ${words.join(' ')} `);
    expect(stdout).toBe((await lienthong([...words, '--help'])).stdout);
  });

  test('help and wrong usage are told in the language that is asked for', async () => {
    for (const args of [
      ['--lang', 'en', 'send', '--help'],
      ['send', '--help', '--lang=en'],
      ['--lang', 'en', 'help', 'send'],
    ]) {
      const { code, stdout } = await lienthong(args);
      expect(code).toBe(0);
      expect(stdout).toContain('Exit status:');
      expect(stdout).not.toContain('Cách dùng');
    }
    const vietnamese = await lienthong(['send', 'a', '--nope']);
    expect([vietnamese.code, vietnamese.stdout]).toEqual([64, '']);
    expect(vietnamese.stderr).toBe('Lỗi: không có tùy chọn --nope\n(xem hướng dẫn: --help)\n');
    const english = await lienthong(['send', 'a', '--nope', '--lang', 'en']);
    expect(english.stderr).toBe('error: unknown option --nope\n(see --help)\n');
    const json = await lienthong(['send', 'a', '--nope', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      problem: { code: 'wrong-usage', facts: { reason: 'option-unknown', option: '--nope' } },
    });
  });

  test('serve --help lists every setting', async () => {
    const { stdout } = await lienthong(['serve', '--help']);
    for (const name of ['LIENTHONG_DATABASE_URL', 'LIENTHONG_BROKER_URL', 'LIENTHONG_S3_BUCKET'])
      expect(stdout).toContain(name);
  });

  test('a gateway that is not there is told as such', async () => {
    const secret = join(folder, 'secret');
    await writeFile(secret, 'not a secret\n');
    const args = [
      '--gateway',
      `http://127.0.0.1:${await freePort()}`,
      '--client',
      'x',
      '--secret-file',
      secret,
      '--patience',
      '0',
    ];
    const { code, stdout } = await lienthong(['trace', 'x', ...args, '--json']);
    expect(code).toBe(69);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problem: { code: 'gateway-unreachable' } });
  });
});

describe('lienthong verify', () => {
  let prepared: PreparedDemo;
  let crls: string;

  const path = (name: string): string => join(folder, name);
  const trust = (): string[] => ['--trust', join(prepared.dataDir, 'pki', 'root.pem')];

  beforeAll(async () => {
    prepared = await prepareDemo(path('prepared'));
    const { letter: signed } = await makeDemoPackages(prepared.world);
    await writeFile(path('signed.edxml'), signed.bytes);
    await writeFile(path('tampered.edxml'), tamperedCopy(signed));
    await writeFile(path('nonsense.edxml'), 'this is no package');
    crls = path('crls');
    await mkdir(crls);
    const registry = JSON.parse(await readFile(prepared.registry, 'utf8')) as { crls: string[] };
    for (const [index, pem] of registry.crls.entries()) await writeFile(join(crls, `${index}.pem`), pem);
  });

  test.each([
    ['a signed package', 'signed.edxml', true, 0, 'passed'],
    ['a signed package without the lists', 'signed.edxml', false, 2, 'undecided'],
    ['one byte changed', 'tampered.edxml', true, 1, 'failed'],
    ['no package at all', 'nonsense.edxml', true, 1, 'failed'],
  ])('%s', async (_name, file, withLists, code, verdict) => {
    const lists = withLists ? ['--crl', crls] : [];
    const json = await lienthong(['verify', path(file), ...trust(), ...lists, '--json']);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({ verdict, ok: code === 0 });
    const people = await lienthong(['verify', path(file), ...trust(), ...lists, '--lang', 'en']);
    expect(people.code).toBe(code);
    expect(people.stdout.toLowerCase()).toContain(verdict);
  });

  test('an instant after the certificate has ended', async () => {
    const { code, stdout } = await lienthong([
      'verify',
      path('signed.edxml'),
      ...trust(),
      '--crl',
      crls,
      '--at',
      '2090-01-01T00:00:00Z',
      '--json',
    ]);
    expect(code).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false });
  });

  test.each([
    ['a profile that is none', ['--profile', 'lenient']],
    ['an instant that is none', ['--at', 'yesterday']],
  ])('%s is wrong usage', async (_name, more) => {
    expect((await lienthong(['verify', path('signed.edxml'), ...trust(), ...more])).code).toBe(64);
  });

  test('a file that is not there is wrong usage', async () => {
    expect((await lienthong(['verify', path('missing.edxml'), ...trust()])).code).toBe(64);
  });
});

describe('client commands and a live gateway', () => {
  let gateway: LiveGateway;
  let account: string[];

  beforeAll(async () => {
    gateway = await LiveGateway.open(join(folder, 'live'));
    account = ['--credentials', gateway.demo.credentials];
  }, 120_000);

  afterAll(async () => {
    await gateway.stop();
  });

  test('send, trace, pull and the receipt under openssl', async () => {
    const { world } = gateway.demo;
    const file = join(folder, 'letter.edxml');
    const { bytes } = (await makeDemoPackages(world)).letter;
    await writeFile(file, bytes);

    const sent = await lienthong(['send', file, ...account, '--json']);
    expect(sent.code).toBe(0);
    const { id, receipt } = JSON.parse(sent.stdout) as { id: string; receipt: { body: string; signature: string } };
    const again = JSON.parse((await lienthong(['send', file, ...account, '--json'])).stdout) as { status: number };
    expect(again).toMatchObject({ status: 200, id, receipt });

    const keys = (await (await fetch(`${world.gateway}/v1/keys`)).json()) as { keys: { publicKey: string }[] };
    await writeFile(join(folder, 'key.pem'), keys.keys[0]?.publicKey ?? '');
    await writeFile(join(folder, 'receipt.json'), Buffer.from(receipt.body, 'base64'));
    await writeFile(join(folder, 'receipt.sig'), Buffer.from(receipt.signature, 'base64'));
    const openssl = await requireTool('openssl');
    const checked = [
      'dgst',
      '-sha256',
      '-verify',
      join(folder, 'key.pem'),
      '-signature',
      join(folder, 'receipt.sig'),
      join(folder, 'receipt.json'),
    ];
    expect(await run(openssl, checked)).toContain('Verified OK');

    const into = join(folder, 'inbox');
    const { client, secret } = world.receivers.inbox;
    await writeFile(join(folder, 'inbox.json'), JSON.stringify({ gateway: world.gateway, client, secret }));
    const pulled = await lienthong([
      'pull',
      '--into',
      into,
      '--wait',
      '10',
      '--credentials',
      join(folder, 'inbox.json'),
      '--json',
    ]);
    expect(pulled.code).toBe(0);
    const [name = ''] = await readdir(into);
    const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
    expect(hash(await readFile(join(into, name)))).toBe(hash(bytes));
    const nothing = await lienthong(['pull', '--into', into, '--credentials', join(folder, 'inbox.json'), '--json']);
    expect(JSON.parse(nothing.stdout)).toEqual({ ok: true, pulled: [] });

    const traced = await lienthong(['trace', id, ...account, '--json']);
    expect(traced.code).toBe(0);
    expect(JSON.parse(traced.stdout)).toMatchObject({ ok: true, id, timeline: expect.any(Array) });
    const table = await lienthong(['trace', id, ...account, '--lang', 'en']);
    expect(table.stdout).toContain('H99.12.02');
  }, 120_000);

  test('a refused package tells its problem and exits with 1', async () => {
    const file = join(folder, 'bad.edxml');
    await writeFile(file, tamperedCopy((await makeDemoPackages(gateway.demo.world)).letter));
    const { code, stdout } = await lienthong(['send', file, ...account, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problem: { code: 'signature-invalid' } });
    expect((await lienthong(['trace', '01900000-0000-7000-8000-000000000000', ...account])).code).toBe(1);
  });

  test('a second gateway on the same data is refused', async () => {
    const args = ['serve', '--data', gateway.demo.dataDir, '--port', String(await freePort()), '--json'];
    const second = await lienthong(args);
    expect(second.code).toBe(69);
    expect(second.stdout).toContain('data-directory-in-use');
  });

  test('the audit log of a running gateway is found and whole', async () => {
    const { code, stdout } = await lienthong(['verify-audit', '--data', gateway.demo.dataDir, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, faults: [] });
  });

  test('what waits for a verdict is told of a running gateway, and nothing else is decided', async () => {
    const of = ['--data', gateway.demo.dataDir, '--json'];
    const list = await lienthong(['held', 'list', ...of]);
    expect(list.code).toBe(0);
    expect(JSON.parse(list.stdout)).toEqual({ ok: true, incidents: [], messages: [] });
    for (const decision of ['release', 'return']) {
      const { code, stdout } = await lienthong(['held', decision, 'none', '--reason', 'thử', ...of]);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, problem: { code: 'not-found' } });
    }
  });

  test('what ends is told of a running gateway, its signers among it', async () => {
    const args = ['pki', 'horizon', '--days', '1000', '--data', gateway.demo.dataDir];
    const { code, stdout } = await lienthong([...args, '--json']);
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { lines: { kind: string; effect: string; organisations: string[] }[] };
    expect(told.lines).toContainEqual(expect.objectContaining({ kind: 'list', effect: 'held' }));
    const stopped = told.lines.filter(({ kind, effect }) => kind === 'signer' && effect === 'refused');
    expect(stopped.flatMap(({ organisations }) => organisations)).toContain('H99.12');
    expect((await lienthong(args)).stdout).toContain('H99.12');
  });

  test('a registry file with an unusable connection is refused, and nothing is applied', async () => {
    const file = join(folder, 'broken.json');
    await writeFile(
      file,
      JSON.stringify({ connections: [{ id: 'x', name: 'x', adapter: 'http-push', settings: { url: 'ftp://x' } }] }),
    );
    const { code } = await lienthong(['registry', 'apply', file, '--data', gateway.demo.dataDir]);
    expect(code).toBe(64);
  });

  test('SIGTERM ends it in order within 30 s and leaves no database server behind', async () => {
    const pidFile = join(gateway.demo.dataDir, 'postgres', 'cluster', 'postmaster.pid');
    const server = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
    const began = performance.now();
    expect(await gateway.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(() => process.kill(server, 0)).toThrow();
    await gateway.start();
  }, 60_000);

  test('the gateway ends with the program that started it with a channel', async () => {
    const parent = spawnCommand([
      'demo',
      '--json',
      '--data',
      join(folder, 'parent'),
      '--port',
      String(await freePort()),
    ]);
    const ended = finished(parent);
    const log = join(folder, 'parent', 'gateway.log');
    await until('the demonstration has started its gateway', 60, async () =>
      (await readFile(log, 'utf8').catch(() => '')).includes('gateway.started') ? true : undefined,
    );
    parent.kill('SIGKILL');
    await ended;
    await until('the gateway has gone too', 30, async () =>
      (await readFile(join(folder, 'parent', 'postgres', 'cluster', 'postmaster.pid'), 'utf8').catch(
        () => undefined,
      )) === undefined
        ? true
        : undefined,
    );
  }, 120_000);
});
