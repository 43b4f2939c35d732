// The test PKI: one right hierarchy, and every way a certificate or a list can be wrong as a row of a table. Keys are made
// on the spot and thrown away; nothing here is secret and nothing here is trusted anywhere.

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Anchor } from '../src/core/registry/anchor.ts';
import type { ProblemCode } from '../src/core/problems/problems.ts';
import {
  type Authority,
  type IssueOptions,
  createAuthority,
  issue,
  issueCrl,
  newKeyPair,
  newSerial,
} from './authority.ts';
import { boolean, implicit, integer, octetString, sequence, tagged, tlv } from '../src/core/crypto/der-writer.ts';
import { type OcspStatementTemplate, type OcspTemplate, buildOcspAnswer } from './ocsp.ts';
import {
  type CertificateTemplate,
  type Extension,
  type NameParts,
  basicConstraints,
  distinguishedName,
  extendedKeyUsage,
  keyUsage,
  nameConstraints,
  subjectKeyId,
} from './x509.ts';

const DAY = 24 * 3600 * 1000;
const ROOT_NAME: NameParts = [
  ['C', 'VN'],
  ['O', 'Cơ quan chứng thực Mẫu'],
  ['CN', 'Gốc Mẫu'],
];
const SUB_NAME: NameParts = [
  ['C', 'VN'],
  ['O', 'Cơ quan chứng thực Mẫu'],
  ['CN', 'Cấp dưới Mẫu'],
];
export const LEAF_NAME: NameParts = [
  ['C', 'VN'],
  ['O', 'UBND huyện Mẫu'],
  ['CN', 'UBND huyện Mẫu'],
];

/** The certificates that all cases start from. */
export interface TestPki {
  readonly now: Date;
  readonly root: Authority;
  readonly sub: Authority;
  readonly leafKey: KeyObject;
  readonly crls: readonly Buffer[];
}

export async function createTestPki(now: Date): Promise<TestPki> {
  const root = await createAuthority({ name: ROOT_NAME, key: 'ec', now, days: 3650 });
  const sub = await createAuthority({ name: SUB_NAME, key: 'ec', now, days: 1825, parent: root });
  const leafKey = await newKeyPair('ec');
  return { now, root, sub, leafKey, crls: [list(root, now), list(sub, now)] };
}

/** A revocation list of an authority at this instant. */
export function list(
  authority: Authority,
  now: Date,
  revoked: readonly { serial: Buffer; at: Date; reason?: number }[] = [],
  extensions: readonly Extension[] = [],
): Buffer {
  return issueCrl(authority, { now, days: 7, number: 1, revoked, override: { extensions } });
}

/** The signer's certificates, and the gateway's trust. */
export interface PkiMaterial {
  /** Signs for the leaf. */
  readonly key: KeyObject;
  /** X509Data. */
  readonly certificates: readonly Buffer[];
  readonly anchors: readonly Anchor[];
  readonly intermediates: readonly Buffer[];
  readonly crls: readonly Buffer[];
  /** OCSP. */
  readonly answers?: readonly Buffer[];
  readonly instant: Date;
}

export interface PkiCase {
  /** Its row (src/docs/threats.md 11); — where it has none. */
  readonly row: string;
  readonly name: string;
  /** `passed`, or the first cause of the verdict. */
  readonly verdict: 'passed' | ProblemCode;
  /** The `reason` among the finding's facts, where one code has many. */
  readonly reason?: string;
  readonly make: (pki: TestPki) => PkiMaterial | Promise<PkiMaterial>;
}

function anchorOf(certificate: Buffer, change: Partial<Anchor> = {}): Anchor {
  return { certificate, purposes: ['package-signature'], revocation: 'required', ...change };
}

/** The right material with a leaf that may differ, and then with whatever else shall be different. */
export function material(
  pki: TestPki,
  leaf: Partial<IssueOptions> = {},
  change: Partial<PkiMaterial> = {},
): PkiMaterial {
  const { certificate } = issue(pki.sub, { ...leafOptions(pki), ...leaf });
  return {
    key: pki.leafKey,
    certificates: [certificate, pki.sub.chain[0]],
    anchors: [anchorOf(pki.root.chain[0])],
    intermediates: [],
    crls: pki.crls,
    instant: pki.now,
    ...change,
  };
}

function leafOptions(pki: TestPki): IssueOptions {
  return { subject: LEAF_NAME, publicKey: createPublicKey(pki.leafKey), now: pki.now, days: 365 };
}

const leafWith = (override: Partial<CertificateTemplate>) => (pki: TestPki) => material(pki, { override });

const leafExtensions = (pki: TestPki, ...extensions: readonly Extension[]): Partial<CertificateTemplate> => ({
  extensions: [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    subjectKeyId(createPublicKey(pki.leafKey)),
    ...extensions,
  ],
});

/** An intermediate of its own under the root, its leaf, and a list that covers both. */
async function under(pki: TestPki, authority: Partial<Parameters<typeof createAuthority>[0]>): Promise<PkiMaterial> {
  const sub = await createAuthority({
    name: SUB_NAME,
    key: 'ec',
    now: pki.now,
    days: 365,
    parent: pki.root,
    ...authority,
  });
  const { certificate } = issue(sub, leafOptions(pki));
  return material(
    pki,
    {},
    { certificates: [certificate, ...sub.chain], crls: [list(pki.root, pki.now), list(sub, pki.now)] },
  );
}

/** A leaf whose key is of this kind, under the right authority. */
function leafKey(makeKey: () => KeyObject): (pki: TestPki) => PkiMaterial {
  return (pki) => {
    const key = makeKey();
    return material(pki, { publicKey: createPublicKey(key) }, { key });
  };
}

const UNKNOWN_CRITICAL: Extension = { oid: '1.3.6.1.4.1.99999.1', critical: true, value: tlv(0x05) };
const SECOND = 1000;

/** The serial number of the leaf that OCSP cases ask about. */
const ASKED = Buffer.from('4c00000000000001', 'hex');

type Answer = Partial<Omit<OcspTemplate, 'statements'>> & { readonly statement?: Partial<OcspStatementTemplate> };

/** A good leaf with the root's list and an answer, right but for what is told; no list speaks of the leaf. */
function materialWithAnswer(
  pki: TestPki,
  answer: Answer = {},
  crls: readonly Buffer[] = [list(pki.root, pki.now)],
): PkiMaterial {
  return material(pki, { override: { serial: ASKED } }, { crls, answers: [answerOf(pki, answer)] });
}

function answerOf(pki: TestPki, { statement = {}, ...more }: Answer = {}): Buffer {
  const producedAt = new Date(pki.now.getTime() - 60 * SECOND);
  const statements = [{ serial: ASKED, thisUpdate: producedAt, ...statement }];
  return buildOcspAnswer(pki.sub, { producedAt, statements, ...more });
}

/** A responder of an authority, with a certificate of its own. */
async function responderOf(
  pki: TestPki,
  authority: Authority,
  extensions: readonly Extension[],
  override: Partial<CertificateTemplate> = {},
): Promise<NonNullable<OcspTemplate['responder']> & { readonly serial: Buffer }> {
  const key = await newKeyPair('ec');
  const name: NameParts = [['CN', 'Trả lời OCSP Mẫu']];
  const publicKey = createPublicKey(key);
  const { certificate, serial } = issue(authority, {
    subject: name,
    publicKey,
    now: pki.now,
    days: 30,
    override: { extensions: [basicConstraints(false), keyUsage('digitalSignature'), ...extensions], ...override },
  });
  return { name: distinguishedName(name), key, certificates: [certificate], serial };
}

const OCSP_SIGNING = extendedKeyUsage('1.3.6.1.5.5.7.3.9');
const NO_CHECK: Extension = { oid: '1.3.6.1.5.5.7.48.1.5', value: tlv(0x05) };

const ago = (pki: TestPki, milliseconds: number): Date => new Date(pki.now.getTime() - milliseconds);

/** Each case with an answer that, counted, would let the leaf pass or refuse it. */
const OCSP_CASES: readonly PkiCase[] = [
  { row: '—', name: 'an answer of the authority', verdict: 'passed', make: (pki) => materialWithAnswer(pki) },
  {
    row: '—',
    name: 'an answer of the authority, named by name, about SHA-256 hashes',
    verdict: 'passed',
    make: (pki) => materialWithAnswer(pki, { responderId: 'by-name', statement: { idHash: 'sha256' } }),
  },
  {
    row: '—',
    name: 'an answer of a responder that need not be checked',
    verdict: 'passed',
    make: async (pki) =>
      materialWithAnswer(pki, { responder: await responderOf(pki, pki.sub, [OCSP_SIGNING, NO_CHECK]) }),
  },
  {
    row: '—',
    name: 'an answer of a responder that a list calls good',
    verdict: 'passed',
    make: async (pki) => {
      const crls = [list(pki.root, pki.now), list(pki.sub, pki.now, [], [scope(1)])];
      return materialWithAnswer(pki, { responder: await responderOf(pki, pki.sub, [OCSP_SIGNING]) }, crls);
    },
  },
  {
    row: 'C6',
    name: 'revoked, as the answer says',
    verdict: 'certificate-revoked',
    reason: 'superseded',
    make: (pki) => materialWithAnswer(pki, { statement: { status: { at: ago(pki, DAY), reason: 4 } } }),
  },
  {
    row: 'C7',
    name: 'revoked afterwards, as the answer says',
    verdict: 'passed',
    make: (pki) => materialWithAnswer(pki, { statement: { status: { at: ago(pki, -DAY), reason: 1 } } }),
  },
  {
    row: 'C8',
    name: 'intermediate revoked, as the answer says',
    verdict: 'certificate-revoked',
    make: async (pki) => {
      const serial = newSerial();
      const right = await under(pki, { override: { serial } });
      const producedAt = ago(pki, 60 * SECOND);
      const status = { at: ago(pki, DAY), reason: 2 };
      const answer = buildOcspAnswer(pki.root, {
        producedAt,
        statements: [{ serial, status, thisUpdate: producedAt }],
      });
      return { ...right, answers: [answer] };
    },
  },
  {
    row: 'C17',
    name: 'OCSP says revoked, the list good',
    verdict: 'certificate-revoked',
    reason: 'keyCompromise',
    make: (pki) => materialWithAnswer(pki, { statement: { status: { at: ago(pki, DAY), reason: 1 } } }, pki.crls),
  },
  {
    row: 'C17',
    name: 'the list says revoked, OCSP good',
    verdict: 'certificate-revoked',
    reason: 'cessationOfOperation',
    make: (pki) => {
      const revoked = [{ serial: ASKED, at: ago(pki, DAY), reason: 5 }];
      return materialWithAnswer(pki, {}, [list(pki.root, pki.now), list(pki.sub, pki.now, revoked)]);
    },
  },
  {
    row: 'C17',
    name: 'OCSP says revoked, an outdated answer too',
    verdict: 'certificate-revoked',
    make: (pki) => {
      const then = ago(pki, 30 * DAY);
      const status = { at: ago(pki, 40 * DAY) };
      return materialWithAnswer(pki, { producedAt: then, statement: { thisUpdate: then, status } }, pki.crls);
    },
  },
  {
    row: 'C18',
    name: 'answer signed by another key',
    verdict: 'revocation-unknown',
    make: (pki) => {
      const responder = { name: pki.sub.name, key: pki.leafKey, certificates: [] };
      return materialWithAnswer(pki, { responder, responderId: pki.sub.key });
    },
  },
  {
    row: 'C18',
    name: 'answer by a responder that is nowhere',
    verdict: 'revocation-unknown',
    make: (pki) => materialWithAnswer(pki, { responder: { name: pki.root.name, key: pki.leafKey, certificates: [] } }),
  },
  {
    row: 'C18',
    name: 'answer by a certificate of the authority that is not for answering',
    verdict: 'revocation-unknown',
    make: async (pki) => materialWithAnswer(pki, { responder: await responderOf(pki, pki.sub, [NO_CHECK]) }),
  },
  {
    row: 'C18',
    name: 'answer by a responder whom the authority above appointed',
    verdict: 'revocation-unknown',
    make: async (pki) =>
      materialWithAnswer(pki, { responder: await responderOf(pki, pki.root, [OCSP_SIGNING, NO_CHECK]) }),
  },
  {
    row: 'C18',
    name: 'answer by a responder whom somebody of the same name appointed',
    verdict: 'revocation-unknown',
    make: async (pki) => {
      const rival = await createAuthority({ name: SUB_NAME, key: 'ec', now: pki.now, days: 365 });
      return materialWithAnswer(pki, { responder: await responderOf(pki, rival, [OCSP_SIGNING, NO_CHECK]) });
    },
  },
  {
    row: 'C18',
    name: 'answer by a responder whose own status nobody tells',
    verdict: 'revocation-unknown',
    make: async (pki) => materialWithAnswer(pki, { responder: await responderOf(pki, pki.sub, [OCSP_SIGNING]) }),
  },
  {
    row: 'C18',
    name: 'answer by a responder that was revoked',
    verdict: 'revocation-stale',
    make: async (pki) => {
      const responder = await responderOf(pki, pki.sub, [OCSP_SIGNING, NO_CHECK]);
      // On a list that is too old to say anything good of the leaf.
      const revoked = [{ serial: responder.serial, at: ago(pki, DAY), reason: 1 }];
      const then = ago(pki, 30 * DAY);
      const outdated = issueCrl(pki.sub, { now: then, days: 7, number: 1, revoked });
      return materialWithAnswer(pki, { responder }, [list(pki.root, pki.now), outdated]);
    },
  },
  {
    row: 'C18',
    name: 'answer by a responder that has expired',
    verdict: 'revocation-unknown',
    make: async (pki) => {
      const override = { notBefore: ago(pki, 2 * DAY), notAfter: ago(pki, DAY) };
      return materialWithAnswer(pki, {
        responder: await responderOf(pki, pki.sub, [OCSP_SIGNING, NO_CHECK], override),
      });
    },
  },
  {
    row: 'C18',
    name: 'answer about another serial number',
    verdict: 'revocation-unknown',
    make: (pki) => materialWithAnswer(pki, { statement: { serial: newSerial() } }),
  },
  {
    row: 'C18',
    name: 'answer with the hash of another name',
    verdict: 'revocation-unknown',
    make: (pki) => materialWithAnswer(pki, { statement: { issuerName: pki.root.name } }),
  },
  {
    row: 'C18',
    name: 'answer with the hash of another key',
    verdict: 'revocation-unknown',
    make: (pki) => materialWithAnswer(pki, { statement: { issuerKey: Buffer.from('another') } }),
  },
  {
    row: 'C18',
    name: 'answer by an unknown hash',
    verdict: 'revocation-unknown',
    make: (pki) => materialWithAnswer(pki, { statement: { idHash: 'sha384' } }),
  },
  {
    row: 'C18',
    name: 'answer signed with SHA-1',
    verdict: 'revocation-unknown',
    make: (pki) => materialWithAnswer(pki, { hash: 'sha1' }),
  },
  {
    row: 'C18',
    name: 'answer with an unknown critical extension',
    verdict: 'revocation-unknown',
    make: (pki) => materialWithAnswer(pki, { extensions: [UNKNOWN_CRITICAL] }),
  },
  {
    row: 'C18',
    name: 'answer that says revoked, signed by another key',
    verdict: 'passed',
    make: (pki) => {
      const responder = { name: pki.sub.name, key: pki.leafKey, certificates: [] };
      const statement = { status: { at: ago(pki, DAY) } };
      return materialWithAnswer(pki, { responder, responderId: pki.sub.key, statement }, pki.crls);
    },
  },
  {
    row: 'C19',
    name: 'answer of the future',
    verdict: 'revocation-unknown',
    make: (pki) =>
      materialWithAnswer(pki, {
        producedAt: ago(pki, -3600 * SECOND),
        statement: { thisUpdate: ago(pki, -3600 * SECOND) },
      }),
  },
  {
    row: 'C19',
    name: 'answer of a clock that is three minutes fast',
    verdict: 'passed',
    make: (pki) =>
      materialWithAnswer(pki, {
        producedAt: ago(pki, -180 * SECOND),
        statement: { thisUpdate: ago(pki, -180 * SECOND) },
      }),
  },
  {
    row: 'C19',
    name: 'answer whose next is overdue',
    verdict: 'revocation-stale',
    make: (pki) =>
      materialWithAnswer(pki, { statement: { thisUpdate: ago(pki, 3600 * SECOND), nextUpdate: ago(pki, SECOND) } }),
  },
  {
    row: 'C19',
    name: 'answer of yesterday that names no next',
    verdict: 'revocation-stale',
    make: (pki) => materialWithAnswer(pki, { statement: { thisUpdate: ago(pki, DAY + SECOND) } }),
  },
  {
    row: 'C19',
    name: 'answer of 24 hours ago that names no next',
    verdict: 'passed',
    make: (pki) => materialWithAnswer(pki, { statement: { thisUpdate: ago(pki, DAY) } }),
  },
  {
    row: 'C20',
    name: 'the responder does not know the certificate',
    verdict: 'revocation-unknown',
    make: (pki) => materialWithAnswer(pki, { statement: { status: 'unknown' } }),
  },
  {
    row: 'C20',
    name: 'the responder does not know the certificate, a list does',
    verdict: 'passed',
    make: (pki) => materialWithAnswer(pki, { statement: { status: 'unknown' } }, pki.crls),
  },
];

export const PKI_CASES: readonly PkiCase[] = [
  { row: '—', name: 'all right', verdict: 'passed', make: (pki) => material(pki) },
  {
    row: '—',
    name: 'intermediate known to the gateway only',
    verdict: 'passed',
    make: (pki) => {
      const { certificates, ...rest } = material(pki);
      return { ...rest, certificates: certificates.slice(0, 1), intermediates: [pki.sub.chain[0]] };
    },
  },
  {
    row: '—',
    name: 'certificates in another order, root included',
    verdict: 'passed',
    make: (pki) => {
      const right = material(pki);
      return { ...right, certificates: [pki.root.chain[0], ...right.certificates.toReversed()] };
    },
  },
  {
    row: '—',
    name: 'an authority that publishes no lists',
    verdict: 'passed',
    make: (pki) =>
      material(pki, {}, { anchors: [anchorOf(pki.root.chain[0], { revocation: 'not-published' })], crls: [] }),
  },
  {
    row: 'C1',
    name: 'self-signed',
    verdict: 'certificate-untrusted',
    reason: 'no-issuer',
    make: async (pki) => {
      const self = await createAuthority({ name: LEAF_NAME, key: pki.leafKey, now: pki.now, days: 365 });
      const { certificate } = issue(self, leafOptions(pki));
      return material(pki, {}, { certificates: [certificate] });
    },
  },
  {
    row: 'C2',
    name: 'right names under another root',
    verdict: 'certificate-untrusted',
    reason: 'signature',
    make: async (pki) => {
      const root = await createAuthority({ name: ROOT_NAME, key: 'ec', now: pki.now, days: 365 });
      const sub = await createAuthority({ name: SUB_NAME, key: 'ec', now: pki.now, days: 365, parent: root });
      const { certificate } = issue(sub, leafOptions(pki));
      return material(pki, {}, { certificates: [certificate, ...sub.chain] });
    },
  },
  {
    row: 'C2',
    name: 'an anchor for another purpose',
    verdict: 'certificate-untrusted',
    reason: 'anchor-purpose',
    make: (pki) => material(pki, {}, { anchors: [anchorOf(pki.root.chain[0], { purposes: ['client-tls'] })] }),
  },
  {
    row: 'C2',
    name: 'an anchor that is no longer trusted',
    verdict: 'certificate-untrusted',
    reason: 'anchor-dates',
    make: (pki) => material(pki, {}, { anchors: [anchorOf(pki.root.chain[0], { validTo: pki.now.toISOString() })] }),
  },
  {
    row: 'C3',
    name: 'expired one second ago',
    verdict: 'certificate-expired',
    make: (pki) => material(pki, { override: { notAfter: new Date(pki.now.getTime() - SECOND) } }),
  },
  {
    row: 'C4',
    name: 'not yet valid',
    verdict: 'certificate-not-yet-valid',
    make: (pki) => material(pki, { override: { notBefore: new Date(pki.now.getTime() + 2 * SECOND) } }),
  },
  {
    row: 'C3',
    name: 'intermediate expired',
    verdict: 'certificate-expired',
    make: (pki) => under(pki, { override: { notAfter: new Date(pki.now.getTime() - DAY) } }),
  },
  {
    row: 'C6',
    name: 'revoked before',
    verdict: 'certificate-revoked',
    reason: 'keyCompromise',
    make: (pki) => revokedLeaf(pki, -DAY, 1),
  },
  {
    row: 'C6',
    name: 'on hold',
    verdict: 'certificate-revoked',
    reason: 'certificateHold',
    make: (pki) => revokedLeaf(pki, -DAY, 6),
  },
  { row: 'C7', name: 'revoked afterwards', verdict: 'passed', make: (pki) => revokedLeaf(pki, DAY, 5) },
  {
    row: 'C6',
    name: 'revoked, although the anchor says that no lists are published',
    verdict: 'certificate-revoked',
    make: (pki) => ({
      ...revokedLeaf(pki, -DAY, 1),
      anchors: [anchorOf(pki.root.chain[0], { revocation: 'not-published' })],
    }),
  },
  {
    row: 'C6',
    name: 'revoked, as an outdated list says',
    verdict: 'certificate-revoked',
    make: (pki) => ({ ...revokedLeaf(pki, -30 * DAY, 1, new Date(pki.now.getTime() - 20 * DAY)) }),
  },
  {
    row: 'C8',
    name: 'intermediate revoked',
    verdict: 'certificate-revoked',
    reason: 'cACompromise',
    make: async (pki) => {
      const serial = newSerial();
      const right = await under(pki, { override: { serial } });
      const at = new Date(pki.now.getTime() - DAY);
      return { ...right, crls: [list(pki.root, pki.now, [{ serial, at, reason: 2 }]), ...right.crls.slice(1)] };
    },
  },
  {
    row: 'C9',
    name: 'key usage without signing',
    verdict: 'certificate-usage',
    reason: 'key-usage',
    make: leafWith({ extensions: [basicConstraints(false), keyUsage('keyEncipherment')] }),
  },
  {
    row: 'C9',
    name: 'no key usage at all',
    verdict: 'certificate-usage',
    reason: 'key-usage',
    make: leafWith({ extensions: [] }),
  },
  {
    row: 'C9',
    name: 'for servers only',
    verdict: 'certificate-usage',
    reason: 'extended-key-usage',
    make: (pki) => material(pki, { override: leafExtensions(pki, extendedKeyUsage('1.3.6.1.5.5.7.3.1')) }),
  },
  {
    row: 'C9',
    name: 'for e-mail protection, as national authorities write it',
    verdict: 'passed',
    make: (pki) => material(pki, { override: leafExtensions(pki, extendedKeyUsage('1.3.6.1.5.5.7.3.4')) }),
  },
  {
    row: 'C9',
    name: 'an authority signs',
    verdict: 'certificate-usage',
    reason: 'authority',
    make: (pki) => material(pki, {}, { key: pki.sub.key, certificates: [pki.sub.chain[0]] }),
  },
  {
    row: 'C10',
    name: 'a leaf issues a leaf',
    verdict: 'certificate-untrusted',
    reason: 'not-an-authority',
    make: async (pki) => {
      const person: NameParts = [['CN', 'Lá cấp lá']];
      const key = await newKeyPair('ec');
      const { certificate } = issue(pki.sub, { ...leafOptions(pki), subject: person, publicKey: createPublicKey(key) });
      const false_ = { name: distinguishedName(person), key, chain: [certificate] } as const;
      const leaf = issue({ ...false_, chain: [certificate] }, leafOptions(pki));
      return material(pki, {}, { certificates: [leaf.certificate, certificate, pki.sub.chain[0]] });
    },
  },
  {
    row: 'C10',
    name: 'intermediate may not sign certificates',
    verdict: 'certificate-untrusted',
    reason: 'authority-usage',
    make: (pki) => under(pki, { override: { extensions: [basicConstraints(true), keyUsage('cRLSign')] } }),
  },
  {
    row: 'C11',
    name: 'path longer than allowed',
    verdict: 'certificate-untrusted',
    reason: 'path-length',
    make: async (pki) => {
      const parent = await createAuthority({
        name: SUB_NAME,
        key: 'ec',
        now: pki.now,
        days: 365,
        parent: pki.root,
        pathLength: 0,
      });
      return under(pki, { name: [['CN', 'Cấp ba Mẫu']], parent });
    },
  },
  {
    row: 'C11',
    name: 'name outside the constraints',
    verdict: 'certificate-untrusted',
    reason: 'name-constraints',
    make: (pki) =>
      underConstraint(pki, 'permitted', [
        ['C', 'VN'],
        ['O', 'Nơi khác'],
      ]),
  },
  {
    row: 'C11',
    name: 'name that is excluded, in other letters',
    verdict: 'certificate-untrusted',
    reason: 'name-constraints',
    make: (pki) => underConstraint(pki, 'excluded', [['C', 'vn']]),
  },
  {
    row: 'C11',
    name: 'name within the constraints',
    verdict: 'passed',
    make: (pki) =>
      underConstraint(pki, 'permitted', [
        ['C', 'VN'],
        ['O', 'UBND  huyện Mẫu '],
      ]),
  },
  {
    row: 'C12',
    name: 'unknown critical extension',
    verdict: 'certificate-untrusted',
    reason: 'critical-extension',
    make: (pki) => material(pki, { override: leafExtensions(pki, UNKNOWN_CRITICAL) }),
  },
  {
    row: 'C12',
    name: 'a policy asked for, and none stated',
    verdict: 'certificate-untrusted',
    reason: 'policy',
    make: (pki) => {
      const value = sequence(implicit(0, Buffer.of(0)));
      return material(pki, { override: leafExtensions(pki, { oid: '2.5.29.36', value }) });
    },
  },
  {
    row: 'C13',
    name: 'a certificate of 1.6 MB',
    verdict: 'certificate-malformed',
    reason: 'size',
    make: (pki) => {
      const value = octetString(Buffer.alloc(1_600_000));
      return material(pki, { override: leafExtensions(pki, { oid: '1.3.6.1.4.1.99999.2', value }) });
    },
  },
  {
    row: 'C13',
    name: 'a chain of 100',
    verdict: 'certificate-malformed',
    reason: 'too-many',
    make: (pki) => {
      const right = material(pki);
      const fillers = Array.from({ length: 99 }, () => issue(pki.sub, leafOptions(pki)).certificate);
      return { ...right, certificates: [...right.certificates.slice(0, 1), ...fillers] };
    },
  },
  {
    row: 'C13',
    name: 'authorities that vouch for each other',
    verdict: 'certificate-malformed',
    reason: 'loop',
    make: async (pki) => {
      const options = { key: 'ec', now: pki.now, days: 365 } as const;
      const first = await createAuthority({ ...options, name: [['CN', 'Một']] });
      const two = await createAuthority({ ...options, name: [['CN', 'Hai']], parent: first });
      const again = await createAuthority({ ...options, name: [['CN', 'Một']], key: first.key, parent: two });
      const { certificate } = issue(two, leafOptions(pki));
      return material(pki, {}, { certificates: [certificate, two.chain[0], again.chain[0]] });
    },
  },
  {
    row: 'C14',
    name: 'bytes after the certificate',
    verdict: 'certificate-malformed',
    reason: 'trailing bytes',
    make: (pki) => changedLeaf(pki, (der) => Buffer.concat([der, Buffer.of(0)])),
  },
  {
    row: 'C14',
    name: 'a length longer than it need be',
    verdict: 'certificate-malformed',
    reason: 'length not in its shortest form',
    make: (pki) => changedLeaf(pki, (der) => Buffer.concat([Buffer.of(0x30, 0x83, 0), der.subarray(2)])),
  },
  {
    row: 'C14',
    name: 'indefinite length',
    verdict: 'certificate-malformed',
    reason: 'indefinite length',
    make: (pki) => changedLeaf(pki, (der) => Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(4), Buffer.of(0, 0)])),
  },
  {
    row: 'C14',
    name: 'negative serial number',
    verdict: 'certificate-malformed',
    reason: 'negative integer',
    make: leafWith({ rawSerial: tlv(0x02, Buffer.of(0x80, 1)) }),
  },
  {
    row: 'C14',
    name: 'cut short',
    verdict: 'certificate-malformed',
    reason: 'truncated',
    make: (pki) => changedLeaf(pki, (der) => der.subarray(0, -1)),
  },
  {
    row: 'S20',
    name: 'RSA 1024',
    verdict: 'certificate-key-weak',
    make: leafKey(() => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
  },
  {
    row: 'S20',
    name: 'RSA with exponent 3',
    verdict: 'certificate-key-weak',
    make: leafKey(() => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey),
  },
  {
    row: 'S20',
    name: 'P-192',
    verdict: 'certificate-key-weak',
    make: leafKey(() => generateKeyPairSync('ec', { namedCurve: 'prime192v1' }).privateKey),
  },
  {
    row: 'S17',
    name: 'certificate signed with SHA-1',
    verdict: 'certificate-untrusted',
    reason: 'signature',
    make: leafWith({ hash: 'sha1' }),
  },
  { row: 'C21', name: 'no lists', verdict: 'revocation-unknown', make: (pki) => material(pki, {}, { crls: [] }) },
  {
    row: 'C21',
    name: 'no list for the intermediate',
    verdict: 'revocation-unknown',
    make: (pki) => material(pki, {}, { crls: pki.crls.slice(1) }),
  },
  {
    row: 'C21',
    name: 'lists too old',
    verdict: 'revocation-stale',
    make: (pki) => {
      const then = new Date(pki.now.getTime() - 30 * DAY);
      return material(pki, {}, { crls: [list(pki.root, then), list(pki.sub, then)] });
    },
  },
  ...OCSP_CASES,
  {
    row: 'C22',
    name: 'list by somebody else under the same name',
    verdict: 'revocation-unknown',
    make: async (pki) => {
      const rival = await createAuthority({ name: SUB_NAME, key: 'ec', now: pki.now, days: 365 });
      return material(pki, {}, { crls: [list(pki.root, pki.now), list(rival, pki.now)] });
    },
  },
  {
    row: 'C22',
    name: 'list with a broken signature',
    verdict: 'revocation-unknown',
    make: (pki) => {
      const damage = Buffer.from(list(pki.sub, pki.now));
      damage[damage.length - 1] = (damage.at(-1) ?? 0) ^ 1;
      return material(pki, {}, { crls: [list(pki.root, pki.now), damage] });
    },
  },
  {
    row: 'C22',
    name: 'list with an unknown critical extension',
    verdict: 'revocation-unknown',
    make: (pki) =>
      material(pki, {}, { crls: [list(pki.root, pki.now), list(pki.sub, pki.now, [], [UNKNOWN_CRITICAL])] }),
  },
  {
    row: 'C22',
    name: 'a delta list alone',
    verdict: 'revocation-unknown',
    make: (pki) => {
      const delta: Extension = { oid: '2.5.29.27', critical: true, value: integer(1) };
      return material(pki, {}, { crls: [list(pki.root, pki.now), list(pki.sub, pki.now, [], [delta])] });
    },
  },
  {
    row: 'C22',
    name: 'a list of authorities only',
    verdict: 'revocation-unknown',
    make: (pki) => material(pki, {}, { crls: [list(pki.root, pki.now), list(pki.sub, pki.now, [], [scope(2)])] }),
  },
  {
    row: 'C22',
    name: 'a list of users only',
    verdict: 'passed',
    make: (pki) => material(pki, {}, { crls: [list(pki.root, pki.now), list(pki.sub, pki.now, [], [scope(1)])] }),
  },
  {
    row: 'C22',
    name: 'a list of another place',
    verdict: 'revocation-unknown',
    make: (pki) => {
      const uri = tlv(0x86, Buffer.from('http://crl.example/1.crl'));
      const place = { oid: '2.5.29.28', critical: true, value: sequence(tagged(0, tagged(0, uri))) };
      return material(pki, {}, { crls: [list(pki.root, pki.now), list(pki.sub, pki.now, [], [place])] });
    },
  },
];

/** issuingDistributionPoint with onlyContainsUserCerts `[1]` or onlyContainsCACerts `[2]`. */
function scope(field: 1 | 2): Extension {
  return { oid: '2.5.29.28', critical: true, value: sequence(implicit(field, boolean(true).subarray(2))) };
}

function revokedLeaf(pki: TestPki, when: number, reason: number, listedAt: Date = pki.now): PkiMaterial {
  const serial = newSerial();
  const at = new Date(pki.now.getTime() + when);
  const crls = [list(pki.root, pki.now), list(pki.sub, listedAt, [{ serial, at, reason }])];
  return material(pki, { override: { serial } }, { crls });
}

function changedLeaf(pki: TestPki, change: (der: Buffer) => Buffer): PkiMaterial {
  const right = material(pki);
  const [leaf = Buffer.alloc(0), ...issuers] = right.certificates;
  return { ...right, certificates: [change(leaf), ...issuers] };
}

async function underConstraint(pki: TestPki, kind: 'permitted' | 'excluded', subtree: NameParts): Promise<PkiMaterial> {
  const key = await newKeyPair('ec');
  const extensions = [
    basicConstraints(true),
    keyUsage('keyCertSign', 'cRLSign'),
    subjectKeyId(createPublicKey(key)),
    nameConstraints(kind, distinguishedName(subtree)),
  ];
  return under(pki, { key, override: { extensions } });
}
