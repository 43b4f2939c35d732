// Whoever has the container of a message, a root certificate and the gateway's key can prove the verdict without the
// gateway: the commands of the README are run as they stand there, after the gateway is gone.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { packagePath } from '../../src/config/paths.ts';
import { derValues } from '../../src/core/pki/pem.ts';
import { signPackage } from '../../src/core/signature/sign.ts';
import { openFileSigner } from '../../src/drivers/signers/file.ts';
import { entriesOf, stored, type ContainerEntry } from '../support/evidence.ts';
import { run } from '../support/external.ts';
import { lienthong, LiveGateway } from '../support/live-gateway.ts';
import { documentPackage } from '../support/packages.ts';
import { addSignature, makeDocument, withFields } from '../support/pdf.ts';
import { requireTool } from '../support/tools.ts';

let folder: string;
let gateway: LiveGateway;
let commands: string;
let container: Buffer;

const KEYS = z.looseObject({ keys: z.array(z.looseObject({ publicKey: z.string() })) });
const SENT = z.looseObject({ id: z.string() });

beforeAll(async () => {
  for (const tool of ['openssl', 'xmlsec1', 'xmllint', 'pdfsig', 'unzip'] as const) await requireTool(tool);
  folder = await mkdtemp(join(tmpdir(), 'lienthong-evidence-'));
  const readme = await readFile(packagePath('README.md'), 'utf8');
  commands = /<!-- evidence -->\n+```sh\n([^]*?)```\n+<!-- \/evidence -->/.exec(readme)?.[1] ?? '';
  gateway = await LiveGateway.open(join(folder, 'gateway'), { edit: trustDocuments });
  await makeContainer();
}, 180_000);

afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The demonstration's root, for signatures inside files as well. */
async function trustDocuments(registry: string): Promise<void> {
  const text = await readFile(registry, 'utf8');
  await writeFile(registry, text.replace('"package-signature"', '"package-signature", "document-signature"'));
}

/** Signs a package with a signed PDF in it, sends it, fetches its container, and lets the gateway go. */
async function makeContainer(): Promise<void> {
  const { dataDir, credentials, world } = gateway.demo;
  const paths = { key: join(dataDir, 'pki', 'signer.key.pem'), certificates: join(dataDir, 'pki', 'signer.pem') };
  const key = createPrivateKey(await readFile(paths.key));
  const certificates = derValues(await readFile(paths.certificates), 'CERTIFICATE');
  const bytes = addSignature(makeDocument(), {
    field: 10,
    objects: withFields([10]),
    cms: { key, certificates, signingTime: new Date() },
  });
  const signed = await signPackage(
    documentPackage({
      fields: {
        From: { OrganId: world.sender.organisation },
        To: [{ OrganId: world.receivers.inbox.organisation }],
        DocumentId: `${world.sender.organisation},2026/11/22,9/UBND-VP`,
        CodeNumber: '9',
      },
      attachments: [{ name: 'cong-van.pdf', bytes }],
    }),
    await openFileSigner(paths),
  );
  await writeFile(join(folder, 'letter.edxml'), signed);
  const account = ['--credentials', credentials, '--json'];
  const sent = await lienthong(['send', join(folder, 'letter.edxml'), ...account]);
  if (sent.code !== 0) throw new Error(sent.stdout + sent.stderr);
  const { id } = SENT.parse(JSON.parse(sent.stdout));
  const fetched = await lienthong(['evidence', id, '--out', join(folder, 'case.asice'), ...account]);
  if (fetched.code !== 0) throw new Error(fetched.stdout + fetched.stderr);
  const { keys } = KEYS.parse(await (await fetch(`${world.gateway}/v1/keys`)).json());
  await writeFile(join(folder, 'gateway-key.pem'), keys[0]?.publicKey ?? '');
  await copyFile(join(dataDir, 'pki', 'root.pem'), join(folder, 'root.pem'));
  container = await readFile(join(folder, 'case.asice'));
  await gateway.stop();
}

/** What the README's commands print over a container in a folder of its own; rejects when one of them fails. */
async function prove(name: string, bytes: Buffer): Promise<string> {
  const place = join(folder, name);
  await mkdir(place);
  await writeFile(join(place, 'case.asice'), bytes);
  for (const file of ['root.pem', 'gateway-key.pem']) await copyFile(join(folder, file), join(place, file));
  return run('bash', ['-o', 'pipefail', '-c', `exec 2>&1\n${commands}`], { cwd: place });
}

describe('a container of a gateway that is gone', () => {
  test('is proved by the commands of the README', async () => {
    const printed = await prove('proved', container);
    for (const { name } of entriesOf(container).slice(1, -2)) expect(printed).toContain(`${name}: OK`);
    expect(printed).toContain('CMS Verification successful');
    expect(printed).toContain('Verified OK');
    expect(printed).toContain('signer.pem: OK');
    expect(printed).toMatch(/^(OK|Verification status: OK)$/m);
    expect(printed).toContain('Signature is Valid');
  }, 60_000);

  test('is proved by lienthong verify', async () => {
    const trust = ['--trust', join(folder, 'root.pem'), '--gateway-key', join(folder, 'gateway-key.pem')];
    const { code, stdout } = await lienthong(['verify', join(folder, 'case.asice'), ...trust, '--json']);
    expect({ code, stdout: code === 0 ? '' : stdout }).toEqual({ code: 0, stdout: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'passed',
      container: { findings: [], recorded: 'passed' },
      report: { documents: [{ verdict: 'passed' }] },
    });
  }, 60_000);

  const flip = (entry: ContainerEntry): ContainerEntry => {
    const content = Buffer.from(entry.content);
    content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
    return { ...entry, content };
  };

  test.each([
    ['package.edxml', 'package.edxml: FAILED'],
    ['receipt.json', 'receipt.json: FAILED'],
    ['receipt.sig', 'receipt.sig: FAILED'],
    ['report.json', 'report.json: FAILED'],
    ['trace.json', 'trace.json: FAILED'],
    ['META-INF/ASiCManifest.xml', 'verification failure'],
  ])(
    'is not, when one bit of %s is another',
    async (name, told) => {
      const entries = entriesOf(container).map((entry) => (entry.name === name ? flip(entry) : entry));
      const proving = prove(`changed-${name.replace('/', '-')}`, stored(entries));
      await expect(proving).rejects.toThrow(told);
    },
    60_000,
  );

  test('is not, when the gateway is another', async () => {
    const key = join(folder, 'gateway-key.pem');
    const kept = await readFile(key);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
    await expect(prove('other-key', container)).rejects.toThrow('differ');
    await writeFile(key, kept);
  }, 60_000);
});
