import { describe, expect, test } from '@jest/globals';
import { documentTypeOf, DOCUMENT_TYPES } from '../../../../../src/core/message/code-lists/document-types.ts';
import {
  BUSSINESS_DOC_TYPES,
  HIGHEST_URGENCY,
  isStatusCode,
  STATUSES,
  STEERING_TYPES,
} from '../../../../../src/core/message/code-lists/enumerations.ts';
import { CODE_LISTS } from '../../../../../src/core/message/code-lists/index.ts';
import { MINISTRIES, PROVINCES } from '../../../../../src/core/message/code-lists/organisations.ts';
import type { DocumentType } from '../../../../../src/core/message/message.ts';
import { organIdForm } from '../../../../../src/core/validate/organ-id.ts';

describe.each(Object.entries(CODE_LISTS))('%s', (_, { title, rows }) => {
  test('every row has a source and says how far it is to be trusted', () => {
    expect(title).toMatch(/\p{L}/u);
    expect(rows.length).toBeGreaterThan(1);
    for (const { source, confidence } of rows) {
      expect(source.trim()).not.toBe('');
      expect(['H', 'H-M', 'M', 'M-L', 'L', 'U']).toContain(confidence);
    }
  });

  test('no row stands twice', () => {
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length);
  });

  test('texts are composed', () => {
    expect(JSON.stringify(rows)).toBe(JSON.stringify(rows).normalize('NFC'));
  });
});

describe('document types', () => {
  test('13 of section A, 32 of section B, and one that has no number', () => {
    const count = (section: string): number =>
      DOCUMENT_TYPES.rows.filter((row) => row.section === section && row.number !== null).length;
    expect([count('A'), count('B'), DOCUMENT_TYPES.rows.length]).toEqual([13, 32, 46]);
  });

  test('rows without a source are marked', () => {
    const weak = DOCUMENT_TYPES.rows.filter(({ confidence }) => confidence === 'L').map(({ number }) => number);
    expect(weak).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 27, 28, 29, 30, 31, 32]);
  });

  test.each<[string, DocumentType, string | undefined]>([
    ['by name', { typeName: 'Công văn' }, 'B18'],
    ['in capitals', { typeName: 'CÔNG VĂN' }, 'B18'],
    ['decomposed', { typeName: 'công văn'.normalize('NFD') }, 'B18'],
    ['tones placed the other way', { typeName: 'Bản thoả  thuận' }, 'B22'],
    ['without what stands in brackets', { typeName: 'Chỉ thị (UBND)' }, 'A11'],
    ['of the list, wrong numbers of the national examples', { type: 1, typeDetail: 0, typeName: 'Công văn' }, 'B18'],
    ['of the list, a number of its own kind', { type: 71, typeName: 'Công văn' }, 'B18'],
    ['of the list, numbers of another', { type: 2, typeDetail: 1, typeName: 'Báo cáo' }, 'B14'],
    ['a name of both sections', { typeName: 'Quyết định' }, 'A8'],
    ['a name of both sections, numbers of B', { type: 2, typeDetail: 2, typeName: 'Quyết định' }, 'B2'],
    ['a name of both sections, its own word', { typeName: 'Quyết định (cá biệt)' }, 'B2'],
    ['a later decree', { typeName: 'Phiếu báo' }, 'Bnull'],
    ['numbers alone', { type: 2, typeDetail: 18 }, 'B18'],
    ['numbers alone, of no row', { type: 18, typeDetail: 0 }, undefined],
    ['an unknown name, whatever its numbers', { type: 2, typeDetail: 18, typeName: 'Giấy phép' }, undefined],
    ['a name that says nothing', { type: 2, typeName: 'Văn bản điện tử mới' }, undefined],
    ['nothing', {}, undefined],
  ])('%s', (_, type, expected) => {
    const found = documentTypeOf(type);
    expect(found && `${found.section}${found.number}`).toBe(expected);
  });
});

test('statuses are the nine of the national examples', () => {
  expect(STATUSES.rows.map(({ code }) => code)).toEqual(['01', '02', '03', '04', '05', '06', '13', '15', '16']);
  expect(STATUSES.rows.filter(({ sentBy }) => sentBy === 'original-sender').map(({ code }) => code)).toEqual(['13']);
});

test.each(['1', ' 01', '01 ', '07', '12', '14', '99', '', 'constructor', '０１'])('“%s” is no status code', (code) => {
  expect(isStatusCode(code)).toBe(false);
});

test('kinds have the numbers that reader and writer use', () => {
  expect(Object.fromEntries(BUSSINESS_DOC_TYPES.rows.map(({ code, kind }) => [code, kind]))).toEqual({
    0: 'new',
    1: 'revoke',
    2: 'update',
    3: 'replace',
  });
});

test('urgency goes to 4, and steering 0 is 1', () => {
  expect(HIGHEST_URGENCY).toBe(4);
  expect(STEERING_TYPES.rows.find(({ code }) => code === '0')?.sameAs).toBe('1');
});

test('codes of level 1 are codes of level 1', () => {
  for (const { code } of [...MINISTRIES.rows, ...PROVINCES.rows]) expect(code).toMatch(/^[GHK]\d\d$/);
  expect(PROVINCES.rows.find(({ code }) => code === 'H52')?.confidence).toBe('M-L');
});

describe('forms of organisation codes', () => {
  test.each([
    ['G12', 'qd20'],
    ['H99.02.02', 'qd20'],
    ['H99.DN.001', 'qd20'],
    ['000.00.00.H99', 'qcvn-2016'],
    ['000.00.13.H99', 'qcvn-2016'],
    ['0A1.Z2.Y1.H99', 'qcvn-2016'],
    ['28.22.H99', 'qcvn-2016-short'],
    ['02.29.W00', 'qcvn-2016-short'],
    ['22.H99', 'qcvn-2016-short'],
    ['0109999999', 'enterprise'],
    ['020109999999', 'enterprise'],
    ['001.00.20.TT2', undefined],
    ['HETHONG', undefined],
    ['12345', undefined],
  ])('%s: %s', (organId, form) => {
    expect(organIdForm(organId)).toBe(form);
  });
});
