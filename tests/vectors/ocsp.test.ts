// Public OCSP answers, right and wrong in every way, and what they prove of the certificates they came with.

import { constants, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Certificate, parseCertificate } from '../../src/core/pki/certificate.ts';
import { type OcspAnswer, parseOcspResponse } from '../../src/core/pki/ocsp.ts';
import type { TrustPath } from '../../src/core/pki/path.ts';
import { derValues } from '../../src/core/crypto/pem.ts';
import { collectRevocation } from '../../src/core/pki/revocation.ts';
import { statusAt } from '../../src/core/pki/revocation-status.ts';
import type { Signed, SignatureMemory } from '../../src/core/pki/signed.ts';
import { readTrust } from '../../src/core/pki/trust.ts';
import { describeCorpus, judge, readLedger } from '../support/corpora.ts';

const VERDICTS = z.looseObject({
  cases: z.array(
    z.looseObject({
      id: z.string(),
      root: z.string(),
      cert: z.string(),
      intermediates: z.array(z.string()),
      ocsp: z.array(z.string()),
      validation_time: z.string(),
      expected: z.enum(['accept', 'reject']),
    }),
  ),
});
type Case = z.infer<typeof VERDICTS>['cases'][number];

function certificate(file: string): Certificate {
  const [der = Buffer.alloc(0)] = derValues(readFileSync(file), 'CERTIFICATE');
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(`${file}: ${JSON.stringify(parsed)}`);
  return parsed.value;
}

/** DER, or the bare base64 that OpenSSL's own test files are. */
function answerBytes(file: string): Buffer {
  const bytes = readFileSync(file);
  return bytes[0] === 0x30 ? bytes : Buffer.from(bytes.toString('latin1'), 'base64');
}

const KNOWN = { certificates: [], purpose: 'package-signature' } as const;

interface Material {
  readonly path: TrustPath;
  readonly answers: readonly Buffer[];
  readonly crls: readonly Buffer[];
}

/** Leaf first; the last one is the anchor. */
function material(chain: readonly Certificate[], answers: readonly Buffer[], crls: readonly Buffer[] = []): Material {
  const root = chain.at(-1);
  if (root === undefined) throw new Error('no certificates');
  const anchor = {
    certificate: root,
    purposes: ['package-signature'],
    validFrom: -Infinity,
    validTo: Infinity,
    revocation: 'required',
  } as const;
  return { path: { certificates: chain.slice(0, -1), anchor, policies: [] }, answers, crls };
}

/** What is known of each certificate of the path at the instant, leaf first. */
function statuses({ path, answers, crls }: Material, instant: string, signatures?: SignatureMemory): string[] {
  const at = Date.parse(instant);
  const trust = readTrust({ anchors: [], intermediates: [], crls, answers });
  const memory = signatures === undefined ? trust.memory : { ...trust.memory, signatures };
  return collectRevocation(path, { ...trust, memory }, KNOWN).map((checked) => statusAt(checked, at, at).kind);
}

function materialOf(folder: string, { root, cert, intermediates, ocsp }: Case): Material {
  const chain = [cert, ...intermediates, root].map((file) => certificate(join(folder, file)));
  return material(
    chain,
    ocsp.map((file) => answerBytes(join(folder, file))),
  );
}

/** A case brings answers for as many certificates as it has, from the leaf on; all of them must be good. */
function outcome(folder: string, row: Case, signatures?: SignatureMemory): string {
  const known = statuses(materialOf(folder, row), row.validation_time, signatures);
  return known.slice(0, row.ocsp.length).every((kind) => kind === 'good') ? 'accept' : 'reject';
}

/** A memory that still accepts SHA-1 with RSA, because all these answers are signed with it. */
function believingSha1({ path, answers }: Material): SignatureMemory {
  const issuers = [...path.certificates, path.anchor.certificate];
  const known = new Map<string, boolean>();
  const remember = (fingerprint: string, signed: Signed, by: Certificate): void => {
    const key = { key: by.key, padding: constants.RSA_PKCS1_PADDING };
    known.set(`${fingerprint}:${by.keySha256}`, verify('sha1', signed.tbs, key, signed.signature));
  };
  for (const answer of answers.flatMap(parsed)) {
    for (const by of [...issuers, ...answer.certificates]) remember(answer.fingerprint, answer.signed, by);
    for (const responder of answer.certificates) {
      for (const by of issuers) remember(responder.fingerprint, responder.signed, by);
    }
  }
  return {
    get: (name) => known.get(name),
    set: (name) => {
      throw new Error(`not foreseen: ${name}`);
    },
  };
}

function parsed(der: Buffer): OcspAnswer[] {
  const answer = parseOcspResponse(der);
  return answer.ok ? [answer.value] : [];
}

describeCorpus('ocsp', (folder) => {
  const path = join(folder, 'verdicts.json');
  const { cases } = existsSync(path) ? VERDICTS.parse(JSON.parse(readFileSync(path, 'utf8'))) : { cases: [] };
  const ledger = readLedger('ocsp');

  test('is there, and so is every case of the ledger', () => {
    expect(cases).toHaveLength(29);
    const ids = new Set(cases.map(({ id }) => id));
    expect([...ledger.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  describe('as they are', () => {
    test.each(cases)('$id', (row) => {
      judge(row.id, [row.expected], outcome(folder, row), ledger);
    });
  });

  describe('if SHA-1 were believed, each is refused for its own fault', () => {
    /** This responder does not say that it need not be checked, and nothing tells of it (RFC 6960 section 4.2.2.2.1). */
    const unchecked = 'delegated_success';
    test.each(cases)('$id', (row) => {
      const signatures = believingSha1(materialOf(folder, row));
      expect(outcome(folder, row, signatures)).toBe(row.id === unchecked ? 'reject' : row.expected);
    });
  });

  describe.each(['freshness', 'ades/time-slide'])('the series %s', (series) => {
    const at = (name: string): string => join(folder, 'data', series, name);
    const days = ['2020-10-01', '2020-11-29', '2020-12-10'];
    const chain = (): Certificate[] => ['alice', 'interm', 'root'].map((name) => certificate(at(`certs/${name}.crt`)));
    const on = (...known: readonly string[]): Material =>
      material(
        chain(),
        known.map((day) => readFileSync(at(`alice-${day}.ors`))),
        known.map((day) => readFileSync(at(`root-${day}.crl`))),
      );

    test.each([
      ['2020-10-01', '2020-10-01T00:05:00Z', ['good', 'good']],
      ['2020-10-01', '2020-10-01T00:11:00Z', ['stale', 'good']],
      ['2020-10-01', '2020-12-05T00:00:00Z', ['stale', 'stale']],
      ['2020-11-29', '2020-11-29T00:05:00Z', ['good', 'good']],
      ['2020-11-29', '2020-12-01T00:00:01Z', ['stale', 'stale']],
      ['2020-12-10', '2020-12-10T00:05:00Z', ['revoked', 'good']],
      // Younger than the instant, and gathered after it: better knowledge. Here it was gathered at the instant itself.
      ['2020-12-10', '2020-11-30T00:00:00Z', ['unknown', 'unknown']],
    ])('what is of %s, asked of %s', (day, instant, expected) => {
      expect(statuses(on(day), instant)).toEqual(expected);
    });

    test('the authority that the list calls revoked', () => {
      const [revoked, root] = ['interm-revoked', 'root'].map((name) => certificate(at(`certs/${name}.crt`)));
      if (revoked === undefined || root === undefined) throw new Error('no certificates');
      const known = days.map((day) => readFileSync(at(`root-${day}.crl`)));
      expect(statuses(material([revoked, root], [], known), '2020-12-10T00:05:00Z')).toEqual(['revoked']);
      expect(statuses(material([revoked, root], [], known.slice(0, 2)), '2020-11-29T00:05:00Z')).toEqual(['good']);
    });

    test('a later answer tells of the past', () => {
      const trust = readTrust({ anchors: [], intermediates: [], ...on(...days) });
      const known = (instant: string): string[] =>
        collectRevocation(on(...days).path, trust, KNOWN).map((each) => statusAt(each, Date.parse(instant)).kind);
      expect(known('2020-11-30T23:59:59Z')[0]).toBe('good');
      expect(known('2020-12-01T00:00:00Z')[0]).toBe('revoked');
      expect(known('2021-12-01T00:00:00Z')[0]).toBe('revoked');
    });
  });
});
