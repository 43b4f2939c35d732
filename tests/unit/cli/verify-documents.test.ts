// `lienthong verify` of packages whose documents are signed: every profile, and the lines that people read.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { list } from '../../../certs/test-pki.ts';
import { PROFILES } from '../../../src/cli/verify/profiles.ts';
import { renderVerification } from '../../../src/cli/verify/text.ts';
import { checkFile, type VerifyOptions } from '../../../src/cli/verify/verify.ts';
import { toPem } from '../../../src/core/crypto/pem.ts';
import { wrapped } from '../../support/archive.ts';
import { createDocumentPki, NOW } from '../../support/document-pki.ts';
import { documentPackage } from '../../support/packages.ts';
import { addSignature, makeDocument, withFields } from '../../support/pdf.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-verify-documents-'));
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  const pki = await createDocumentPki();
  writeFileSync(at('root.pem'), toPem('CERTIFICATE', pki.root.chain[0]));
  const crls = [list(pki.root, NOW), list(pki.sub, NOW)];
  writeFileSync(at('crl.pem'), crls.map((crl) => toPem('X509 CRL', crl)).join(''));
  const signed = addSignature(makeDocument(), {
    field: 10,
    name: 'Con-dau',
    cms: pki.agency.cms,
    objects: withFields([10]),
  });
  const changed = Buffer.from(signed.toString('latin1').replace('Pay 100', 'Pay 900'), 'latin1');
  const files = { signed: [signed, makeDocument()], changed: [changed], unsigned: [makeDocument()] };
  for (const [name, attachments] of Object.entries(files)) {
    const made = attachments.map((bytes, index) => ({ name: `tep-${index + 1}.pdf`, contentId: `c${index}`, bytes }));
    writeFileSync(at(`${name}.edxml`), documentPackage({ attachments: made }));
  }
  const inside = { name: 'tep-1.pdf', contentId: 'c', bytes: wrapped(signed, 'x.pdf') };
  writeFileSync(at('wrapped.edxml'), documentPackage({ attachments: [inside] }));
});

afterAll(() => rmSync(folder, { recursive: true }));

function check(file: string, profile: string) {
  const options: VerifyOptions = { trust: [at('root.pem')], crl: [at('crl.pem')], profile, json: false, lang: 'vi' };
  return checkFile(at(file), options, NOW);
}

describe('a package', () => {
  test.each([
    ['signed.edxml', 'strict', 'failed signature-missing'],
    ['signed.edxml', 'document', 'passed'],
    ['signed.edxml', 'axis', 'passed'],
    ['signed.edxml', 'legacy-sha1', 'failed signature-missing'],
    ['wrapped.edxml', 'document', 'passed'],
    ['changed.edxml', 'document', 'failed attachment-signature-invalid'],
    ['changed.edxml', 'axis', 'failed attachment-signature-invalid'],
    ['unsigned.edxml', 'document', 'failed document-signature-missing'],
    ['unsigned.edxml', 'axis', 'passed'],
  ])('%s under %s: %s', async (file, profile, expected) => {
    const { verdict, cause } = await check(file, profile);
    expect(cause === null ? verdict : `${verdict} ${cause.code}`).toBe(expected);
  });

  test('has a line for each file and each signature in it', async () => {
    const text = renderVerification(await check('signed.edxml', 'document'), 'vi');
    expect(text).toContain('Văn bản “tep-1.pdf” [Attachment[1]]: ĐẠT');
    expect(text).toContain('✓ Chữ ký số “Con-dau”: ĐẠT');
    expect(text).toContain('Phụ lục “tep-2.pdf” [Attachment[2]]: ĐẠT');
    expect(text).toContain('document-unsigned');
    const english = renderVerification(await check('unsigned.edxml', 'axis'), 'en');
    expect(english).toContain('documents-unsigned');
  });

  test.each([
    ['unsigned.edxml', 'axis', { 'document-signed': 'not-run' }],
    ['signed.edxml', 'axis', { 'document-signed': 'passed' }],
    ['signed.edxml', 'strict', { 'signature-present': 'failed' }],
  ])('%s under %s: no check of a signature that is not there has passed', async (file, profile, others) => {
    const { report } = await check(file, profile);
    const results = Object.fromEntries((report?.checks ?? []).map(({ name, result }) => [name, result]));
    expect(results).toMatchObject({ 'signature-present': 'not-run', 'signature-structure': 'not-run', ...others });
  });
});

test('every profile that can be typed says what it asks for', async () => {
  for (const [name, { profile, evidence }] of Object.entries(PROFILES)) {
    const { report } = await check('signed.edxml', name);
    expect(report?.profile).toBe(`${profile}/${evidence}`);
  }
});
