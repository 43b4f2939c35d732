import { beforeAll, describe, expect, test } from '@jest/globals';
import { type PkiMaterial, type TestPki, createTestPki, list, material } from '../../../../certs/test-pki.ts';
import { createAuthority } from '../../../../certs/authority.ts';
import type { Finding } from '../../../../src/core/problems/finding.ts';
import type { StatusMessage } from '../../../../src/core/message/message.ts';
import { memory } from '../../../../src/core/pki/cache.ts';
import { parseCertificate } from '../../../../src/core/pki/certificate.ts';
import { parseCrl } from '../../../../src/core/pki/crl.ts';
import { withCarried, withPublished } from '../../../../src/core/pki/trust.ts';
import { SIGNATURE_PLACE } from '../../../../src/core/signature/tree.ts';
import { firstCause } from '../../../../src/core/verify/cause.ts';
import { verify } from '../../../../src/core/verify/verify.ts';
import { evidenceOf, openedWith, signatureBy } from './material.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
const later = (milliseconds: number): Date => new Date(now.getTime() + milliseconds);
const DAY = 24 * 3600 * 1000;
let pki: TestPki;
let right: PkiMaterial;
const STATUS: StatusMessage = {
  kind: 'status',
  from: { organId: 'H99.13' },
  responseFor: { organId: 'H99.12', code: '7/QĐ-UBND', documentId: 'x' },
  statusCode: '03',
  timestamp: '2026-11-22T10:00:00',
};

beforeAll(async () => {
  pki = await createTestPki(now);
  right = material(pki);
});

describe('a kept path', () => {
  test('is judged at each instant anew', () => {
    const basis = evidenceOf(right);
    const opened = openedWith({ kind: 'present', material: signatureBy(right) });
    const at = (instant: Date): string | undefined => firstCause(verify(opened, { ...basis, instant }).report)?.code;
    expect(at(now)).toBeUndefined();
    expect(at(later(8 * DAY))).toBe('revocation-stale');
    expect(at(later(400 * DAY))).toBe('certificate-expired');
    expect(at(later(-DAY))).toBe('certificate-not-yet-valid');
    expect(at(now)).toBeUndefined();
  });

  test('is not used under other lists or anchors', () => {
    const basis = evidenceOf(right);
    const opened = openedWith({ kind: 'present', material: signatureBy(right) });
    expect(verify(opened, basis).report.verdict).toBe('passed');
    const leaf = parseCertificate(right.certificates[0]!);
    if (!leaf.ok) throw new Error(leaf.code);
    const revoked = list(pki.sub, later(1000), [{ serial: Buffer.from(leaf.value.serial, 'hex'), at: now }]);
    const crl = parseCrl(revoked);
    if (!crl.ok) throw new Error(crl.code);
    const grown = withPublished(basis, { crls: [crl.value], answers: [] });
    expect(grown.memory).toBe(basis.memory);
    expect(firstCause(verify(opened, grown).report)?.code).toBe('certificate-revoked');
    expect(firstCause(verify(opened, evidenceOf({ ...right, anchors: [] })).report)?.code).toBe(
      'certificate-untrusted',
    );
    expect(verify(opened, basis).report.verdict).toBe('passed');
  });

  test('spares what keys made, however often lists come', () => {
    const basis = evidenceOf(right);
    const checks: string[] = [];
    const { signatures } = basis.memory;
    const counting = {
      get: (key: string) => signatures.get(key),
      set: (key: string, isGenuine: boolean): void => {
        checks.push(key);
        signatures.set(key, isGenuine);
      },
    };
    const trust = { ...basis, memory: { ...basis.memory, signatures: counting } };
    const opened = openedWith({ kind: 'present', material: signatureBy(right) });
    verify(opened, trust);
    expect(checks).toHaveLength(right.crls.length);
    const newer = parseCrl(list(pki.sub, later(1000)));
    if (!newer.ok) throw new Error(newer.code);
    verify(opened, withPublished(trust, { crls: [newer.value], answers: [] }));
    expect(checks).toHaveLength(right.crls.length + 1);
  });

  test('is not pushed out by what a document brings along', () => {
    const { memory: shared, ...basis } = evidenceOf(right);
    const carried = withCarried({ ...basis, memory: shared }, { certificates: [], crls: right.crls, answers: [] });
    expect(carried.memory).not.toBe(shared);
  });

  test('spares neither digest nor value', () => {
    const evidence = evidenceOf(right);
    const good = signatureBy(right);
    expect(verify(openedWith({ kind: 'present', material: good }), evidence).report.verdict).toBe('passed');
    for (const changed of [
      { documentDigest: Buffer.alloc(32) },
      { signedInfo: Buffer.from('other') },
      { documentDigest: undefined },
    ]) {
      const opened = openedWith({ kind: 'present', material: { ...good, ...changed } });
      expect(firstCause(verify(opened, evidence).report)?.code).toBe('signature-invalid');
    }
  });

  test('makes room for others when there are many', () => {
    const kept = memory<number>(2);
    kept.set('a', 1);
    kept.set('b', 2);
    expect(kept.get('a')).toBe(1);
    kept.set('c', 3);
    expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual([1, undefined, 3]);
  });
});

describe('the report', () => {
  test('names every check, and those that could not be run', () => {
    const { report } = verify(openedWith({ kind: 'absent' }), evidenceOf(right));
    expect(report.checks).toContainEqual({ name: 'signature-present', result: 'failed' });
    expect(report.checks.filter(({ result }) => result === 'not-run').map(({ name }) => name)).toEqual([
      'signature-structure',
      'signature-algorithm',
      'signature-scope',
      'document-digest',
      'signer-certificate',
      'signature-value',
      'certificate-path',
      'certificate-usage',
      'revocation',
      'enrolment',
      'document-signed',
      'document-signatures',
      'malware',
    ]);
    expect(report).toMatchObject({
      verdict: 'failed',
      signer: null,
      profile: 'strict/package',
      instant: now.toISOString(),
    });
  });

  test('tells the signer and the lists that were used', () => {
    const { report } = verify(openedWith({ kind: 'present', material: signatureBy(right) }), evidenceOf(right));
    expect(report.signer).toMatchObject({
      subject: 'CN=UBND huyện Mẫu,O=UBND huyện Mẫu,C=VN',
      algorithm: 'ec prime256v1',
    });
    expect(report.revocation.map(({ issuer }) => issuer)).toEqual([
      'CN=Cấp dưới Mẫu,O=Cơ quan chứng thực Mẫu,C=VN',
      'CN=Gốc Mẫu,O=Cơ quan chứng thực Mẫu,C=VN',
    ]);
    expect(report.findings).toEqual([
      { code: 'enrolment-unchecked', severity: 'info', facts: {}, place: SIGNATURE_PLACE },
    ]);
    expect(report.checks.find(({ name }) => name === 'enrolment')?.result).toBe('not-run');
  });

  test('holds everything that is wrong, and names the cause first', () => {
    const weak = { ...signatureBy(right), documentDigest: Buffer.alloc(32), signatureMethod: 'urn:x' };
    const { report } = verify(
      openedWith({ kind: 'present', material: weak }),
      evidenceOf({ ...right, crls: [] }, { enrolments: [] }),
    );
    const codes = new Set(report.findings.map(({ code }) => code));
    expect(codes).toEqual(
      new Set(['signature-algorithm-forbidden', 'signature-invalid', 'revocation-unknown', 'signer-not-sender']),
    );
    expect(firstCause(report)?.code).toBe('signature-algorithm-forbidden');
  });

  test('keeps a malformed signature malformed, whatever the message', () => {
    const finding: Finding = { code: 'signature-duplicated', severity: 'error', facts: {} };
    for (const findings of [[finding], []]) {
      for (const message of [undefined, STATUS]) {
        const { report } = verify(openedWith({ kind: 'malformed', findings }, message), evidenceOf(right));
        expect(report.verdict).toBe('failed');
        expect(firstCause(report)?.code).toBe(findings.length === 0 ? 'signature-malformed' : 'signature-duplicated');
      }
    }
  });

  test('a status needs no signature of its own', () => {
    const { report } = verify(openedWith({ kind: 'absent' }, STATUS), evidenceOf(right, { enrolments: [] }));
    expect(report).toMatchObject({ verdict: 'passed', findings: [{ code: 'envelope-unsigned', severity: 'info' }] });
    expect(firstCause(report)).toBeNull();
  });
});

test('a search ends, however many authorities bear the name', async () => {
  const name = [['CN', 'Cấp dưới Mẫu']] as const;
  const others = await Promise.all(
    Array.from({ length: 100 }, () => createAuthority({ name, key: 'ec', now, days: 10 })),
  );
  const one = await createAuthority({ name, key: 'ec', now, days: 10, parent: pki.root });
  const made = material({ ...pki, sub: one }, {}, { intermediates: others.map(({ chain }) => chain[0]) });
  const { report } = verify(
    openedWith({ kind: 'present', material: signatureBy(made) }),
    evidenceOf({ ...made, anchors: [] }),
  );
  expect(firstCause(report)?.code).toMatch(/^certificate-(malformed|untrusted)$/);
});
