// What the rules notice in documents of every kind: each row a change of a good document, and all that is said of it.

import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../../src/core/problems/finding.ts';
import type { Bussiness, DocumentMessage, Message, Organization } from '../../../../src/core/message/message.ts';
import { validate as check } from '../../../../src/core/validate/validate.ts';
import { explained } from '../../../support/explained.ts';
import { documentPackage } from '../../../support/packages.ts';
import { documentOf } from '../../../support/read-package.ts';

/** Every row is also held to be told with all its facts, and where. */
const validate = (message: Message, instant: Date): readonly Finding[] => explained(check(message, instant));

const NOW = new Date('2026-11-22T03:00:00Z');
const GOOD = documentOf(documentPackage({ fields: { DueDate: null } }));

/** `severity code place` of everything noticed. */
function said(change: Partial<DocumentMessage>): readonly string[] {
  return validate({ ...GOOD, ...change }, NOW).map(({ severity, code, place }) => `${severity} ${code} ${place ?? ''}`);
}

type Row = readonly [name: string, change: Partial<DocumentMessage>, expected: readonly string[]];

const PROMULGATED = 'PromulgationInfo/PromulgationDate';
const promulgated = (promulgationDate: string) => ({ promulgationInfo: { promulgationDate } });

describe('dates', () => {
  test.each<Row>([
    ['today', promulgated('2026-11-22'), []],
    ['30 days ahead', promulgated('2026-12-22'), []],
    ['31 days ahead', promulgated('2026-12-23'), [`warning date-unusual ${PROMULGATED}`]],
    ['a year and a day ahead (X37)', promulgated('2027-11-23'), [`error date-invalid ${PROMULGATED}`]],
    ['ten years back', promulgated('2016-11-22'), []],
    ['more than ten years back', promulgated('2016-11-21'), [`warning date-unusual ${PROMULGATED}`]],
    ['due before promulgation', { dueDate: '2026-11-19' }, ['warning due-date-early DueDate']],
    ['due on the same day', { dueDate: '2026-11-20' }, []],
    ['due later', { dueDate: '2027-12-31' }, []],
  ])('%s', (_, change, expected) => expect(said(change)).toEqual(expected));
});

describe('urgency, steering, amounts', () => {
  const other = (otherInfo: DocumentMessage['otherInfo']) => ({ otherInfo });
  test.each<Row>([
    ...[0, 1, 2, 3].map((priority): Row => [`urgency ${priority}`, other({ priority }), []]),
    ['urgency 4', other({ priority: 4 }), ['info priority-outdated OtherInfo/Priority']],
    ['urgency 5', other({ priority: 5 }), ['warning priority-unknown OtherInfo/Priority']],
    ['urgency -1', other({ priority: -1 }), ['warning priority-unknown OtherInfo/Priority']],
    ['urgency 1.5', other({ priority: 1.5 }), ['warning priority-unknown OtherInfo/Priority']],
    ...[0, 1, 2, 3].map((steeringType): Row => [`steering ${steeringType}`, { steeringType }, []]),
    ['steering 9', { steeringType: 9 }, ['info value-unlisted SteeringType']],
    ['no pages and no copies', other({ pageAmount: 0, promulgationAmount: 0 }), []],
    ['10,000 pages', other({ pageAmount: 10_000 }), []],
    ['10,001 pages', other({ pageAmount: 10_001 }), ['warning amount-unusual OtherInfo/PageAmount']],
    ['-1 pages (X38)', other({ pageAmount: -1 }), ['error field-invalid OtherInfo/PageAmount']],
    ['half a copy', other({ promulgationAmount: 0.5 }), ['error field-invalid OtherInfo/PromulgationAmount']],
    ['100,001 copies', other({ promulgationAmount: 100_001 }), ['warning amount-unusual OtherInfo/PromulgationAmount']],
  ])('%s', (_, change, expected) => expect(said(change)).toEqual(expected));
});

describe('secrecy and circulation', () => {
  test.each<Row>([
    ['none stated', { secrecy: 'none' }, []],
    ['mật', { secrecy: 'mat' }, ['error secrecy-forbidden Secrecy']],
    ['tối mật', { secrecy: 'toi-mat' }, ['error secrecy-forbidden Secrecy']],
    ['tuyệt mật', { secrecy: 'tuyet-mat' }, ['error secrecy-forbidden Secrecy']],
    ['the word in the text says nothing', { subject: 'Về việc bảo vệ tài liệu MẬT, Tuyệt mật' }, []],
    ['no limit', { circulation: [] }, []],
    ['internal', { circulation: ['internal'] }, ['info circulation-limited OtherInfo/SphereOfPromulgation']],
  ])('%s', (_, change, expected) => expect(said(change)).toEqual(expected));
});

describe('forms of organisation codes', () => {
  test.each<Row>([
    ['today’s', { to: [{ organId: 'H99.13.02' }] }, []],
    ['of 2016', { to: [{ organId: '000.00.13.H99' }] }, []],
    ['an enterprise’s', { to: [{ organId: '020109999999' }] }, []],
    ['none that is known', { to: [{ organId: '001.00.20.TT2' }] }, ['info organ-id-form-unknown To[1]/OrganId']],
    ['lower case (R6)', { to: [{ organId: 'h99.13' }] }, ['error organ-id-invalid To[1]/OrganId']],
  ])('%s', (_, change, expected) => expect(said(change)).toEqual(expected));
});

describe('revocations, updates, replacements', () => {
  const OTHER = 'H99.12,2026/10/01,9/UBND-VP';
  const REASON = 'Sai thể thức';
  const of = (kind: DocumentMessage['kind'], bussiness: Bussiness, more: Partial<DocumentMessage> = {}) => ({
    kind,
    bussiness,
    ...more,
  });
  const answer = (documentId: string) => ({ responseFor: [{ organId: 'H99.13', code: '1/VP', documentId }] });
  const added = { organId: 'H99.14', receiverType: 'added' } as const;
  const removed = { organId: 'H99.14', receiverType: 'removed' } as const;
  const other = { organId: 'H99.15', receiverType: 'removed' } as const;
  const RECEIVERS = 'Bussiness/BussinessDocumentInfo/ReceiverList';
  const replaced = { documentId: OTHER, organIdList: ['H99.13'] };

  test.each<Row>([
    ['revocation', of('revoke', { documentId: OTHER, bussinessDocReason: REASON }), []],
    [
      'revocation that names no document',
      of('revoke', { bussinessDocReason: REASON }),
      ['warning target-assumed Bussiness/DocumentId'],
    ],
    [
      'revocation without business part',
      { kind: 'revoke', bussiness: {} },
      ['warning target-assumed Bussiness/DocumentId', 'warning reason-missing Bussiness/BussinessDocReason'],
    ],
    [
      'revocation with a blank reason',
      of('revoke', { documentId: OTHER, bussinessDocReason: ' ' }),
      ['warning reason-missing Bussiness/BussinessDocReason'],
    ],
    [
      'revocation that answers another document',
      of('revoke', { documentId: OTHER, bussinessDocReason: REASON }, answer('H99.13,2026/01/01,1/VP')),
      ['info response-for-unused ResponseFor[1]'],
    ],
    [
      'revocation that answers what it revokes',
      of('revoke', { documentId: OTHER, bussinessDocReason: REASON }, answer(OTHER)),
      [],
    ],
    ['a reply is no revocation', of('new', {}, answer(OTHER)), []],
    ['update', of('update', { documentId: OTHER }), []],
    ['update that names no document', of('update', {}), ['warning target-assumed Bussiness/DocumentId']],
    [
      'update with changed receivers',
      of('update', { documentId: OTHER, documentReceiver: true, receiverList: [added, other] }),
      [],
    ],
    [
      'update that says so and lists none',
      of('update', { documentId: OTHER, documentReceiver: true }),
      [`warning receiver-list-missing ${RECEIVERS}`],
    ],
    [
      'update that lists some and says nothing',
      of('update', { documentId: OTHER, receiverList: [added] }),
      [`warning receiver-list-unannounced ${RECEIVERS}`],
    ],
    [
      'update that lists some and denies it',
      of('update', { documentId: OTHER, documentReceiver: false, receiverList: [added] }),
      [`warning receiver-list-unannounced ${RECEIVERS}`],
    ],
    [
      'update that adds whom it removes',
      of('update', { documentId: OTHER, documentReceiver: true, receiverList: [removed, other, added] }),
      [`error receiver-contradictory ${RECEIVERS}/Receiver[3]/OrganId`],
    ],
    [
      'update with a receiver without code',
      of('update', { documentId: OTHER, documentReceiver: true, receiverList: [{ ...added, organId: '' }] }),
      [`error field-missing ${RECEIVERS}/Receiver[1]/OrganId`],
    ],
    [
      'update with a receiver of a broken code',
      of('update', { documentId: OTHER, documentReceiver: true, receiverList: [{ ...added, organId: 'H99 ' }] }),
      [`error organ-id-invalid ${RECEIVERS}/Receiver[1]/OrganId`],
    ],
    ['replacement', of('replace', { bussinessDocReason: REASON, replacementInfoList: [replaced] }), []],
    [
      'replacement of nothing',
      of('replace', { bussinessDocReason: REASON }),
      ['warning replacement-list-missing Bussiness/ReplacementInfoList'],
    ],
    [
      'replacement without reason',
      of('replace', { replacementInfoList: [replaced] }),
      ['warning reason-missing Bussiness/BussinessDocReason'],
    ],
    [
      'replacement of a document without id',
      of('replace', { bussinessDocReason: REASON, replacementInfoList: [{ ...replaced, documentId: '' }] }),
      ['error field-missing Bussiness/ReplacementInfoList/ReplacementInfo[1]/DocumentId'],
    ],
    [
      'a new document with what an update has',
      of('new', { documentReceiver: true, receiverList: [added] }),
      ['info bussiness-part-unused Bussiness/BussinessDocumentInfo'],
    ],
    ['a new document that says nothing changed', of('new', { documentInfo: false, documentReceiver: false }), []],
    [
      'an update with what a replacement has',
      of('update', { documentId: OTHER, replacementInfoList: [replaced] }),
      ['info bussiness-part-unused Bussiness/ReplacementInfoList'],
    ],
  ])('%s', (_, change, expected) => expect(said(change)).toEqual(expected));
});

describe('entries of lists are told by their number', () => {
  const WRONG = `\u202e${'a'.repeat(10_000)}`;
  const NAME = 'ResponseFor[2]/Code';
  const found = { organId: 'H99.13', code: '1/VP', documentId: '' };
  const LIST = 'Bussiness/ReplacementInfoList/ReplacementInfo[1]/OrganIdList';
  const OF_TWO = ['H99.13', 'h99.14'];
  test.each<Row>([
    [
      'appendixes',
      { otherInfo: { appendixes: ['Phụ lục I', WRONG] } },
      [
        'error field-too-long OtherInfo/Appendixes/Appendix[2]',
        'warning bidi-control OtherInfo/Appendixes/Appendix[2]',
      ],
    ],
    [
      'printed places',
      { toPlaces: ['Như trên', WRONG] },
      ['error field-too-long ToPlaces/Place[2]', 'warning bidi-control ToPlaces/Place[2]'],
    ],
    [
      'what is answered',
      { responseFor: [found, { ...found, code: WRONG }] },
      [`error field-too-long ${NAME}`, `warning bidi-control ${NAME}`],
    ],
    [
      'whom a replacement concerns',
      {
        kind: 'replace',
        bussiness: { bussinessDocReason: 'Sai', replacementInfoList: [{ documentId: 'x', organIdList: OF_TWO }] },
      },
      [`error organ-id-invalid ${LIST}/OrganId[2]`],
    ],
  ])('%s', (_, change, expected) => expect(said(change)).toEqual(expected));
});

describe('printed places and addressees', () => {
  const [ONE, TWO, DEPARTMENT]: readonly Organization[] = [
    { organId: 'H99.13', organName: 'UBND xã Mẫu Một' },
    { organId: 'H99.14', organName: 'Ủy ban nhân dân xã Mẫu Hai' },
    { organId: 'H99.15', organName: 'Sở Thử nghiệm', organizationInCharge: 'UBND tỉnh Mẫu' },
  ];
  const all = [ONE!, TWO!, DEPARTMENT!];
  const check = (toPlaces: readonly string[], to: readonly Organization[] = all): readonly string[] =>
    validate({ ...GOOD, to, toPlaces }, NOW).map(({ code, facts }) => `${code}: ${String(facts['name'])}`);
  const names = ['UBND xã Mẫu Một', 'UBND xã Mẫu Hai', 'Sở Thử nghiệm'];

  test.each<readonly [string, readonly string[]]>([
    ['nothing printed', []],
    ['all of them', names],
    [
      'bullets, ends, brackets, the archive',
      ['- UBND xã Mẫu Một (để b/c);', '+ UBND xã Mẫu Hai;', '• Sở Thử nghiệm.', '- Lưu: VT, KT.'],
    ],
    ['one text with all of them', ['- UBND xã Mẫu Một;\n- UBND xã Mẫu Hai; Sở Thử nghiệm; Lưu VT']],
    ['other case and composition', names.map((name) => name.toUpperCase().normalize('NFD'))],
    ['tones placed the other way', ['Uỷ ban nhân dân xã Mẫu Một', 'UBND xã Mẫu Hai', 'Sở Thử nghiệm']],
    ['as above', ['Như trên', 'Lưu: VT']],
    ['as above, and one by name', ['- Như trên;', '- UBND xã Mẫu Một']],
    ['as in article 3', ['Như Điều 3', 'UBND xã Mẫu Một']],
    ['several at once', ['UBND xã Mẫu Một', 'Các sở, ban, ngành', 'UBND các xã']],
    ['only the archive', ['Lưu: VT']],
    [
      'persons and parts of the office',
      [...names, 'Bộ trưởng (b/c)', 'Chủ tịch, các PCT', 'Bộ phận một cửa', 'Phòng Kinh tế'],
    ],
    ['the body above, by its short name', [...names, 'UBND tỉnh (b/c)']],
    ['the sender itself', [...names, 'UBND huyện Mẫu']],
    ['no name of an addressee: the list is of another make', ['Bộ Thử nghiệm', 'Sở Mẫu']],
    ['a place with a longer name', ['UBND xã Mẫu Một, tỉnh Mẫu', 'UBND xã Mẫu Hai', 'Sở Thử nghiệm']],
  ])('nothing is said: %s', (_, places) => expect(check(places)).toEqual([]));

  test('an addressee that is not printed', () => {
    expect(check(['UBND xã Mẫu Một', '- Sở Thử nghiệm;'])).toEqual(['recipient-unprinted: Ủy ban nhân dân xã Mẫu Hai']);
  });

  test('a printed place without an addressee', () => {
    expect(check([...names, '- Sở Kiểm thử (b/c);', '- Lưu: VT.'])).toEqual(['place-unaddressed: Sở Kiểm thử (b/c)']);
    expect(check([...names, '- Như trên', 'Bộ Kiểm thử'])).toEqual(['place-unaddressed: Bộ Kiểm thử']);
  });

  test('both, each at its place', () => {
    const findings = validate({ ...GOOD, to: all, toPlaces: ['Sở Thử nghiệm', 'UBND xã Mẫu Một', 'Cục Mẫu'] }, NOW);
    expect(findings.map(({ code, severity, place }) => [code, severity, place])).toEqual([
      ['recipient-unprinted', 'warning', 'To[2]'],
      ['place-unaddressed', 'warning', 'ToPlaces/Place[3]'],
    ]);
  });

  test('an addressee without a name might be any of them', () => {
    expect(check([...names, 'Sở Kiểm thử'], [...all, { organId: 'H99.16' }])).toEqual([]);
  });

  test('no more than twenty are named, and thousands are not compared', () => {
    const to = Array.from({ length: 100 }, (_, index) => ({
      organId: `H99.${index}`,
      organName: `Trường số ${index}`,
    }));
    expect(check(['Trường số 1'], to)).toHaveLength(20);
    const many = Array.from({ length: 2002 }, (_, index) => `Trường số ${index}`);
    expect(check(many.slice(1), to)).toEqual([]);
  });
});
