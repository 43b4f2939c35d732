import { expect, test } from '@jest/globals';
import { ROOT, type ElementRule } from '../../../src/core/formats/edxml/elements.ts';
import { fieldInWords } from '../../../src/texts/fields.ts';

function names(rule: ElementRule): readonly string[] {
  if (rule.kind === 'skipped' || rule.kind === 'signature') return [];
  return [
    rule.name,
    ...(rule.kind === 'group' ? [...rule.rows.values()].flatMap(({ rule: child }) => names(child)) : []),
  ];
}

/** Elements that hold a package together, which no text for clerks names. */
const STRUCTURE = ['edXML', 'edXMLEnvelope', 'edXMLHeader', 'edXMLBody', 'MessageHeader'];

test.each([...new Set(names(ROOT))].filter((name) => !STRUCTURE.includes(name)))(
  '%s has a name in both languages',
  (name) => {
    expect(fieldInWords(`Somewhere/${name}[3]`, 'en')).toMatch(/^[A-Z][A-Za-z', -]+ \(Somewhere\//u);
    expect(fieldInWords(`Somewhere/${name}[3]`, 'vi')).toMatch(/^\p{Lu}[\p{L} ,]+ \(Somewhere\//u);
  },
);

test.each([
  ['documentType.typeDetail', 'Số thứ tự loại văn bản (documentType.typeDetail)'],
  ['header.messageheader.toes[1].organid', 'Mã định danh cơ quan (header.messageheader.toes[1].organid)'],
  ['ToPlaces/Place[2]', 'Nơi nhận in trên văn bản (ToPlaces/Place[2])'],
  ['PromulgationInfo/Place', 'Địa danh (PromulgationInfo/Place)'],
  ['/subject', 'Trích yếu (/subject)'],
  ['/toPlaces/0', 'Nơi nhận in trên văn bản (/toPlaces/0)'],
  ['/bussiness/receiverList/2/organId', 'Mã định danh cơ quan (/bussiness/receiverList/2/organId)'],
  ['/promulgationInfo/promulgationDate', 'Ngày ban hành (/promulgationInfo/promulgationDate)'],
  ['header.signature', 'Chữ ký số (header.signature)'],
  ['header.status.from', 'Cơ quan phản hồi (header.status.from)'],
  ['header.status.from.organid', 'Mã định danh cơ quan (header.status.from.organid)'],
  ['header.messageheader.from', 'Cơ quan gửi (header.messageheader.from)'],
])('%s: %s', (path, words) => {
  expect(fieldInWords(path, 'vi')).toBe(words);
});

test('in English', () => {
  expect(fieldInWords('PromulgationInfo/PromulgationDate', 'en')).toBe(
    'Date of promulgation (PromulgationInfo/PromulgationDate)',
  );
});

test.each([
  '/code',
  '/connections/0/type',
  'connections[0].type',
  'organisations[0].code',
  '',
  'constructor',
  'content.tep',
  'grant_type',
  'edXML',
])('“%s” stays as it is', (path) => {
  expect([fieldInWords(path, 'vi'), fieldInWords(path, 'en')]).toEqual([path, path]);
});
