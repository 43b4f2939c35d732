// What `trace` shows of recalls and of the messages a message has to do with.

import { expect, test } from '@jest/globals';
import { renderDeliveries, renderMarks, renderRelated, renderTimeline } from '../../../../src/cli/messages/trace.ts';
import { MessageAnswer, DeliveryAnswer } from '../../../../src/api/v1/messages.ts';
import { tolerant } from '../../../../src/client/tolerant.ts';

function delivery(recall: DeliveryAnswer['recall']): DeliveryAnswer {
  return {
    id: 'd',
    organisation: 'H99.12.01',
    organisationName: null,
    connection: 'c',
    transport: 'arrived',
    business: { latest: null, furthest: null },
    recall,
    reach: null,
    attempts: 1,
    handedOverAt: null,
    arrivedAt: null,
    nextAttemptAt: null,
    problem: null,
  };
}

/** As a gateway told a message that knew neither findings nor related messages. */
const OLDER = tolerant(MessageAnswer.pick({ id: true, findings: true, related: true })).parse({ id: 'm' });

test('an answer to a recall is shown, and without a recall nothing is said of it', () => {
  const table = renderDeliveries([delivery('none'), delivery('refused')], 'vi');
  expect(table).toMatch(/ Đã đến +1\n[^]* Đã đến \(không đồng ý lấy lại\) +1\n/);
  expect(table).not.toMatch(/arrived|refused|none/);
  expect(renderDeliveries([delivery('none')], 'en')).not.toMatch(/[Rr]ecall|none/);
});

test('a gateway that is newer may tell a state that has no words here', () => {
  const later = tolerant(DeliveryAnswer).parse({ ...delivery('none'), transport: 'teleported' });
  expect(renderDeliveries([later], 'vi')).toContain('teleported');
});

test('a timeline in Vietnamese has no English word', () => {
  const line = {
    at: '2026-11-23T01:02:03Z',
    act: 'attempt',
    title: 'Chuyển',
    organisation: null,
    delivery: null,
    details: {},
  };
  const timeline = [
    { ...line, actor: 'worker', outcome: 'ok' },
    { ...line, actor: 'client:van-phong', outcome: 'ok' },
    { ...line, actor: 'organisation:H99', outcome: 'ok' },
  ];
  expect(renderTimeline({ id: 'm', timeline }, 'vi')).toMatch(
    / hệ thống .* được [^]* kết nối van-phong [^]* cơ quan H99 /,
  );
  expect(renderTimeline({ id: 'm', timeline }, 'vi')).not.toMatch(/worker|client|organisation|ok/);
});

test('each related message is one line, in words', () => {
  const none = { actsOn: [], actedOnBy: [], answers: [], answeredBy: [], previous: [], next: [] };
  const revocation = {
    id: '01a2',
    kind: 'revoke' as const,
    documentId: 'H99.12,2026/11/23,7/UBND',
    receivedAt: '2026-11-23T00:00:00Z',
    answers: [],
  };
  const [table] = renderRelated({ related: { ...none, actedOnBy: [revocation] } }, 'en');
  expect(table).toMatch(/^acted on by +Revocation +01a2 +H99\.12,2026\/11\/23,7\/UBND$/m);
  expect(renderRelated({ related: none }, 'vi')).toEqual([]);
  expect(renderRelated(OLDER, 'vi')).toEqual([]);
});

test('marks that the reader must know stand by themselves', () => {
  const findings = [
    { code: 'documents-unsigned', title: 'Không tệp nào có chữ ký số' },
    { code: 'date-format', title: 'Ngày' },
  ].map((finding) => ({ ...finding, severity: 'warning' as const, facts: {}, detail: '', actor: 'none' as const }));
  expect(renderMarks({ findings })).toEqual(['! Không tệp nào có chữ ký số', '']);
  expect(renderMarks({ findings: findings.slice(1) })).toEqual([]);
  expect(renderMarks(OLDER)).toEqual([]);
});
