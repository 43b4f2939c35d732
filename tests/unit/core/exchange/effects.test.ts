import { describe, expect, test } from '@jest/globals';
import type { Transport } from '../../../../src/core/exchange/lifecycle.ts';
import type { DocumentMessage } from '../../../../src/core/message/message.ts';
import { resolveAddressees } from '../../../../src/core/exchange/address.ts';
import {
  answersIn,
  fateOf,
  isTold,
  namedDocuments,
  targetsOfAct,
  type ActKind,
  type Copy,
  type KnownMessage,
  type Reach,
  type Reached,
} from '../../../../src/core/exchange/effects.ts';
import { differsInAddresseesOnly } from '../../../../src/core/exchange/version.ts';
import { documentPackage, statusPackage } from '../../../support/packages.ts';
import { documentOf, statusOf } from '../../../support/read-package.ts';
import { connection, organisation, registryOf } from '../../../support/registry.ts';

const NOW = new Date('2026-11-22T03:00:00Z');
const NEW = documentOf(documentPackage());
const TARGET = NEW.documentId;

function copy(transport: Transport, more: Partial<Copy> = {}): Copy {
  return { transport, recall: 'none', dead: false, fetched: false, doubtful: false, ...more };
}

const QUEUED = copy('queued');
const READ = copy('queued', { fetched: true });
const DOUBTFUL = copy('retrying', { doubtful: true });
const RETURNED = copy('returned', { dead: true });
const GIVEN_BACK = copy('arrived', { recall: 'agreed', dead: true });

/** Kind × state of the copy → what becomes of it, and whether its addressee is told. `S` stopped, `A` asked, `T` told. */
const FATES: readonly (readonly [string, Copy, Readonly<Record<ActKind, string>>])[] = [
  ['waiting to be sent', QUEUED, { revoke: 'S', update: 'T', replace: 'ST', recall: 'S' }],
  ['waiting for another try', copy('retrying'), { revoke: 'S', update: 'T', replace: 'ST', recall: 'S' }],
  ['waiting for a person', copy('parked'), { revoke: 'S', update: 'T', replace: 'ST', recall: 'S' }],
  ['tried, perhaps with success', DOUBTFUL, { revoke: 'SAT', update: 'T', replace: 'ST', recall: 'SAT' }],
  ['being sent', copy('sending'), { revoke: 'AT', update: 'T', replace: 'T', recall: 'AT' }],
  ['read but not acknowledged', READ, { revoke: 'AT', update: 'T', replace: 'T', recall: 'AT' }],
  ['handed over', copy('handed-over'), { revoke: 'AT', update: 'T', replace: 'T', recall: 'AT' }],
  ['arrived', copy('arrived'), { revoke: 'AT', update: 'T', replace: 'T', recall: 'AT' }],
  ['returned', RETURNED, { revoke: '', update: 'T', replace: 'T', recall: '' }],
  ['stopped before', copy('cancelled', { dead: true }), { revoke: '', update: 'T', replace: 'T', recall: '' }],
  ['given back', GIVEN_BACK, { revoke: 'T', update: 'T', replace: 'T', recall: 'T' }],
];

function outcome(kind: ActKind, reach: Reach | undefined, one: Copy): string {
  const fate = fateOf(kind, reach, one);
  return `${fate.stop ? 'S' : ''}${fate.ask ? 'A' : ''}${isTold(kind, reach, [fate]) ? 'T' : ''}`;
}

describe('a copy that is', () => {
  for (const [name, one, expected] of FATES) {
    test.each(Object.entries(expected) as [ActKind, string][])(`${name}, %s: %j`, (kind, letters) => {
      expect(outcome(kind, undefined, one)).toBe(letters);
    });
  }

  test.each<[Copy, string]>([
    [QUEUED, 'S'],
    [DOUBTFUL, 'ST'],
    [READ, 'T'],
    [copy('arrived'), 'T'],
  ])('of one whom an update removes: %j, %j', (one, letters) => {
    expect(outcome('update', 'removed', one)).toBe(letters);
  });

  test('not left, of one whom a replacement does not name, brings no replacement', () => {
    expect(outcome('replace', 'holder', QUEUED)).toBe('S');
    expect(outcome('replace', 'holder', READ)).toBe('T');
  });

  test('of several copies, one that left is enough to be told; who never had one is told as well', () => {
    const fates = [QUEUED, copy('arrived')].map((one) => fateOf('revoke', undefined, one));
    expect([isTold('revoke', undefined, fates), isTold('revoke', undefined, [])]).toEqual([true, true]);
  });
});

const REGISTRY = registryOf(
  [
    organisation('H99.12'),
    organisation('H99.13', { aliases: ['000.00.13.H99'] }),
    organisation('H99.14'),
    organisation('H99.15', { validTo: '2025-07-01' }),
    organisation('H99.16', { validTo: '2025-07-01', successor: 'H99.12' }),
    organisation('H99.17', { suspended: true }),
  ],
  [connection('c-H99.12', { sendsFor: ['H99.12'], receivesFor: ['H99.12'], issuers: ['H99.16'] })],
);
const STANDING = { sender: 'H99.12', issuer: 'H99.12' };

function known(more: Partial<KnownMessage> = {}): KnownMessage {
  const own = { documentId: TARGET, message: 'm1', issuer: 'H99.12', sender: 'H99.12' };
  return { ...own, holders: [], received: false, ...more };
}

function act(kind: DocumentMessage['kind'], bussiness: DocumentMessage['bussiness'] = {}): DocumentMessage {
  return { ...NEW, kind, documentId: 'H99.12,2026/11/21,16/UBND-VP', bussiness: { documentId: TARGET, ...bussiness } };
}

describe('targets', () => {
  test.each<[string, readonly KnownMessage[], boolean]>([
    ['known', [known()], true],
    ['known twice', [known(), known({ message: 'm2' })], true],
    ['unknown', [], false],
    ['of another sender', [known({ sender: 'H99.13' })], false],
    ['of another issuer', [known({ issuer: 'H99.13' })], false],
    ['of a body whose duties passed on to the sender', [known({ sender: 'H99.16', issuer: 'H99.16' })], true],
  ])('%s (R18)', (_, found, ok) => {
    const targets = targetsOfAct(act('revoke'), STANDING, found, REGISTRY, NOW);
    expect(targets).toMatchObject(
      ok
        ? { ok, value: { kind: 'revoke', documents: [TARGET], messages: found.map(({ message }) => message) } }
        : { ok, code: 'not-found' },
    );
  });

  test('one of several unknown, and none is acted on', () => {
    const replacementInfoList = [TARGET, 'không có'].map((documentId) => ({ documentId, organIdList: [] }));
    expect(targetsOfAct(act('replace', { replacementInfoList }), STANDING, [known()], REGISTRY, NOW)).toMatchObject({
      ok: false,
    });
  });

  test('reach who holds a copy, each once, and whom an update lists', () => {
    const found = [known({ holders: ['H99.13'] }), known({ message: 'm2', holders: ['H99.13', 'H99.14'] })];
    const receiverList = [{ organId: 'H99.15', receiverType: 'added' as const }];
    const reaching = (message: DocumentMessage) => {
      const targets = targetsOfAct(message, STANDING, found, REGISTRY, NOW);
      if (!targets.ok) return undefined;
      return targets.value?.reached.map(({ organId, reach, place }) => `${reach} ${organId} at ${place}`);
    };
    const holders = ['holder H99.13 at Bussiness', 'holder H99.14 at Bussiness'];
    expect(reaching(act('update', { receiverList }))).toEqual([
      'added H99.15 at Bussiness/BussinessDocumentInfo/ReceiverList/Receiver[1]/OrganId',
      ...holders,
    ]);
    expect(reaching(act('revoke', { receiverList }))).toEqual(holders);
  });

  test.each<readonly [string, readonly (readonly [string, ...string[]])[], readonly string[], readonly string[]]>([
    ['a list: those on it', [[TARGET, 'H99.13']], ['holder H99.13'], []],
    ['another code of the same body', [[TARGET, '000.00.13.H99']], ['holder H99.13'], []],
    ['one that has none', [[TARGET, 'H99.13', 'H99.77']], ['holder H99.13'], ['[1] H99.77 [2]']],
    ['nobody who has one', [[TARGET, 'H99.77']], [], ['[1] H99.77 [1]']],
    ['no list: everybody', [[TARGET]], ['holder H99.13', 'holder H99.14'], []],
    ['once with and once without: everybody', [[TARGET, 'H99.13'], [TARGET]], ['holder H99.13', 'holder H99.14'], []],
    [
      'two lists: both',
      [
        [TARGET, 'H99.13'],
        [TARGET, 'H99.14'],
      ],
      ['holder H99.13', 'holder H99.14'],
      [],
    ],
  ])('a replacement with %s', (_, lists, reached, absent) => {
    const found = [known({ holders: ['H99.13', 'H99.14'] })];
    const replacementInfoList = lists.map(([documentId, ...organIdList]) => ({ documentId, organIdList }));
    const targets = targetsOfAct(act('replace', { replacementInfoList }), STANDING, found, REGISTRY, NOW);
    if (!targets.ok || targets.value === undefined) throw new Error('no targets');
    const { reached: reaching, findings, concerned } = targets.value;
    expect(reaching.map(({ organId, reach }) => `${reach} ${organId}`)).toEqual(reached);
    expect(findings.map(({ code, facts, place }) => [code, facts['organId'], place])).toEqual(
      absent.map((entry) => {
        const [reference = '', organId, of = ''] = entry.split(' ');
        const place = `Bussiness/ReplacementInfoList/ReplacementInfo${reference}/OrganIdList/OrganId${of}`;
        return ['receiver-not-holding', organId, place];
      }),
    );
    expect(concerned.map(({ message }) => message)).toEqual(lists.some((list) => list.length === 1) ? [] : ['m1']);
  });

  test('a new document and a status have none', () => {
    for (const message of [NEW, statusOf(statusPackage())])
      expect(targetsOfAct(message, STANDING, [], REGISTRY, NOW)).toEqual({ ok: true, value: undefined });
  });
});

describe('whom a message reaches', () => {
  const reached = (organId: string, reach: Reach): Reached => ({ organId, reach, place: 'x' });
  const TO: DocumentMessage = { ...act('update'), to: [{ organId: 'H99.13' }] };

  test.each<[string, readonly Reached[], readonly string[], readonly string[]]>([
    ['a holder besides To', [reached('H99.14', 'holder')], ['H99.13 -', 'H99.14 holder'], ['info recipient-reached']],
    ['a holder in To', [reached('H99.13', 'holder')], ['H99.13 -'], []],
    ['a holder closed without successor', [reached('H99.15', 'holder')], ['H99.13 -'], ['warning holder-unreachable']],
    ['a suspended holder', [reached('H99.17', 'holder')], ['H99.13 -'], ['warning holder-unreachable']],
    ['one removed that stands in To', [reached('H99.13', 'removed')], ['H99.13 removed'], []],
    [
      'one removed that holds a copy',
      [reached('H99.14', 'removed'), reached('H99.14', 'holder')],
      ['H99.13 -', 'H99.14 removed'],
      [],
    ],
    ['one removed that has nothing', [reached('H99.14', 'removed')], ['H99.13 -'], ['info receiver-not-holding']],
  ])('%s', (_, more, recipients, findings) => {
    const addressed = resolveAddressees(TO, REGISTRY, REGISTRY.connections.get('c-H99.12')!, NOW, more);
    if (!addressed.ok) throw new Error(addressed.code);
    expect(addressed.value.recipients.map(({ organisation: code, reach }) => `${code} ${reach ?? '-'}`)).toEqual(
      recipients,
    );
    expect(addressed.value.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(findings);
  });

  test('whom the sender adds itself must be in order', () => {
    const addressed = resolveAddressees(TO, REGISTRY, REGISTRY.connections.get('c-H99.12')!, NOW, [
      reached('H99.15', 'added'),
    ]);
    expect(addressed).toMatchObject({ ok: false, code: 'recipient-unknown' });
  });
});

test('answers are found among what the sender sent or received, and nowhere else (R19)', () => {
  const responseFor = ['a', 'b', 'c', ' '].map((documentId) => ({ organId: 'H99.13', code: '1', documentId }));
  const message = { ...NEW, responseFor };
  expect(namedDocuments(message)).toEqual(['a', 'b', 'c']);
  const found = [
    known({ documentId: 'a', message: 'sent' }),
    known({ documentId: 'b', message: 'received', sender: 'H99.13', received: true }),
    known({ documentId: 'c', message: 'another’s', sender: 'H99.13' }),
  ];
  expect(answersIn(message, 'H99.12', found)).toEqual({ messages: ['sent', 'received'], unresolved: ['c'] });
});

test('of statuses only a recall asks what is known', () => {
  expect(namedDocuments(statusOf(statusPackage({ fields: { StatusCode: '13' } })))).toEqual([TARGET]);
  expect(namedDocuments(statusOf(statusPackage({ fields: { StatusCode: '15' } })))).toEqual([]);
});

describe('a package that differs', () => {
  const [file] = NEW.attachments;
  test.each<[string, Partial<DocumentMessage>, boolean]>([
    ['not at all', {}, true],
    ['in its addressees', { to: [], toPlaces: ['Khác'], traceHeaders: [] }, true],
    ['in where its attachment lies', { attachments: [{ ...file!, offset: 1, contentId: 'x' }] }, true],
    ['in an attachment', { attachments: [{ ...file!, sha256: '0'.repeat(64) }] }, false],
    ['in the name of one', { attachments: [{ ...file!, attachmentName: 'x.pdf' }] }, false],
    ['in its subject', { subject: 'Khác' }, false],
    ['in its urgency', { otherInfo: { ...NEW.otherInfo, priority: 1 } }, false],
  ])('%s: the same document %#', (_, change, same) => {
    const earlier = JSON.parse(JSON.stringify(NEW)) as DocumentMessage;
    expect(differsInAddresseesOnly(earlier, { ...NEW, ...change })).toBe(same);
  });

  test('only new documents have versions', () => {
    expect(differsInAddresseesOnly(act('update'), act('update'))).toBe(false);
  });
});
