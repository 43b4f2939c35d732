// The facts read from certificates and lists, compared with what another parser says of them.

import { beforeAll, describe, expect, test } from '@jest/globals';
import * as pkijs from 'pkijs';
import { createTestPki, list, PKI_CASES } from '../../../../certs/test-pki.ts';
import type { TestPki } from '../../../../certs/test-pki.ts';
import { parseCertificate } from '../../../../src/core/pki/certificate.ts';
import { parseCrl } from '../../../../src/core/pki/crl.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
let pki: TestPki;
beforeAll(async () => {
  pki = await createTestPki(now);
});

const hex = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(bytes as Uint8Array).toString('hex');

describe('agrees with pkijs', () => {
  test('on every certificate that is read at all', async () => {
    let compared = 0;
    for (const { make } of PKI_CASES) {
      for (const der of (await make(pki)).certificates) {
        const ours = parseCertificate(der);
        if (!ours.ok) continue;
        const theirs = pkijs.Certificate.fromBER(new Uint8Array(der));
        expect(ours.value.serial).toBe(hex(theirs.serialNumber.valueBlock.valueHexView).replace(/^00(?=[89a-f])/, ''));
        expect(ours.value.notBefore).toBe(theirs.notBefore.value.getTime());
        expect(ours.value.notAfter).toBe(theirs.notAfter.value.getTime());
        expect(ours.value.issuer.toString('hex')).toBe(hex(theirs.issuer.valueBeforeDecode));
        expect(ours.value.subject.toString('hex')).toBe(hex(theirs.subject.valueBeforeDecode));
        const basic = theirs.extensions?.find(({ extnID }) => extnID === '2.5.29.19')?.parsedValue as unknown;
        if (basic instanceof pkijs.BasicConstraints) {
          expect(ours.value.basicConstraints).toEqual({
            authority: basic.cA,
            pathLength: basic.pathLenConstraint ?? null,
          });
        }
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(60);
  });

  test('on lists', () => {
    const serial = Buffer.from('4a0b0c', 'hex');
    const der = list(pki.root, now, [{ serial, at: now, reason: 4 }]);
    const ours = parseCrl(der);
    const theirs = pkijs.CertificateRevocationList.fromBER(new Uint8Array(der));
    expect(ours).toMatchObject({
      ok: true,
      value: { thisUpdate: theirs.thisUpdate.value.getTime(), nextUpdate: theirs.nextUpdate?.value.getTime() },
    });
    expect(theirs.revokedCertificates).toHaveLength(1);
  });
});
