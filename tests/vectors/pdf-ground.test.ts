// What a page showed where something was put on it later, seen by the engine that draws it: a picture on empty paper, over
// words, over the signature before it, and number, date and stamp that the issuing agency completes a document with.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bufferSource } from '../../src/core/archive/source.ts';
import { digestRanges, readPdf } from '../../src/core/pdf/read.ts';
import { judgePdf } from '../../src/core/verify/pdf-signatures.ts';
import type { PdfSignatureReport } from '../../src/core/verify/pdf-report.ts';
import { openInlineViewer } from '../../src/drivers/pdfium/viewer.ts';
import { groundsOf } from '../../src/gateway/content/grounds.ts';
import {
  createDocumentPki,
  daysBefore,
  evidenceFor,
  type DocumentPki,
  type EvidenceOptions,
} from '../support/document-pki.ts';
import {
  addRevision,
  addSignature,
  BASE_OBJECTS,
  makeDocument,
  stream,
  withFields,
  type Objects,
} from '../support/pdf.ts';

const viewer = openInlineViewer();
afterAll(() => viewer.close());

let pki: DocumentPki;
beforeAll(async () => {
  pki = await createDocumentPki();
});

/** Words, leader dots, a line, a grey box and a box in the paper's colour. */
const CONTENT = [
  'BT /F1 12 Tf 72 770 Td (Pay 100) Tj ET',
  'BT /F1 12 Tf 72 700 Td (No: ........................) Tj ET',
  '0.5 g 72 600 60 30 re f',
  '1 g 300 600 60 30 re f',
  '0 G 72 560 m 200 560 l S',
].join('\n');

const base = (page: string): Objects => {
  const key = page === '' ? '' : ` ${page}`;
  return {
    ...BASE_OBJECTS,
    3: String(BASE_OBJECTS[3]).replace('/MediaBox', `${key} /MediaBox`),
    4: stream(CONTENT),
  };
};

const PICTURE = stream('1 0 0 rg 0 0 100 40 re f', '/Type /XObject /Subtype /Form /BBox [0 0 100 40] ');

type Holder = 'agency' | 'person' | 'sender' | 'stranger' | 'uncompared';

/** Who the second signer is to the issuing organisation. */
const HOLDERS: Readonly<Record<Holder, () => EvidenceOptions>> = {
  agency: () => ({ enrolled: [pki.agency], persons: [pki.person] }),
  person: () => ({ enrolled: [], persons: [pki.person, pki.agency] }),
  sender: () => ({ enrolled: [], persons: [pki.person], senders: [pki.agency] }),
  stranger: () => ({ enrolled: [], persons: [pki.person] }),
  uncompared: () => ({ enrolled: null }),
};

async function firstReport(file: Buffer, holder: Holder): Promise<PdfSignatureReport> {
  const source = bufferSource(file);
  const document = readPdf(source);
  const opened = {
    document,
    digestOf: (signature: Parameters<typeof digestRanges>[1]) => digestRanges(source, signature),
    grounds: await groundsOf(document, source, viewer),
  };
  const { report } = judgePdf(opened, evidenceFor(pki, HOLDERS[holder]()));
  const [first] = report.signatures;
  if (first === undefined) throw new Error('no signature');
  return first;
}

const codes = ({ findings }: PdfSignatureReport): readonly string[] =>
  findings.filter(({ code }) => code !== 'document-time-unproven').map(({ code }) => code);

/** Signed by the person, in sight at the foot of the page. */
function signedByPerson(page = ''): Buffer {
  return addSignature(makeDocument(base(page)), {
    field: 10,
    name: 'Person',
    rect: '400 100 500 140',
    fieldKeys: '/AP << /N 12 0 R >> ',
    objects: { ...fields([10], page), 12: PICTURE },
    cms: { ...pki.person.cms, signingTime: daysBefore(2) },
  });
}

function fields(numbers: readonly number[], page = '', annotations = ''): Objects {
  const objects = withFields(numbers);
  const list = numbers.map((field) => `${field} 0 R`).join(' ');
  return {
    ...objects,
    3: String(objects[3])
      .replace('/MediaBox', ` ${page} /MediaBox`)
      .replace(`/Annots [${list}]`, `/Annots [${list}${annotations}]`),
  };
}

interface Second {
  readonly rect: string;
  readonly page?: string;
  readonly annotations?: string;
  readonly objects?: Objects;
}

/** And by another, whose picture lies somewhere. */
function signedTwice({ rect, page = '', annotations = '', objects = {} }: Second, file = signedByPerson(page)): Buffer {
  return addSignature(file, {
    field: 30,
    name: 'Second',
    rect,
    fieldKeys: '/AP << /N 32 0 R >> ',
    objects: { ...fields([10, 30], page, annotations), 32: PICTURE, ...objects },
    cms: { ...pki.agency.cms, signingTime: daysBefore(1) },
  });
}

const PLACES: readonly (readonly [string, string, 'blank' | 'covered', string])[] = [
  ['empty paper', '300 300 400 340', 'blank', ''],
  ['leader dots', '100 697 220 712', 'blank', ''],
  ['a box in the colour of the paper', '290 590 380 640', 'blank', ''],
  ['words', '60 760 200 790', 'covered', 'Pay 100'],
  ['words before leader dots', '60 690 200 715', 'covered', 'No: ........................'],
  ['an image', '60 590 140 640', 'covered', ''],
  ['a line', '60 550 140 570', 'covered', ''],
  ['the signature before', '380 90 460 150', 'covered', ''],
];

describe('a picture of a later signature', () => {
  test.each(PLACES)('on %s', async (_name, rect, state, words) => {
    const report = await firstReport(signedTwice({ rect }), 'uncompared');
    expect(report.additions).toHaveLength(1);
    if (state === 'blank') {
      expect(codes(report)).toEqual([]);
      expect(report.additions?.[0]).not.toHaveProperty('covers');
    } else {
      expect(codes(report)).toEqual(['pdf-picture-covers-text']);
      expect(report.additions?.[0]).toHaveProperty('covers', words);
      expect(report.verdict).toBe('undecided');
    }
  });

  const OVER_WORDS = '60 760 200 790';
  test.each<[Holder, readonly string[]]>([
    ['agency', []],
    ['person', []],
    ['sender', ['pdf-picture-covers-text']],
    ['stranger', ['pdf-picture-by-stranger']],
    ['uncompared', ['pdf-picture-covers-text']],
  ])('over words, by %s', async (holder, expectation) => {
    const report = await firstReport(signedTwice({ rect: OVER_WORDS }), holder);
    expect(codes(report)).toEqual(expectation);
    expect(report.additions?.[0]).toHaveProperty('covers', 'Pay 100');
  });

  test.each([
    ['a turned page', '/Rotate 90'],
    ['a page turned upside down', '/Rotate 180'],
    ['a page that shows a part', '/CropBox [50 50 560 800]'],
    ['a part of a page, turned', '/Rotate 270 /CropBox [50 50 560 800]'],
  ])('%s is seen as a reader sees it', async (_name, page) => {
    const over = await firstReport(signedTwice({ rect: OVER_WORDS, page }), 'uncompared');
    expect(over.additions?.[0]).toHaveProperty('covers', 'Pay 100');
    const beside = await firstReport(signedTwice({ rect: '300 300 400 340', page }), 'uncompared');
    expect(codes(beside)).toEqual([]);
  });

  test('a page whose unit the engine does not know is not called empty', async () => {
    const report = await firstReport(signedTwice({ rect: '300 300 400 340', page: '/UserUnit 2' }), 'uncompared');
    expect(codes(report)).toEqual(['pdf-picture-covers-text']);
  });
});

const NOTE = '/Type /Annot /Subtype /Stamp /F 4 /P 3 0 R';
const DATE = `<< ${NOTE} /Rect [100 697 220 712] /AP << /N 41 0 R >> >>`;

describe('number and date, put on by the agency', () => {
  const completed = (stamp: string, more: Partial<Second> = {}): Buffer =>
    signedTwice({ rect: '300 300 400 340', annotations: ' 40 0 R', objects: { 40: stamp, 41: PICTURE }, ...more });

  test.each<[Holder, readonly string[], string]>([
    ['agency', ['pdf-completed-by-agency'], 'passed'],
    ['person', ['pdf-changed-after-signing'], 'failed'],
    ['sender', ['pdf-changed-after-signing'], 'failed'],
    ['stranger', ['pdf-changed-after-signing', 'pdf-picture-by-stranger'], 'failed'],
    ['uncompared', ['pdf-completion-unconfirmed'], 'undecided'],
  ])('and covered by a signature of %s', async (holder, expectation, verdict) => {
    const report = await firstReport(completed(DATE), holder);
    expect([...codes(report)].sort()).toEqual(expectation);
    expect(report.verdict).toBe(verdict);
  });

  test('and covered by no signature, is changed', async () => {
    const file = addRevision(signedByPerson(), { ...fields([10], '', ' 40 0 R'), 40: DATE, 41: PICTURE });
    const report = await firstReport(file, 'agency');
    expect(codes(report)).toEqual(['pdf-changed-after-signing']);
  });

  test.each([
    ['over words', DATE.replace('100 697 220 712', '60 760 200 790')],
    ['without a picture of its own', DATE.replace('/AP << /N 41 0 R >>', '/Contents (5)')],
    ['with a picture for each state', DATE.replace('/N 41 0 R', '/N << /On 41 0 R >>')],
    ['with a picture when it is pressed', DATE.replace('/N 41 0 R', '/N 41 0 R /D 41 0 R')],
    ['that grows with the page', DATE.replace('/F 4', '/F 12')],
    ['in a layer', DATE.replace('/F 4', '/F 4 /OC 1 0 R')],
    ['in answer to another', DATE.replace('/F 4', '/F 4 /IRT 1 0 R')],
    ['with a key nobody knows', DATE.replace('/F 4', '/F 4 /XYZ 1')],
    ['that leads elsewhere', DATE.replace('/Stamp', '/Link')],
    ['that plays', DATE.replace('/Stamp', '/Screen')],
    ['that acts', DATE.replace('/F 4', '/F 4 /A << /S /URI /URI (x) >>')],
  ])('a stamp %s is changed', async (_name, stamp) => {
    const report = await firstReport(completed(stamp), 'agency');
    expect(codes(report)).toContain('pdf-changed-after-signing');
  });

  test('with the closed window that goes with it', async () => {
    const window = '<< /Type /Annot /Subtype /Popup /Parent 40 0 R /Rect [0 0 500 500] /Open false >>';
    const closed = completed(DATE.replace('/F 4', '/F 4 /Popup 42 0 R'), {
      annotations: ' 40 0 R 42 0 R',
      objects: { 40: DATE, 41: PICTURE, 42: window },
    });
    expect(codes(await firstReport(closed, 'agency'))).toEqual(['pdf-completed-by-agency']);
    const open = completed(DATE, {
      annotations: ' 40 0 R 42 0 R',
      objects: { 40: DATE, 41: PICTURE, 42: window.replace('false', 'true') },
    });
    expect(codes(await firstReport(open, 'agency'))).toContain('pdf-changed-after-signing');
  });
});
