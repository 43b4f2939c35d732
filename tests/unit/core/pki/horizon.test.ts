import { createPublicKey } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { type Authority, createAuthority, issue, newKeyPair } from '../../../../certs/authority.ts';
import { list } from '../../../../certs/test-pki.ts';
import type { Anchor } from '../../../../src/core/registry/anchor.ts';
import { type Certificate, parseCertificate } from '../../../../src/core/pki/certificate.ts';
import { matchByKey, matchBySubject } from '../../../../src/core/pki/enrolment.ts';
import { type HorizonQuestion, horizonOf } from '../../../../src/core/pki/horizon.ts';
import type { Enrolment } from '../../../../src/core/registry/registry.ts';

const now = new Date('2026-11-22T03:00:00Z');
const DAY = 24 * 3600 * 1000;

function parsed(der: Buffer): Certificate {
  const certificate = parseCertificate(der);
  if (!certificate.ok) throw new Error(JSON.stringify(certificate.facts));
  return certificate.value;
}

let root: Authority;
let sub: Authority;
let subRenewed: Authority;
const leafs: Certificate[] = [];
beforeAll(async () => {
  const subName = [['CN', 'Cấp dưới Mẫu']] as const;
  root = await createAuthority({ name: [['CN', 'Gốc Mẫu']], key: 'ec', now, days: 900 });
  sub = await createAuthority({ name: subName, key: 'ec', now, days: 100, parent: root });
  subRenewed = await createAuthority({ name: subName, key: sub.key, now, days: 500, parent: root });
  for (const [name, days] of [
    ['Một', 30],
    ['Hai', 300],
  ] as const) {
    const publicKey = createPublicKey(await newKeyPair('ec'));
    leafs.push(parsed(issue(sub, { subject: [['CN', name]], publicKey, now, days }).certificate));
  }
});

const leaf = (index: number): Certificate => leafs[index] ?? parsed(root.chain[0]);

interface Known {
  readonly enrolments?: readonly Enrolment[];
  readonly seen?: readonly Certificate[];
  readonly intermediates?: readonly Buffer[];
  readonly anchor?: Partial<Anchor>;
  readonly crls?: readonly Buffer[];
  readonly days?: number;
  readonly instant?: Date;
}

function ask(known: Known): ReturnType<typeof horizonOf> {
  const { enrolments = [], seen = [], intermediates = [sub.chain[0]], anchor = {}, crls = [], days = 1000 } = known;
  const groups = new Map<string, Enrolment[]>();
  for (const enrolment of enrolments) {
    groups.set(enrolment.organisation, [...(groups.get(enrolment.organisation) ?? []), enrolment]);
  }
  const registry: HorizonQuestion['registry'] = {
    anchors: [{ certificate: root.chain[0], purposes: ['package-signature'], revocation: 'required', ...anchor }],
    intermediates,
    crls,
    enrolments: groups,
  };
  return horizonOf({ registry, signers: seen, instant: known.instant ?? now, days });
}

/** The organisation that each end affects, and the days until then. */
const hits = (known: Known) =>
  ask(known)
    .lines.filter(({ organisations }) => organisations.length > 0)
    .map(({ kind, at, organisations, effect }) => [
      kind,
      Math.round((at - now.getTime()) / DAY),
      organisations.join(),
      effect,
    ]);

const byKey = (organisation: string, index: number): Enrolment => ({ organisation, match: matchByKey(leaf(index)) });
const bySubject = (organisation: string, index: number): Enrolment => ({
  organisation,
  match: matchBySubject(leaf(index)),
});

test("a signer's certificate ends first", () => {
  expect(hits({ enrolments: [byKey('H99.12', 0)], seen: leafs })).toEqual([['signer', 30, 'H99.12', 'refused']]);
});

test('its issuer ends first, for all who have no other', () => {
  const enrolments = [byKey('H99.12', 1), bySubject('H99.13', 1)];
  expect(hits({ enrolments, seen: leafs })).toEqual([['intermediate', 100, 'H99.12,H99.13', 'refused']]);
});

test('an issuer that was renewed ends nothing', () => {
  const intermediates = [sub.chain[0], subRenewed.chain[0]];
  expect(hits({ enrolments: [byKey('H99.12', 1)], seen: leafs, intermediates })).toEqual([
    ['signer', 300, 'H99.12', 'refused'],
  ]);
});

test('a renewed issuer that came with a package counts too', () => {
  const seen = [...leafs, parsed(subRenewed.chain[0])];
  expect(hits({ enrolments: [byKey('H99.12', 1)], seen })).toEqual([['signer', 300, 'H99.12', 'refused']]);
});

test('a second certificate that lasts longer carries on', () => {
  const enrolments = [byKey('H99.12', 0), byKey('H99.12', 1)];
  expect(hits({ enrolments, seen: leafs })).toEqual([['intermediate', 100, 'H99.12', 'refused']]);
});

test.each<[what: string, known: () => Known, kind: string, days: number]>([
  ['an enrolment', () => ({ enrolments: [{ ...byKey('H99.12', 0), validTo: '2026-12-02' }] }), 'enrolment', 10],
  ['trust in an anchor', () => ({ anchor: { validTo: '2026-12-02T03:00:00Z' } }), 'anchor', 10],
])('%s ends first', (_, known, kind, days) => {
  const made = known();
  const enrolments = made.enrolments ?? [byKey('H99.12', 0)];
  expect(hits({ ...made, enrolments, seen: leafs })).toEqual([[kind, days, 'H99.12', 'refused']]);
});

test('a list that is not renewed holds every organisation under its authority', () => {
  const crls = [list(root, now), list(sub, now)];
  const known = { enrolments: [byKey('H99.12', 0)], seen: leafs, crls };
  expect(hits(known)).toEqual([
    ['list', 7, 'H99.12', 'held'],
    ['list', 7, 'H99.12', 'held'],
    ['signer', 30, 'H99.12', 'refused'],
  ]);
  expect(hits({ ...known, anchor: { revocation: 'not-published' } })).toEqual([['signer', 30, 'H99.12', 'refused']]);
});

test('what was never seen is told as not known', () => {
  const enrolments = [byKey('H99.12', 0), bySubject('H99.13', 1)];
  const found = ask({ enrolments });
  expect(found.unseen).toEqual(['H99.12', 'H99.13']);
  expect(found.lines.flatMap(({ organisations }) => organisations)).toEqual(['H99.13']);
});

test('a signer without a way to an anchor is told as such', () => {
  expect(ask({ enrolments: [byKey('H99.12', 0)], seen: leafs, intermediates: [] })).toMatchObject({
    unseen: [],
    withoutPath: ['H99.12'],
  });
});

test('looks as far as asked, and back only where something has broken already', () => {
  const known = { enrolments: [byKey('H99.12', 0)], seen: leafs };
  expect(hits({ ...known, days: 29 })).toEqual([]);
  expect(hits({ ...known, days: 29, instant: new Date(now.getTime() + 40 * DAY) })).toEqual([
    ['signer', 30, 'H99.12', 'refused'],
  ]);
  const kinds = ask(known).lines.map(({ kind }) => kind);
  expect(kinds).toEqual(['signer', 'intermediate', 'signer', 'anchor']);
});
