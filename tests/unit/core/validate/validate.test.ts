import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../../src/core/problems/finding.ts';
import type { Message } from '../../../../src/core/message/message.ts';
import { nameFault } from '../../../../src/core/message/file-name.ts';
import { TEXT_LIMITS, type TextLimit } from '../../../../src/core/message/limits.ts';
import { organIdFault } from '../../../../src/core/validate/organ-id.ts';
import { isBeforeReceipt } from '../../../../src/core/validate/status-date.ts';
import { CHECKS, validate as check } from '../../../../src/core/validate/validate.ts';
import {
  documentPackage,
  pdf,
  statusPackage,
  type AttachmentFields,
  type DocumentFields,
  type StatusFields,
} from '../../../support/packages.ts';
import { wrapped } from '../../../support/archive.ts';
import { explained } from '../../../support/explained.ts';
import { documentOf, statusOf } from '../../../support/read-package.ts';

/** Every row is also held to be told with all its facts, and where. */
const validate = (message: Message, instant: Date): readonly Finding[] => explained(check(message, instant));

const NOW = new Date('2026-11-22T03:00:00Z');

function codes(findings: readonly Finding[], severity: Finding['severity'] = 'error'): readonly string[] {
  return findings.filter((finding) => finding.severity === severity).map(({ code }) => code);
}

function ofDocument(fields: DocumentFields, severity?: Finding['severity']): readonly string[] {
  return codes(validate(documentOf(documentPackage({ fields })), NOW), severity);
}

function ofStatus(fields: StatusFields): readonly string[] {
  return codes(validate(statusOf(statusPackage({ fields })), NOW));
}

function ofAttachment(attachment: AttachmentFields, severity?: Finding['severity']): readonly string[] {
  return codes(validate(documentOf(documentPackage({ attachments: [attachment] })), NOW), severity);
}

test('a good document and a good status leave nothing to say', () => {
  expect(validate(documentOf(documentPackage()), NOW)).toEqual([]);
  expect(validate(statusOf(statusPackage()), NOW)).toEqual([]);
});

test('every check has a name of its own', () => {
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
});

describe('required fields, for messages of other formats too', () => {
  const good = documentOf(documentPackage());
  test.each([
    ['no recipients', { ...good, to: [] }],
    ['a recipient without code', { ...good, to: [{ organId: '' }] }],
    ['no sender', { ...good, from: { organId: ' ' } }],
    ['no id', { ...good, documentId: '' }],
    ['no number', { ...good, code: { codeNumber: '', codeNotation: 'UBND' } }],
    ['no date', { ...good, promulgationInfo: { promulgationDate: '' } }],
    ['blank subject', { ...good, subject: ' \u00a0' }],
  ])('%s', (_, message) => {
    expect(codes(validate(message, NOW))).toEqual(['field-missing']);
  });
});

describe('organisation codes (R6)', () => {
  test.each(['H99', 'H99.12', 'H99.12.01', 'H99.DN.001', '000.00.13.H99', '28.22.H99', '020100107370', 'A'.repeat(35)])(
    '%s',
    (organId) => {
      expect(organIdFault(organId)).toBeUndefined();
    },
  );

  test.each([
    ['000.00.13.H99 ', 'blank'],
    [' H99', 'blank'],
    ['H99\u00a0', 'blank'],
    ['000．00．13．H99', 'full-width'],
    ['000.00.13.h99', 'lower-case'],
    ['000.00.13.Н99', 'cyrillic'],
    ['000.00.13.Η99', 'greek'],
    ['H99\u200b', 'control'],
    ['H99..12', 'characters'],
    ['.H99', 'characters'],
    ['H99-12', 'characters'],
    ['A'.repeat(36), 'too-long'],
  ])('%j: %s', (organId, reason) => {
    expect(organIdFault(organId)).toBe(reason);
  });

  test('in From, in To and in a status', () => {
    expect(ofDocument({ From: { OrganId: 'h99.12' } })).toEqual(['organ-id-invalid']);
    expect(ofDocument({ To: [{ OrganId: 'H99.13' }, { OrganId: 'H99.14 ' }] })).toEqual(['organ-id-invalid']);
    expect(ofStatus({ ResponseFor: { OrganId: 'Н99.12' } })).toEqual(['organ-id-invalid']);
  });
});

describe('lengths', () => {
  test('a subject of 10,001 characters (X32)', () => {
    expect(ofDocument({ Subject: 'ế'.repeat(10_001) })).toEqual(['field-too-long']);
    expect(ofDocument({ Subject: 'ế'.repeat(10_000) })).toEqual([]);
  });

  test('characters outside the basic plane count once', () => {
    expect(ofDocument({ Subject: '📄'.repeat(10_000) })).toEqual([]);
  });

  test('what only a weak source limits is noted, not refused', () => {
    expect(ofDocument({ Subject: 'a'.repeat(501) })).toEqual([]);
    expect(ofDocument({ Subject: 'a'.repeat(501) }, 'warning')).toEqual(['field-too-long']);
  });

  test('every believed limit names its source and how far it is to be trusted', () => {
    for (const limit of Object.values<TextLimit>(TEXT_LIMITS)) {
      expect(limit.believed === undefined).toBe(limit.source === undefined);
      expect(limit.believed === undefined).toBe(limit.confidence === undefined);
      expect(limit.believed ?? 0).toBeLessThanOrEqual(limit.refused);
    }
  });
});

describe('dates', () => {
  test.each([
    ['2028/11/22', ['date-invalid']],
    ['2027/11/23', ['date-invalid']],
    ['2027/11/22', []],
    ['1945/09/02', []],
  ])('promulgated %s (X37)', (PromulgationDate, expected) => {
    expect(ofDocument({ PromulgationDate })).toEqual(expected);
  });

  test.each([
    ['2026/11/22 10:00:00', []],
    ['2026/11/22 10:05:00', []],
    ['2026/11/22 10:05:01', ['date-invalid']],
    ['2026/11/20 09:54:59', []],
  ])('a status of %s (R15)', (Timestamp, expected) => {
    expect(ofStatus({ Timestamp })).toEqual(expected);
  });

  test.each([
    ['2026-11-20T10:00:00', false],
    ['2026-11-20T09:55:00', false],
    ['2026-11-20T09:54:59', true],
  ])('a status of %s is before the document of 20 November at 10: %s (R15)', (timestamp, expected) => {
    expect(isBeforeReceipt(timestamp, new Date('2026-11-20T03:00:00Z'))).toBe(expected);
  });
});

test('10,001 recipients (R7)', () => {
  const message = documentOf(documentPackage());
  const to = Array.from({ length: 10_001 }, (_, index) => ({ organId: `H99.${index}` }));
  expect(codes(validate({ ...message, to }, NOW))).toEqual(['recipients-too-many']);
  expect(codes(validate({ ...message, to: to.slice(1) }, NOW))).toEqual([]);
});

test.each([
  ['02', ['field-missing']],
  ['13', ['field-missing']],
  ['16', ['field-missing']],
  ['01', []],
  ['15', []],
])('status %s without a reason (R16)', (StatusCode, expected) => {
  expect(ofStatus({ StatusCode, Description: null })).toEqual(expected);
  expect(ofStatus({ StatusCode, Description: 'Sai nơi nhận' })).toEqual([]);
});

test('writing direction is flagged, text stays (X40)', () => {
  const Subject = 'Về việc \u202egnoht';
  expect(ofDocument({ Subject }, 'warning')).toEqual(['bidi-control']);
  expect(ofDocument({ Subject })).toEqual([]);
});

describe('document types', () => {
  test('what is told of it is never cut through a character', () => {
    const message = documentOf(documentPackage({ fields: { TypeName: `${'a'.repeat(99)}😀` } }));
    const [told] = validate(message, NOW).filter(({ code }) => code === 'type-unmapped');
    expect(told?.facts['value']).toBe('a'.repeat(99));
  });
  test('another one is only told', () => {
    expect(ofDocument({ TypeName: 'Giấy phép' }, 'info')).toEqual(['type-unmapped']);
    expect(ofDocument({ TypeName: 'Giấy phép' })).toEqual([]);
  });
});

describe('attachments', () => {
  const exe = Buffer.from('4d5a90000300000004', 'hex');
  const rows: readonly [string, AttachmentFields, readonly string[]][] = [
    ['PDF behind a line of its own', { name: 'a.pdf', bytes: Buffer.concat([Buffer.from('\n'), pdf()]) }, []],
    ['PDF that is a program (T8)', { name: 'a.pdf', bytes: exe }, ['attachment-type-mismatch']],
    [
      'labelled PDF that is a program (T8)',
      { name: 'a.bin', contentType: 'application/pdf', bytes: exe },
      ['attachment-type-mismatch'],
    ],
    ['program', { name: 'a.exe', contentType: 'application/octet-stream', bytes: exe }, ['attachment-type-forbidden']],
    [
      'program under a type of our list (T9)',
      { name: 'a.docx', contentType: 'application/docx', bytes: exe },
      ['attachment-type-forbidden'],
    ],
    [
      'script by its extension (T9)',
      { name: 'a.js', contentType: null, bytes: Buffer.from('var a = 1;') },
      ['attachment-type-forbidden'],
    ],
    [
      'unknown content and extension (T9)',
      { name: 'a.xyz', contentType: null, bytes: Buffer.from([0, 1, 2]) },
      ['attachment-type-forbidden'],
    ],
    ['HTML (T18)', { name: 'a.pdf', bytes: Buffer.from('<html>') }, ['attachment-type-forbidden']],
    [
      'SVG (T18)',
      { name: 'a.svg', contentType: null, bytes: Buffer.from('<svg xmlns="">') },
      ['attachment-type-forbidden'],
    ],
    ['unknown content, known extension', { name: 'a.p7s', contentType: null, bytes: Buffer.from([0x30, 0x82, 0]) }, []],
    ['no extension, known content', { name: 'cong-van', bytes: pdf() }, []],
    ['PDF and ZIP at once (T17)', { name: 'a.pdf', bytes: Buffer.concat([pdf(), Buffer.from('PK\u0005\u0006')]) }, []],
  ];
  test.each(rows)('%s', (_, attachment, expected) => {
    expect(ofAttachment(attachment)).toEqual(expected);
  });

  test.each<[string, AttachmentFields, readonly string[]]>([
    ['an archive labelled PDF', { name: 'a.pdf', bytes: wrapped(pdf()) }, ['content-type-mismatch']],
    ['a text labelled PDF', { name: 'a.txt', bytes: Buffer.from('Kính gửi') }, ['content-type-mismatch']],
    [
      'a .doc packed as the national library packs it',
      { name: 'a.doc', contentType: 'application/zip', bytes: wrapped(Buffer.from('d0cf11e0a1b11ae1', 'hex')) },
      [],
    ],
    ['a label without meaning', { name: 'a.pdf', contentType: 'constructor', bytes: pdf() }, []],
    ['parameters behind a label', { name: 'a.pdf', contentType: 'Application/PDF; name=x', bytes: pdf() }, []],
  ])('%s', (_, attachment, expected) => {
    expect(ofAttachment(attachment, 'warning')).toEqual(expected);
  });

  test.each([
    ['../../etc/passwd', 'path'],
    ['C:\\a.pdf', 'path'],
    ['a\u0007.pdf', 'control'],
    ['a\r\nX-Evil: 1.pdf', 'control'],
    ['bao-cao\u202efdp.exe', 'control'],
    ['bao\u200bcao.pdf', 'control'],
    ['bao\u00adcao.pdf', 'control'],
    ['CON.pdf', 'reserved'],
    ['lpt1', 'reserved'],
    ['a.pdf.', 'trailing'],
    ['a.pdf ', 'trailing'],
    ['..', 'trailing'],
    [`${'ế'.repeat(84)}.pdf`, 'too-long'],
  ])('name %j (T12, T13): %s', (name, reason) => {
    expect(nameFault(name)).toBe(reason);
  });

  test.each([
    'Báo cáo.pdf',
    'Báo cáo.pdf'.normalize('NFD'),
    `${'ế'.repeat(83)}.pdf`,
    'báo-cáo 📄.pdf',
    'console.pdf',
    '=HYPERLINK("x")',
    '<img src=x>.pdf',
  ])('name %j (T14)', (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  test('a bad name refuses the package', () => {
    expect(ofAttachment({ name: 'a/b.pdf' })).toEqual(['attachment-name-invalid']);
  });
});
