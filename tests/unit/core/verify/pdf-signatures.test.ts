// At which instant a certificate is judged, and what revocations and expiry come to then.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildOcspAnswer, type OcspStatementTemplate } from '../../../../certs/ocsp.ts';
import { list } from '../../../../certs/test-pki.ts';
import { basicConstraints, extendedKeyUsage, keyUsage, subjectKeyId } from '../../../../certs/x509.ts';
import {
  AGENCY,
  DAY,
  type DocumentPki,
  type DocumentSigner,
  type EvidenceOptions,
  NOW,
  createDocumentPki,
  createSigner,
  daysBefore,
  evidenceFor,
  stampedAt,
  summary,
  timeStamping,
  verifyPdf,
} from '../../../support/document-pki.ts';
import { makeTimeStamp } from '../../../support/cms.ts';
import { addRevision, addSignature, makeDocument, stream, withFields } from '../../../support/pdf.ts';

let pki: DocumentPki;
let expired: DocumentSigner;
beforeAll(async () => {
  pki = await createDocumentPki();
  // Until yesterday.
  expired = await createSigner(pki.sub, AGENCY, 'ec', { days: 364 });
});

interface Case {
  readonly name: string;
  readonly expected: string;
  readonly signer?: () => DocumentSigner;
  /** Days before now that the signer's clock claimed; null: no claim. */
  readonly claimed?: number | null;
  /** Days before now of a time stamp. */
  readonly stamped?: number;
  /** Reason and days before now of a revocation. */
  readonly revoked?: readonly [reason: number, days: number];
  readonly evidence?: EvidenceOptions;
}

const UNSPECIFIED = 0;
const KEY_COMPROMISE = 1;
const CESSATION = 5;
const HOLD = 6;
const no = 'S failed certificate-revoked';
const open = 'S undecided certificate-revoked';

const CASES: readonly Case[] = [
  { name: 'in date', expected: 'S passed' },
  {
    name: 'expired, claimed in time, no proof',
    signer: () => expired,
    claimed: 30,
    expected: 'S undecided certificate-expired(expired)',
  },
  {
    name: 'expired, no claim',
    signer: () => expired,
    claimed: null,
    expected: 'S undecided certificate-expired(expired)',
  },
  {
    name: 'expired, claimed too late',
    signer: () => expired,
    claimed: 0.5,
    expected: 'S undecided certificate-expired(expired)',
  },
  { name: 'expired, proven in time', signer: () => expired, stamped: 30, expected: 'S passed' },
  {
    name: 'expired, proven too late',
    signer: () => expired,
    claimed: 30,
    stamped: 0.5,
    expected: 'S failed certificate-expired(expired)',
  },
  {
    name: 'first seen before it expired',
    signer: () => expired,
    claimed: 30,
    evidence: { instant: daysBefore(20), crls: [], revocation: 'not-published' },
    expected: 'S passed',
  },
  {
    name: 'not yet valid',
    evidence: { instant: daysBefore(500), revocation: 'not-published' },
    expected: 'S failed certificate-not-yet-valid(not-yet-valid)',
  },
  { name: 'revoked for cessation after the claim', claimed: 30, revoked: [CESSATION, 10], expected: open },
  { name: 'revoked for cessation, no claim', claimed: null, revoked: [CESSATION, 10], expected: open },
  { name: 'revoked for cessation before the claim', claimed: 5, revoked: [CESSATION, 10], expected: no },
  {
    name: 'revoked for cessation after the time stamp',
    stamped: 30,
    revoked: [CESSATION, 10],
    expected: 'S passed certificate-revoked',
  },
  {
    name: 'revoked for cessation before the time stamp',
    claimed: 30,
    stamped: 5,
    revoked: [CESSATION, 10],
    expected: no,
  },
  { name: 'key compromised after the claim', claimed: 30, revoked: [KEY_COMPROMISE, 10], expected: no },
  {
    name: 'key compromised after the time stamp',
    stamped: 30,
    revoked: [KEY_COMPROMISE, 10],
    expected: 'S passed certificate-revoked',
  },
  { name: 'revoked for no stated reason', claimed: 30, revoked: [UNSPECIFIED, 10], expected: no },
  { name: 'on hold', claimed: 30, revoked: [HOLD, 10], expected: no },
  {
    name: 'revoked after it was first seen',
    claimed: 30,
    revoked: [KEY_COMPROMISE, -1],
    expected: 'S passed certificate-revoked',
  },
  { name: 'no list', evidence: { crls: [] }, expected: 'S undecided revocation-unknown revocation-unknown' },
  {
    name: 'no anchor for documents',
    evidence: { purposes: ['package-signature'] },
    expected: 'S failed certificate-untrusted(anchor-purpose)',
  },
];

describe('a signature', () => {
  test.each(CASES)('$name', ({ expected, signer = () => pki.agency, claimed = 30, stamped, revoked, evidence }) => {
    const { cms, serial } = signer();
    const file = addSignature(makeDocument(), {
      field: 10,
      name: 'S',
      objects: withFields([10]),
      cms: {
        ...cms,
        signingTime: claimed === null ? null : daysBefore(claimed),
        ...(stamped === undefined ? {} : { timeStamps: stampedAt(pki.stamper, daysBefore(stamped)) }),
      },
    });
    const entries = revoked === undefined ? [] : [{ serial, at: daysBefore(revoked[1]), reason: revoked[0] }];
    // A list that is younger than a certificate's end may have dropped it; an older one has not.
    const crls = [list(pki.root, NOW), list(pki.sub, NOW, entries), list(pki.sub, daysBefore(3))];
    const reasonless = (line: string): string => line.replace(/(certificate-revoked)\([^)]*\)/g, '$1');
    const [line = ''] = summary(verifyPdf(file, evidenceFor(pki, { crls, ...evidence })));
    expect(reasonless(line)).toBe(expected);
  });

  test('by a certificate that is for servers', async () => {
    const server = await createSigner(pki.sub, AGENCY, 'ec', {}, (publicKey) => ({
      extensions: [
        basicConstraints(false),
        keyUsage('digitalSignature'),
        subjectKeyId(publicKey),
        extendedKeyUsage('1.3.6.1.5.5.7.3.1'),
      ],
    }));
    const file = addSignature(makeDocument(), { field: 10, name: 'S', objects: withFields([10]), cms: server.cms });
    expect(summary(verifyPdf(file, evidenceFor(pki)))[0]).toBe('S failed certificate-usage(extended-key-usage)');
  });
});

describe('revocation data that came along', () => {
  const DSS = { catalog: '/DSS 60 0 R ' };
  /** A signature whose file has these lists in its store. */
  function withLists(signer: DocumentSigner, lists: readonly Buffer[], stamped?: number, where = '/CRLs'): Buffer {
    const signed = addSignature(makeDocument(), {
      field: 10,
      name: 'S',
      objects: withFields([10]),
      cms: {
        ...signer.cms,
        ...(stamped === undefined ? {} : { timeStamps: stampedAt(pki.stamper, daysBefore(stamped)) }),
      },
    });
    const references = lists.map((_list, index) => `${61 + index} 0 R`).join(' ');
    const store = where === '/CRLs' ? `/CRLs [${references}]` : `/VRI << /A << /CRL [${references}] >> >>`;
    const streams = Object.fromEntries(lists.map((der, index) => [61 + index, stream(der)]));
    const catalog = String(withFields([10], DSS)[1]);
    return addRevision(signed, { 1: catalog, 60: `<< /Type /DSS ${store} >>`, ...streams });
  }
  const at = (days: number, entries: Parameters<typeof list>[2] = []) => [
    list(pki.root, daysBefore(days)),
    list(pki.sub, daysBefore(days), entries),
  ];
  const told = (file: Buffer, crls: readonly Buffer[]): string | undefined =>
    summary(verifyPdf(file, evidenceFor(pki, { crls })))[0]?.replace(/\(.*?\)/g, '');

  test('serves where none is at hand', () => {
    expect(told(withLists(pki.agency, []), [])).toBe('S undecided revocation-unknown revocation-unknown');
    expect(told(withLists(pki.agency, at(0)), [])).toBe('S passed');
    expect(told(withLists(pki.agency, at(0), undefined, 'VRI'), [])).toBe('S passed');
  });

  test('says nothing of the time after it', () => {
    expect(told(withLists(pki.agency, at(400)), [])).toBe('S undecided revocation-stale revocation-stale');
  });

  test('counts for nothing when it is not of the authority', () => {
    const [rootList, subList] = at(0);
    const forged = [rootList!, Buffer.concat([subList!.subarray(0, -1), Buffer.of(subList!.at(-1)! ^ 1)])];
    expect(told(withLists(pki.agency, forged), [])).toMatch(/^S undecided revocation-unknown/);
    expect(told(withLists(pki.agency, [Buffer.from('nothing')]), [])).toMatch(/^S undecided revocation-unknown/);
  });

  test('tells of a revocation, and is outdone by what is newer', () => {
    const revoked = [{ serial: pki.agency.serial, at: daysBefore(2), reason: KEY_COMPROMISE }];
    expect(told(withLists(pki.agency, at(0, revoked)), at(1))).toBe('S failed certificate-revoked');
    expect(told(withLists(pki.agency, at(1)), at(0, revoked))).toBe('S failed certificate-revoked');
  });
});

describe('OCSP answers that came along', () => {
  /** A signature whose file has this answer on its signer in its store. The authority's own list is at hand; no other. */
  function told(statement: Partial<OcspStatementTemplate>, change = (der: Buffer): Buffer => der): string | undefined {
    const signed = addSignature(makeDocument(), {
      field: 10,
      name: 'S',
      objects: withFields([10]),
      cms: pki.agency.cms,
    });
    const thisUpdate = new Date(NOW.getTime() - 60_000);
    const nextUpdate = new Date(NOW.getTime() + DAY);
    const statements = [{ serial: pki.agency.serial, thisUpdate, nextUpdate, ...statement }];
    const answer = change(buildOcspAnswer(pki.sub, { producedAt: thisUpdate, statements }));
    const file = addRevision(signed, {
      1: String(withFields([10], { catalog: '/DSS 60 0 R ' })[1]),
      60: '<< /Type /DSS /OCSPs [61 0 R] >>',
      61: stream(answer),
    });
    return summary(verifyPdf(file, evidenceFor(pki, { crls: [list(pki.root, NOW)] })))[0]?.replace(/\(.*?\)/g, '');
  }
  const revoked = { status: { at: daysBefore(2), reason: KEY_COMPROMISE } };
  const forged = (der: Buffer): Buffer => {
    // The signature's last byte: nothing comes behind it, for the authority answers itself and adds no certificates.
    const copy = Buffer.from(der);
    copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
    return copy;
  };

  test('serve where nothing else is at hand', () => {
    expect(told({})).toBe('S passed');
  });

  test('tell of a revocation', () => {
    expect(told(revoked)).toBe('S failed certificate-revoked');
  });

  test.each<[what: string, statement: Partial<OcspStatementTemplate>]>([
    ['good', {}],
    ['revoked', revoked],
  ])('count for nothing when they are forged: %s', (_what, statement) => {
    expect(told(statement, forged)).toMatch(/^S undecided revocation-unknown/);
  });

  test('count for nothing when they speak of another', () => {
    expect(told({ serial: pki.person.serial })).toMatch(/^S undecided revocation-unknown/);
  });
});

describe('a document time stamp over another', () => {
  const YEARS = 365 * DAY;
  /** Signed, stamped at once by an authority that ends soon, and stamped again before it ended, by another. */
  async function archived(second: number | undefined): Promise<Buffer> {
    const [early, late] = await Promise.all([
      createSigner(pki.sub, AGENCY, 'ec', { days: 365 + 30 }, timeStamping),
      createSigner(pki.sub, AGENCY, 'ec', { days: 20 * 365 }, timeStamping),
    ]);
    const stamp = (file: Buffer, field: number, by: DocumentSigner, days: number): Buffer =>
      addSignature(file, {
        field,
        subFilter: 'ETSI.RFC3161',
        objects: withFields([10, 40, 50].filter((each) => each <= field)),
        cms: by.cms,
        contents: (content) => makeTimeStamp(content, { ...by.cms, at: daysBefore(-days) }),
      });
    const signed = addSignature(makeDocument(), {
      field: 10,
      name: 'S',
      objects: withFields([10]),
      cms: { ...pki.agency.cms, signingTime: NOW },
    });
    const once = stamp(signed, 40, early, 1);
    return second === undefined ? once : stamp(once, 50, late, second);
  }
  /** Years later; the lists that are at hand then are of then. */
  async function judgedLater(file: Promise<Buffer>): Promise<readonly string[]> {
    const instant = new Date(NOW.getTime() + 5 * YEARS);
    const lists = (days: number) => [list(pki.root, daysBefore(-days)), list(pki.sub, daysBefore(-days))];
    const crls = [...lists(1), ...lists(20), ...lists(5 * 365)];
    return summary(verifyPdf(await file, evidenceFor(pki, { instant, crls })));
  }

  test('proves when the earlier one was there, whose authority has expired since', async () => {
    const lines = await judgedLater(archived(20));
    expect(lines).toEqual(['S passed', 'Signature40 passed', 'Signature50 passed', 'file passed']);
  });

  test('without it the earlier one proves nothing any more', async () => {
    const [signature, stamp] = await judgedLater(archived(undefined));
    expect(signature).toMatch(/^S undecided certificate-expired/);
    expect(stamp).toMatch(/^Signature40 undecided time-stamp-unusable\(certificate-expired\)/);
  });

  test('put on when the earlier authority had expired already, it does not help', async () => {
    const [, stamp] = await judgedLater(archived(60));
    expect(stamp).toMatch(/^Signature40 undecided time-stamp-unusable/);
  });
});

describe('a time stamp', () => {
  const AT = daysBefore(2);
  const plain = (signer: DocumentSigner) => signer.cms;
  const secondAfter = (time: Date): string => new Date(time.getTime() + 1000).toISOString();

  test.each<readonly [string, string, () => (signature: Buffer) => readonly Buffer[], EvidenceOptions?]>([
    ['holds', 'time-stamp', () => stampedAt(pki.stamper, AT)],
    [
      'over another value',
      'first-seen document-signature-invalid',
      () => () => stampedAt(pki.stamper, AT)(Buffer.from('x')),
    ],
    [
      'spoilt',
      'first-seen document-signature-invalid',
      () => stampedAt(pki.stamper, AT, { spoil: (value) => ((value[40]! ^= 1), value) }),
    ],
    ['by a signer that may not stamp', 'first-seen certificate-usage', () => stampedAt(pki.agency, AT)],
    [
      'in the future',
      'first-seen document-signature-invalid',
      () => stampedAt(pki.stamper, new Date(NOW.getTime() + DAY)),
    ],
    ['before its authority was', 'first-seen certificate-not-yet-valid', () => stampedAt(pki.stamper, daysBefore(500))],
    [
      'with no anchor for time stamps',
      'first-seen certificate-untrusted',
      () => stampedAt(pki.stamper, AT),
      { purposes: ['document-signature'] },
    ],
    ['by SHA-1', 'first-seen document-signature-algorithm', () => stampedAt(pki.stamper, AT, { imprintHash: 'sha1' })],
    [
      'that does not name its certificate',
      'first-seen document-signature-malformed',
      () => stampedAt(pki.stamper, AT, { withSigningCertificate: false }),
    ],
    [
      'of two, the earlier',
      'time-stamp',
      () => (value) => [...stampedAt(pki.stamper, daysBefore(1))(value), ...stampedAt(pki.stamper, AT)(value)],
    ],
    [
      'of two, the one that holds',
      'time-stamp document-signature-invalid',
      () => (value) => [
        ...stampedAt(pki.stamper, daysBefore(3))(Buffer.from('x')),
        ...stampedAt(pki.stamper, AT)(value),
      ],
    ],
  ])('%s', (_name, expected, make, evidence = {}) => {
    const file = addSignature(makeDocument(), {
      field: 10,
      objects: withFields([10]),
      cms: { ...plain(pki.agency), timeStamps: make() },
    });
    const report = verifyPdf(file, evidenceFor(pki, evidence));
    const [signature] = report.signatures;
    const told = signature?.findings
      .filter(({ code }) => code === 'time-stamp-unusable')
      .map(({ facts }) => facts['reason']);
    expect([signature?.judgedBy, ...(told ?? [])].join(' ')).toBe(expected);
    // The latest that the authority's clock allows.
    if (signature?.judgedBy === 'time-stamp') expect(signature.judgedAt).toBe(secondAfter(AT));
    else expect(signature?.judgedAt).toBe(NOW.toISOString());
    expect(report.verdict).toBe('passed');
  });

  test('that is no time stamp, and no part of a signature that is whole', () => {
    const file = addSignature(makeDocument(), {
      field: 10,
      name: 'S',
      objects: withFields([10]),
      cms: { ...pki.agency.cms, timeStamps: () => [Buffer.of(0x30, 0)] },
    });
    expect(summary(verifyPdf(file, evidenceFor(pki)))[0]).toBe('S failed document-signature-malformed(value missing)');
  });

  test('by an authority whose usage is not critical', async () => {
    const stamper = await createSigner(pki.sub, AGENCY, 'ec', {}, (publicKey) => ({
      extensions: (timeStamping(publicKey).extensions ?? []).map((extension) => ({ ...extension, critical: false })),
    }));
    const file = addSignature(makeDocument(), {
      field: 10,
      objects: withFields([10]),
      cms: { ...pki.agency.cms, timeStamps: stampedAt(stamper, AT) },
    });
    expect(verifyPdf(file, evidenceFor(pki)).signatures[0]?.judgedBy).toBe('first-seen');
  });
});
