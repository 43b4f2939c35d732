// What `trace` shows of recalls and of the messages a message has to do with.

import { expect, test } from '@jest/globals';
import { renderDeliveries, renderMarks, renderRelated } from '../../../../src/cli/messages/trace.ts';
import type { DeliveryAnswer } from '../../../../src/client/answers.ts';

function delivery(recall: string): DeliveryAnswer {
  return {
    id: 'd',
    organisation: 'H99.12.01',
    transport: 'arrived',
    business: { latest: null, furthest: null },
    recall,
    attempts: 1,
    handedOverAt: null,
    arrivedAt: null,
    nextAttemptAt: null,
    problem: null,
  };
}

test('an answer to a recall is seen, and where nobody was asked there is no column for it', () => {
  expect(renderDeliveries([delivery('none'), delivery('refused')], 'vi')).toMatch(/Thu hồi[^]*none\n[^]*refused\n/);
  expect(renderDeliveries([delivery('none')], 'en')).not.toMatch(/Recall|none/);
});

test('each related message is one line, in words', () => {
  const none = { actsOn: [], actedOnBy: [], answers: [], answeredBy: [], previous: [], next: [] };
  const revocation = { id: '01a2', kind: 'revoke', documentId: 'H99.12,2026/11/23,7/UBND' };
  const [table] = renderRelated({ related: { ...none, actedOnBy: [revocation] } }, 'en');
  expect(table).toMatch(/^acted on by +revoke +01a2 +H99\.12,2026\/11\/23,7\/UBND$/m);
  expect(renderRelated({ related: none }, 'vi')).toEqual([]);
  expect(renderRelated({}, 'vi')).toEqual([]);
});

test('what whoever reads the document must know stands by itself', () => {
  const findings = [
    { code: 'documents-unsigned', title: 'Không tệp nào có chữ ký số' },
    { code: 'date-format', title: 'Ngày' },
  ];
  expect(renderMarks({ findings })).toEqual(['! Không tệp nào có chữ ký số', '']);
  expect(renderMarks({ findings: findings.slice(1) })).toEqual([]);
  expect(renderMarks({})).toEqual([]);
});
