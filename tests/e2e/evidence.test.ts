// A person with the container of a message, a root certificate and the gateway's key can prove the verdict without the
// gateway: the commands of src/docs/prove.md are run as they stand there, after the gateway is gone.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { derValues, toPem } from '../../src/core/crypto/pem.ts';
import { signPackage } from '../../src/core/signature/sign.ts';
import { openFileSigner } from '../../src/drivers/signers/file.ts';
import { newKeyPair } from '../../certs/authority.ts';
import { entriesOf, stored, type ContainerEntry } from '../support/evidence.ts';
import { run } from '../support/external.ts';
import { openLiveAuthority, type LiveAuthority } from '../support/live-authority.ts';
import { lienthong, LiveGateway } from '../support/live-gateway.ts';
import { documentPackage } from '../support/packages.ts';
import { commandsOf } from '../support/pages.ts';
import { addSignature, makeDocument, withFields } from '../support/pdf.ts';
import { requireTool } from '../support/tools.ts';

let folder: string;
let gateway: LiveGateway;
let authority: LiveAuthority;
let commands: string;
let container: Buffer;

const KEYS = z.looseObject({ keys: z.array(z.looseObject({ publicKey: z.string() })) });
const SENT = z.looseObject({ id: z.string() });

beforeAll(async () => {
  for (const tool of ['openssl', 'xmlsec1', 'xmllint', 'pdfsig', 'unzip'] as const) await requireTool(tool);
  folder = await mkdtemp(join(tmpdir(), 'lienthong-evidence-'));
  commands = commandsOf('src/docs/prove.md', 'evidence');
  authority = await openLiveAuthority('Gốc trả lời', () => new Date());
  const settings = { LIENTHONG_REVOCATION_ALLOW: authority.place };
  const answered = await answeredSigner();
  gateway = await LiveGateway.open(join(folder, 'gateway'), {
    settings,
    edit: (registry) => trustBoth(registry, answered.certificates),
  });
  const { dataDir, world } = gateway.demo;
  await makeContainer('listed', 9, {
    key: join(dataDir, 'pki', 'signer.key.pem'),
    certificates: join(dataDir, 'pki', 'signer.pem'),
    root: join(dataDir, 'pki', 'root.pem'),
  });
  await makeContainer('answered', 10, answered);
  const { keys } = KEYS.parse(await (await fetch(`${world.gateway}/v1/keys`)).json());
  await writeFile(join(folder, 'gateway-key.pem'), keys[0]?.publicKey ?? '');
  container = await readFile(join(folder, 'listed', 'case.asice'));
  await gateway.stop();
  await authority.close();
}, 180_000);

afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Files of a signer and of the root above it. */
interface SignerFiles {
  readonly key: string;
  readonly certificates: string;
  readonly root: string;
}

/** One whose authority publishes no list, and answers when it is asked. */
async function answeredSigner(): Promise<SignerFiles> {
  const place = (name: string): string => join(folder, name);
  const files = { key: place('answered.key'), certificates: place('answered.pem'), root: place('answered-root.pem') };
  const key = await newKeyPair('ec');
  const { certificate } = authority.issue({ subject: [['CN', 'UBND huyện Mẫu']], key, crl: '' });
  await writeFile(files.key, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(files.certificates, toPem('CERTIFICATE', certificate));
  await writeFile(files.root, toPem('CERTIFICATE', authority.authority.chain[0]));
  return files;
}

const REGISTRY = z.looseObject({
  anchors: z.array(z.looseObject({ purposes: z.array(z.string()) })),
  enrolments: z.array(z.looseObject({ organisation: z.string() })),
});

/** The demonstration's root and the authority that answers, for signatures inside files as well; and whom it certified. */
async function trustBoth(file: string, certificates: string): Promise<void> {
  const registry = REGISTRY.parse(JSON.parse(await readFile(file, 'utf8')));
  const certificate = toPem('CERTIFICATE', authority.authority.chain[0]);
  const anchors = [...registry.anchors, { certificate, revocation: 'required' }].map((anchor) => ({
    ...anchor,
    purposes: ['package-signature', 'document-signature'],
  }));
  const own = await readFile(certificates, 'utf8');
  const enrolments = registry.enrolments.flatMap((enrolment) => [enrolment, { ...enrolment, certificate: own }]);
  await writeFile(file, JSON.stringify({ ...registry, anchors, enrolments }));
}

/** Signs a package with a signed PDF in it, sends it, and fetches its container into a folder with its root. */
async function makeContainer(name: string, number: number, files: SignerFiles): Promise<void> {
  const { credentials, world } = gateway.demo;
  const key = createPrivateKey(await readFile(files.key));
  const certificates = derValues(await readFile(files.certificates), 'CERTIFICATE');
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
        DocumentId: `${world.sender.organisation},2026/11/22,${number}/UBND-VP`,
        CodeNumber: String(number),
      },
      attachments: [{ name: 'cong-van.pdf', bytes }],
    }),
    await openFileSigner({ key: files.key, certificates: files.certificates }),
  );
  const place = join(folder, name);
  await mkdir(place);
  await writeFile(join(place, 'letter.edxml'), signed);
  const account = ['--credentials', credentials, '--json'];
  const sent = await lienthong(['send', join(place, 'letter.edxml'), ...account]);
  if (sent.code !== 0) throw new Error(sent.stdout + sent.stderr);
  const { id } = SENT.parse(JSON.parse(sent.stdout));
  const fetched = await lienthong(['evidence', id, '--out', join(place, 'case.asice'), ...account]);
  if (fetched.code !== 0) throw new Error(fetched.stdout + fetched.stderr);
  await copyFile(files.root, join(place, 'root.pem'));
}

/** What the page's commands print over a container in a folder of its own; rejects when one of them fails. */
async function prove(name: string, bytes: Buffer, kind = 'listed'): Promise<string> {
  const place = join(folder, name);
  await mkdir(place);
  await writeFile(join(place, 'case.asice'), bytes);
  await copyFile(join(folder, kind, 'root.pem'), join(place, 'root.pem'));
  await copyFile(join(folder, 'gateway-key.pem'), join(place, 'gateway-key.pem'));
  return run('bash', ['-o', 'pipefail', '-c', `exec 2>&1\n${commands}`], { cwd: place });
}

describe('a container of a gateway that is gone', () => {
  test.each([
    ['listed', /\.crl$/, 'signer.pem: OK'],
    ['answered', /\.ors$/, 'signer.pem: good'],
  ])(
    '(%s) is proved by the commands of src/docs/prove.md',
    async (kind, proof, told) => {
      const bytes = await readFile(join(folder, kind, 'case.asice'));
      const entries = entriesOf(bytes);
      const proofs = entries.filter(({ name }) => /^proofs\/.*\.(crl|ors)$/.test(name)).map(({ name }) => name);
      expect(proofs.length).toBeGreaterThan(0);
      for (const name of proofs) expect(name).toMatch(proof);
      const printed = await prove(`proved-${kind}`, bytes, kind);
      for (const { name } of entries.slice(1, -2)) expect(printed).toContain(`${name}: OK`);
      expect(printed).toContain('CMS Verification successful');
      expect(printed).toContain('Verified OK');
      expect(printed).toContain('signer.pem: OK');
      expect(printed).toContain(told);
      expect(printed).toMatch(/^(OK|Verification status: OK)$/m);
      expect(printed).toContain('Signature is Valid');
    },
    60_000,
  );

  test.each([['listed'], ['answered']])(
    '(%s) is proved by lienthong verify',
    async (kind) => {
      const trust = ['--trust', join(folder, kind, 'root.pem'), '--gateway-key', join(folder, 'gateway-key.pem')];
      const { code, stdout } = await lienthong(['verify', join(folder, kind, 'case.asice'), ...trust, '--json']);
      expect({ code, stdout: code === 0 ? '' : stdout }).toEqual({ code: 0, stdout: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'passed',
        container: { findings: [], recorded: 'passed' },
        report: { documents: [{ verdict: 'passed' }] },
      });
    },
    60_000,
  );

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
