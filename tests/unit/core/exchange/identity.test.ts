import { describe, expect, test } from '@jest/globals';
import type { DocumentMessage } from '../../../../src/core/message/message.ts';
import { identityOf, orderKeys, targetsOf } from '../../../../src/core/exchange/identity.ts';
import { documentPackage, statusPackage, type StatusFields } from '../../../support/packages.ts';
import { documentOf, statusOf } from '../../../support/read-package.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const NEW = documentOf(documentPackage());
const TARGET = 'H99.12,2026/11/20,15/UBND-VP';

function act(kind: DocumentMessage['kind'], bussiness: DocumentMessage['bussiness'] = {}): DocumentMessage {
  return { ...NEW, kind, documentId: 'H99.12,2026/11/21,16/UBND-VP', bussiness };
}

function status(fields: StatusFields) {
  return statusOf(statusPackage({ fields }));
}

describe('what is one message', () => {
  test('a new document is its issuer’s id, whatever its bytes', () => {
    expect(identityOf(NEW, 'H99', 'H99.12', A)).toBe(identityOf(NEW, 'H99', 'H99.12', B));
    expect(identityOf(NEW, 'H99', 'H99.12', A)).toBe(identityOf(NEW, 'H99', 'H99.13', A));
    expect(identityOf(NEW, 'H99', 'H99.12', A)).not.toBe(identityOf(NEW, 'H99.12', 'H99.12', A));
  });

  test('composed and decomposed ids are one', () => {
    const composed = { ...NEW, documentId: '7816/VPCP-TTĐẾ' };
    expect(identityOf({ ...composed, documentId: composed.documentId.normalize('NFD') }, 'H99', 'x', A)).toBe(
      identityOf(composed, 'H99', 'x', A),
    );
  });

  test('a long id is cut short between characters, whatever they are', () => {
    for (let length = 70; length < 90; length++) {
      const documentId = `${'x'.repeat(length)}😀${'"'.repeat(400)}`;
      expect(identityOf({ ...NEW, documentId }, 'H99', 'H99.12', A)).not.toMatch(/\p{Surrogate}/u);
    }
  });

  test('an act on a document is one by its kind, target and bytes', () => {
    const revoke = identityOf(act('revoke', { documentId: TARGET }), 'H99', 'x', A);
    expect(revoke).toBe(identityOf(act('revoke', { documentId: TARGET }), 'H99', 'y', A));
    expect(revoke).not.toBe(identityOf(act('revoke', { documentId: TARGET }), 'H99', 'x', B));
    expect(revoke).not.toBe(identityOf(act('update', { documentId: TARGET }), 'H99', 'x', A));
    expect(revoke).not.toBe(identityOf(act('revoke'), 'H99', 'x', A));
  });

  test('a status counts again whenever it says something else (R12, R13)', () => {
    expect(identityOf(status({}), 'x', 'H99.13', A)).toBe(identityOf(status({}), 'x', 'H99.13', A));
    expect(identityOf(status({}), 'x', 'H99.13', A)).not.toBe(identityOf(status({}), 'x', 'H99.13', B));
    expect(identityOf(status({}), 'x', 'H99.13', A)).not.toBe(identityOf(status({}), 'x', 'H99.14', A));
  });

  test('a key stays short enough for an index', () => {
    const replaced = Array.from({ length: 500 }, (_, index) => ({
      documentId: `H99.12,2026/01/01,${index}/UBND`,
      organIdList: [],
    }));
    const one = identityOf(act('replace', { replacementInfoList: replaced }), 'H99', 'x', A);
    const other = identityOf(act('replace', { replacementInfoList: replaced.slice(1) }), 'H99', 'x', A);
    expect(Buffer.byteLength(one)).toBeLessThan(2000);
    expect(one).not.toBe(other);
  });
});

describe('what leaves in order', () => {
  const [key] = orderKeys(NEW, 'H99.12', 'H99.12');
  test.each<[string, DocumentMessage]>([
    ['its update', act('update', { documentId: TARGET })],
    ['its revocation', act('revoke', { documentId: TARGET })],
    ['its replacement', act('replace', { replacementInfoList: [{ documentId: TARGET, organIdList: [] }] })],
  ])('%s does not overtake a document', (_, message) => {
    expect(orderKeys(message, 'H99.12', 'H99.12')).toContain(key);
  });

  test('neither does the request to give it back', () => {
    expect(orderKeys(status({ StatusCode: '13' }), 'H99.12', 'H99.12')).toEqual([key]);
  });

  test('statuses of one receiver keep theirs, apart from the document’s', () => {
    const first = orderKeys(status({ StatusCode: '01' }), 'H99.13', 'H99.13');
    expect(first).toEqual(orderKeys(status({ StatusCode: '03' }), 'H99.13', 'H99.13'));
    expect(first).not.toEqual(orderKeys(status({ StatusCode: '03' }), 'H99.14', 'H99.14'));
    expect(first).not.toContain(key);
  });

  test('a replacement keeps the order of all that it replaces, and of itself', () => {
    const replacementInfoList = ['b', 'a'].map((documentId) => ({ documentId, organIdList: [] }));
    const message = act('replace', { replacementInfoList });
    const [of, ...more] = ['a', 'b', message.documentId].map(
      (documentId) => orderKeys({ ...NEW, documentId }, 'H99.12', 'H99.12')[0],
    );
    expect(orderKeys(message, 'H99.12', 'H99.12')).toEqual([of, ...more]);
    expect(orderKeys(act('revoke', { documentId: message.documentId }), 'H99.12', 'H99.12')).toEqual([more[1]]);
  });
});

test.each<[string, DocumentMessage, readonly string[]]>([
  ['a new document', NEW, [TARGET]],
  ['the id in Bussiness first', act('revoke', { documentId: TARGET }), [TARGET]],
  ['else the message’s own', act('revoke'), ['H99.12,2026/11/21,16/UBND-VP']],
  [
    'every replaced one once, sorted',
    act('replace', { replacementInfoList: ['b', 'a', 'b'].map((documentId) => ({ documentId, organIdList: [] })) }),
    ['a', 'b'],
  ],
  ['a replacement that names none', act('replace', { documentId: TARGET }), [TARGET]],
])('targets: %s', (_, message, targets) => {
  expect(targetsOf(message)).toEqual(targets);
});
