// A package that passes here must pass xmlsec1 too, and one changed after signing must fail there as well.

import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type PkiMaterial, type TestPki, createTestPki, material } from '../../certs/test-pki.ts';
import { toPem } from '../../src/core/crypto/pem.ts';
import { EXCLUSIVE_C14N } from '../../src/core/signature/algorithms.ts';
import { signPackage } from '../../src/core/signature/sign.ts';
import { canonicalByLibxml2 } from '../support/libxml2.ts';
import { documentPackage, statusPackage } from '../support/packages.ts';
import { requireTool } from '../support/tools.ts';
import { craft, HEADER_END, judge, withSignature } from './signed-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-xmlsec1-'));
afterAll(() => rmSync(folder, { recursive: true }));
let xmlsec1: string;
let pki: TestPki;
const made: Record<string, PkiMaterial> = {};

beforeAll(async () => {
  xmlsec1 = await requireTool('xmlsec1');
  pki = await createTestPki(new Date());
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  made['EC P-256'] = material(pki);
  made['RSA 2048'] = material(pki, { publicKey: createPublicKey(privateKey) }, { key: privateKey });
  writeFileSync(join(folder, 'root.pem'), toPem('CERTIFICATE', pki.root.chain[0]));
});

/** xmlsec1's word on a file, the certificate path included. */
function doesXmlsec1Accept(xml: Buffer): boolean {
  const file = join(folder, 'package.xml');
  writeFileSync(file, xml);
  const ids = ['--id-attr:Id', 'http://www.mic.gov.vn/TBT/QCVN_102_2016:edXMLEnvelope'];
  const args = ['--verify', '--enabled-key-data', 'x509', ...ids, '--trusted-pem', join(folder, 'root.pem'), file];
  return spawnSync(xmlsec1, args).status === 0;
}

const packages: readonly [string, () => Buffer][] = [
  ['a document', () => documentPackage()],
  ['a document with Windows line ends', () => documentPackage({ dialect: { lineEnd: '\r\n', wrap: 76 } })],
  ['a document without prefixes', () => documentPackage({ dialect: { prefix: '', attachments: 'in-envelope' } })],
  ['a status', () => statusPackage()],
];

describe.each(['EC P-256', 'RSA 2048'])('%s', (kind) => {
  test.each(packages)('%s', async (_, make) => {
    const pkiMaterial = made[kind]!;
    const signer = {
      algorithm: kind.startsWith('RSA') ? ('RS256' as const) : ('ES256' as const),
      certificates: pkiMaterial.certificates,
      sign: (data: Buffer) => Promise.resolve(sign('sha256', data, pkiMaterial.key)),
    };
    const signed = await signPackage(make(), signer);
    expect(judge(signed, pkiMaterial).code).toBe('passed');
    expect(doesXmlsec1Accept(signed)).toBe(true);
    const changed = Buffer.from(signed.toString('utf8').replace('H99.12', 'H99.99'));
    expect(judge(changed, pkiMaterial).code).toBe('signature-invalid');
    expect(doesXmlsec1Accept(changed)).toBe(false);
  });
});

describe('S9: each classic wrapping is taken by xmlsec1, which finds what was signed wherever it lies, and not here', () => {
  const START = '<edXML:edXMLEnvelope';
  const END = '</edXML:edXMLEnvelope>';
  const unsigned = documentPackage().toString('utf8').replace(START, `${START} Id="signed"`);
  const evil = unsigned.replace('Id="signed"', 'Id="evil"').replace('V/v kết nối', 'V/v chuyển tiền');
  const genuine = unsigned.slice(unsigned.indexOf(START), unsigned.indexOf(END) + END.length);
  const envelope = evil.slice(evil.indexOf(START), evil.indexOf(END) + END.length);
  /** Over the genuine envelope, by its Id. */
  const signature = (objects = ''): string => {
    const apex = "//*[local-name(.)='edXMLEnvelope']";
    const canonical = canonicalByLibxml2(unsigned, { mode: 'exclusive', apex }) ?? '';
    const digestValue = createHash('sha256').update(canonical).digest('base64');
    const references = [{ uri: '#signed', transforms: [EXCLUSIVE_C14N], digestValue }];
    return craft(made['RSA 2048']!, { references, objects });
  };
  const evilSigned = (): string => withSignature(evil, signature());

  test.each<[shape: string, make: () => string, code: string]>([
    [
      'moved into an extension of the header',
      () => evilSigned().replace(HEADER_END, () => `<x xmlns="urn:x">${genuine}</x>${HEADER_END}`),
      'envelope-duplicated',
    ],
    [
      'moved into an Object',
      () => withSignature(evil, signature(`<Object>${genuine}</Object>`)),
      'envelope-duplicated',
    ],
    ['copied before', () => evilSigned().replace(START, () => `${genuine}${START}`), 'envelope-duplicated'],
    ['copied after', () => evilSigned().replace(END, () => `${END}${genuine}`), 'envelope-duplicated'],
    [
      'nested in the body',
      () => evilSigned().replace('</edXML:edXMLBody>', () => `${genuine}</edXML:edXMLBody>`),
      'envelope-duplicated',
    ],
    ['nested in the envelope', () => evilSigned().replace(END, () => `${genuine}${END}`), 'envelope-duplicated'],
    [
      'behind the attachments',
      () => evilSigned().replace(/<\/edXML>\s*$/, () => `<x xmlns="urn:x">${genuine}</x></edXML>`),
      'envelope-duplicated',
    ],
    [
      'two envelopes, the signature outside both',
      () => unsigned.replace(genuine, () => `${envelope}${genuine}${signature()}`),
      'envelope-duplicated',
    ],
    [
      'not moved at all, attachments left out',
      () => unsigned.replace(/<\/edXML>\s*$/, () => `${signature()}</edXML>`),
      'signature-malformed',
    ],
  ])('%s', (_, make, code) => {
    const wrapped = make();
    expect(doesXmlsec1Accept(Buffer.from(wrapped))).toBe(true);
    expect(judge(wrapped, made['RSA 2048']!).code).toBe(code);
  });

  test('a second document in an Object of a good signature', async () => {
    const good = made['RSA 2048']!;
    const signer = {
      algorithm: 'RS256' as const,
      certificates: good.certificates,
      sign: (data: Buffer) => Promise.resolve(sign('sha256', data, good.key)),
    };
    const signed = (await signPackage(documentPackage(), signer)).toString('utf8');
    const wrapped = signed.replace(
      '</Signature>',
      () => `<Object>${evil.slice(evil.indexOf('<edXML '))}</Object></Signature>`,
    );
    expect(doesXmlsec1Accept(Buffer.from(wrapped))).toBe(true);
    expect(judge(wrapped, good).code).toBe('envelope-duplicated');
  });
});
