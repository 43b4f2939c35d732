import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { issue, newKeyPair } from '../../../../certs/authority.ts';
import {
  enumerated,
  integer,
  octetString,
  oid,
  sequence,
  tagged,
  tlv,
} from '../../../../src/core/crypto/der-writer.ts';
import { type OcspTemplate, buildOcspAnswer } from '../../../../certs/ocsp.ts';
import { LEAF_NAME, type TestPki, createTestPki } from '../../../../certs/test-pki.ts';
import { trustMemory } from '../../../../src/core/pki/cache.ts';
import { type Certificate, parseCertificate } from '../../../../src/core/pki/certificate.ts';
import { ocspRequest, parseOcspResponse } from '../../../../src/core/pki/ocsp.ts';
import { receiveAnswer } from '../../../../src/core/pki/revocation.ts';
import { requireTool } from '../../../support/tools.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
const serial = Buffer.from('4c00000000000001', 'hex');
let pki: TestPki;
let leaf: Certificate;
let issuer: Certificate;

beforeAll(async () => {
  pki = await createTestPki(now);
  const { certificate } = issue(pki.sub, {
    subject: LEAF_NAME,
    publicKey: createPublicKey(await newKeyPair('ec')),
    now,
    days: 30,
    override: { serial },
  });
  leaf = read(certificate);
  issuer = read(pki.sub.chain[0]);
});

function read(der: Buffer): Certificate {
  const certificate = parseCertificate(der);
  if (!certificate.ok) throw new Error(JSON.stringify(certificate));
  return certificate.value;
}

const answerWith = (more: Partial<OcspTemplate> = {}): Buffer =>
  buildOcspAnswer(pki.sub, { producedAt: now, statements: [{ serial, thisUpdate: now }], ...more });

describe('a question', () => {
  test.each([
    ['with a nonce', Buffer.alloc(32, 7)],
    ['without', undefined],
  ])('%s is what openssl reads it as', async (_, nonce) => {
    const openssl = await requireTool('openssl');
    const folder = mkdtempSync(join(tmpdir(), 'ocsp-'));
    try {
      const file = join(folder, 'request.der');
      writeFileSync(file, ocspRequest(leaf, issuer, nonce));
      const text = execFileSync(openssl, ['ocsp', '-reqin', file, '-req_text', '-noverify'], { encoding: 'utf8' });
      expect(text).toContain(`Serial Number: ${serial.toString('hex').toUpperCase()}`);
      expect(text.includes('OCSP Nonce')).toBe(nonce !== undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('an answer', () => {
  test('is read for what it says', () => {
    const at = new Date(now.getTime() - 5000);
    const answer = parseOcspResponse(
      answerWith({
        nonce: Buffer.of(1, 2, 3),
        statements: [
          { serial: Buffer.of(1), thisUpdate: now, status: 'unknown' },
          { serial, thisUpdate: at, nextUpdate: now, status: { at, reason: 5 }, idHash: 'sha256' },
        ],
      }),
    );
    expect(answer).toMatchObject({
      ok: true,
      value: {
        producedAt: now.getTime(),
        nonce: Buffer.of(1, 2, 3),
        statements: [
          { id: { hash: 'sha1', serial: '01' }, status: { kind: 'unknown' }, nextUpdate: null },
          {
            id: { hash: 'sha256', serial: serial.toString('hex') },
            status: { kind: 'revoked', revocation: { at: at.getTime(), reason: 'cessationOfOperation' } },
            thisUpdate: at.getTime(),
            nextUpdate: now.getTime(),
          },
        ],
      },
    });
  });

  const critical = { oid: '1.3.6.1.4.1.99999.1', critical: true, value: tlv(0x05) };
  const unsuccessful = (code: number): Buffer => sequence(enumerated(code));
  test.each<[string, string, () => Buffer]>([
    ['a malformed request', 'malformedRequest', () => unsuccessful(1)],
    ['an error inside', 'internalError', () => unsuccessful(2)],
    ['try later', 'tryLater', () => unsuccessful(3)],
    ['a signature required', 'sigRequired', () => unsuccessful(5)],
    ['not authorised', 'unauthorized', () => unsuccessful(6)],
    ['a status that is none', 'response status', () => unsuccessful(4)],
    ['try later, with an answer beside', 'tryLater', () => Buffer.concat([answerWith()]).fill(3, ...statusByte())],
    ['success without an answer', 'value missing', () => unsuccessful(0)],
    [
      'another type of answer',
      'response type',
      () => sequence(enumerated(0), tagged(0, sequence(oid('1.3.6.1.5.5.7.48.1.9'), octetString(sequence())))),
    ],
    ['bytes after it', 'trailing bytes', () => Buffer.concat([answerWith(), Buffer.of(0)])],
    ['cut short', 'truncated', () => answerWith().subarray(0, -1)],
    ['too much', 'size', () => Buffer.alloc(200_000, 0x30)],
    ['no certificate answered for', 'number of answers', () => answerWith({ statements: [] })],
    [
      'too many certificates answered for',
      'number of answers',
      () => answerWith({ statements: Array.from({ length: 65 }, () => ({ serial, thisUpdate: now })) }),
    ],
    [
      'a critical extension of a statement',
      'critical extension 1.3.6.1.4.1.99999.1',
      () => answerWith({ statements: [{ serial, thisUpdate: now, extensions: [critical] }] }),
    ],
    ['a critical extension', 'critical extension 1.3.6.1.4.1.99999.1', () => answerWith({ extensions: [critical] })],
    ['HTML', 'trailing bytes', () => Buffer.from('<!DOCTYPE html><html><body>not found</body></html>')],
    ['a certificate', 'unexpected field', () => pki.sub.chain[0]],
    ['a number', 'unexpected tag 2', () => integer(1)],
    ['nothing', 'truncated', () => Buffer.alloc(0)],
  ])('that is %s is refused', (_, reason, make) => {
    expect(parseOcspResponse(make())).toMatchObject({ ok: false, code: 'ocsp-invalid', facts: { reason } });
  });

  /** Where the response status of an answer stands. */
  const statusByte = (): [number, number] => {
    const at = answerWith().indexOf(Buffer.of(0x0a, 0x01, 0x00)) + 2;
    return [at, at + 1];
  };

  test('damaged anywhere is refused or no longer genuine', () => {
    const der = answerWith();
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(der);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        const answer = parseOcspResponse(damaged);
        if (answer.ok) expect(received(damaged)).toMatchObject({ ok: false });
      }),
      { numRuns: 500 },
    );
  });
});

function received(der: Buffer, nonce?: Buffer, at: Date = now): ReturnType<typeof receiveAnswer> {
  const answer = parseOcspResponse(der);
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  const asked = { certificate: leaf, issuer, now: at.getTime(), ...(nonce === undefined ? {} : { nonce }) };
  return receiveAnswer(answer.value, asked, { crls: new Map(), answers: new Map(), memory: trustMemory(1) });
}

describe('an answer that has just come', () => {
  const nonce = Buffer.alloc(32, 1);
  const hours = (count: number): Date => new Date(now.getTime() + count * 3_600_000);

  test.each<[string, () => ReturnType<typeof received>]>([
    ['to the question', () => received(answerWith({ nonce }), nonce)],
    ['by a responder that knows no nonces', () => received(answerWith(), nonce)],
    ['where no nonce was sent', () => received(answerWith({ nonce }))],
    ['a day old', () => received(answerWith(), undefined, hours(24))],
  ])('%s is kept', (_, receive) => {
    expect(receive()).toMatchObject({ ok: true, value: { statement: { status: { kind: 'good' } } } });
  });

  test.each<[string, string, () => ReturnType<typeof received>]>([
    ['nonce', 'to another question', () => received(answerWith({ nonce: Buffer.alloc(32, 2) }), nonce)],
    ['stale', 'of the day before', () => received(answerWith(), undefined, hours(25))],
    ['future', 'of tomorrow', () => received(answerWith(), undefined, hours(-1))],
    [
      'serial',
      'about another',
      () => received(answerWith({ statements: [{ serial: Buffer.of(9), thisUpdate: now }] })),
    ],
    [
      'issuer-name',
      'about one of another authority',
      () => received(answerWith({ statements: [{ serial, thisUpdate: now, issuerName: pki.root.name }] })),
    ],
    [
      'issuer-key',
      'about one of another key',
      () => received(answerWith({ statements: [{ serial, thisUpdate: now, issuerKey: Buffer.of(1) }] })),
    ],
    [
      'hash',
      'by an unknown hash',
      () => received(answerWith({ statements: [{ serial, thisUpdate: now, idHash: 'sha384' }] })),
    ],
    ['signature', 'signed by another', () => received(answerWith({ responderId: pki.sub.key, responder: stranger() }))],
    ['responder', 'by an unknown responder', () => received(answerWith({ responder: stranger() }))],
    [
      'responder-not-delegated',
      'by a responder that was not appointed',
      () => received(answerWith({ responder: { ...stranger(), certificates: [leafOf(stranger().key)] } })),
    ],
  ])('%s: %s', (reason, _, receive) => {
    expect(receive()).toMatchObject({ ok: false, code: 'ocsp-invalid', facts: { reason } });
  });

  const stranger = (): NonNullable<OcspTemplate['responder']> => ({
    name: pki.root.name,
    key: pki.leafKey,
    certificates: [],
  });
  const leafOf = (key: KeyObject): Buffer =>
    issue(pki.sub, { subject: LEAF_NAME, publicKey: createPublicKey(key), now, days: 30 }).certificate;
});
