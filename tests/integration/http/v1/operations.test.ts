// What each operation answers, held against the schema its OpenAPI description shows.

import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { ProblemAnswer } from '../../../../src/api/problem.ts';
import { OPERATIONS, type OperationId } from '../../../../src/http/v1/operations.ts';
import type { Received } from '../../../../src/gateway/receive/receive.ts';
import type { Submission } from '../../../../src/gateway/receive/submission.ts';
import {
  DELIVERY,
  NOTICE,
  FILE,
  MESSAGE,
  UNKNOWN,
  PACKAGE,
  received,
  SHA256,
  startTestGateway,
  WRAPPED,
  type TestGateway,
} from '../../../support/gateway-http.ts';
import { expectProblem, request, tokenOf, type Plain } from '../../../support/http.ts';

let gateway: TestGateway;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const client of ['sender-system', 'receiver-system', 'hub-system'])
    tokens[client] = await tokenOf(gateway, client);
});

afterAll(() => gateway.stop());

afterEach(() => {
  gateway.answer.next = undefined;
  gateway.content.large = undefined;
});

interface Init extends Omit<RequestInit, 'headers'> {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function call(path: string, { as = 'sender-system', headers = {}, ...init }: Init = {}): Promise<Plain> {
  return request(gateway, path, { ...init, headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, ...headers } });
}

const post = (path: string, body: unknown, as: string): Promise<Plain> =>
  call(path, { as, method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** The answer's JSON, after it was found to be exactly what the operation says it is. */
function checked(id: OperationId, answer: Plain): Record<string, unknown> {
  const answers: Readonly<Record<number, { readonly schema?: z.ZodType }>> = OPERATIONS[id].spec.answers;
  const schema = answers[answer.status]?.schema;
  expect({ id, status: answer.status, described: schema !== undefined }).toEqual({
    id,
    status: answer.status,
    described: true,
  });
  schema?.parse(answer.json);
  return answer.json as Record<string, unknown>;
}

describe('reading', () => {
  test('getMessage shows deliveries, names and problems in words', async () => {
    const body = checked('getMessage', await call(`/v1/messages/${MESSAGE}`));
    expect(body).toMatchObject({
      code: '1/UBND',
      summary: { arrived: 0, handedOver: 0, total: 1 },
      deliveries: [{ organisationName: 'UBND xã Đầu Tiên', problem: { code: 'receiver-unreachable' } }],
    });
  });

  test('getMessageTrace says each line in the language asked for', async () => {
    const vi = checked('getMessageTrace', await call(`/v1/messages/${MESSAGE}/trace`));
    const en = checked(
      'getMessageTrace',
      await call(`/v1/messages/${MESSAGE}/trace`, { headers: { 'Accept-Language': 'en' } }),
    );
    const titles = (body: Record<string, unknown>) =>
      (body['timeline'] as { title: string }[]).map(({ title }) => title);
    expect(titles(vi)[2]).toBe('Nơi nhận báo trạng thái xử lý: 03, đã tiếp nhận');
    expect(titles(en)[0]).toBe('The gateway accepted the package');
    expect(titles(en)[1]).toMatch(/^Sent to the recipient's system\. .+/);
  });

  test('getMessageReportPdf gives the report on paper to every viewer of the message', async () => {
    const answer = await call(`/v1/messages/${MESSAGE}/report.pdf`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.text).toMatch(/^%PDF-/);
    expect((await call(`/v1/messages/${UNKNOWN}/report.pdf`)).status).toBe(404);
  });

  test('getMessageEvidence gives the container of a message to its sender and addressees', async () => {
    const answer = await call(`/v1/messages/${MESSAGE}/evidence`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/vnd.etsi.asic-e+zip');
    expect(answer.headers.get('content-disposition')).toContain(`${MESSAGE}.asice`);
    expect(answer.text).toBe(`evidence of ${SHA256}`);
    expect(gateway.audit.at(-1)).toMatchObject({ act: 'message.read', object: MESSAGE, details: { part: 'evidence' } });
    expect((await call(`/v1/messages/${UNKNOWN}/evidence`)).status).toBe(404);
  });

  test('getMessageReport gives findings their texts, and says which of them decided', async () => {
    const body = checked('getMessageReport', await call(`/v1/messages/${MESSAGE}/report`));
    expect(body['cause']).toEqual((body['findings'] as unknown[])[1]);
    expect(body['cause']).toMatchObject({ code: 'revocation-stale' });
    expect((body['findings'] as { title: string }[])[0]?.title).not.toBe('');
  });

  test('listOrganizations finds without accents and case, literally, and says who can receive', async () => {
    const find = async (query: string) => {
      const body = checked('listOrganizations', await call(`/v1/organizations?query=${encodeURIComponent(query)}`));
      return (body['organisations'] as { code: string; receives: boolean }[]).map(
        ({ code, receives }) => `${code} ${receives}`,
      );
    };
    expect(await find('dau tien')).toEqual(['H99.2 true']);
    expect(await find('XÃ')).toEqual(['H99.2 true', 'H99.3 false']);
    expect(await find('000.00.00.h99.1')).toEqual(['H99.1 true']);
    for (const literal of ['%', '_', '\\', '.*', '(a+)+$']) expect(await find(literal)).toEqual([]);
    expectProblem(await call(`/v1/organizations?query=${'a'.repeat(5000)}`), 400, 'filter-invalid');
  });

  test.each(['0', '-1', '1e9', '1000000000', 'abc', '10.5', ''])('limit=%s (P5)', async (limit) => {
    for (const path of ['/v1/organizations', '/v1/inbox']) {
      expectProblem(await call(`${path}?limit=${limit}`, { as: 'receiver-system' }), 400, 'filter-invalid');
    }
  });

  test('listKeys, getHealth, getReadiness, getMetrics ask for no token', async () => {
    const keys = checked('listKeys', await request(gateway, '/v1/keys'));
    const [current, previous, next] = keys['keys'] as Record<string, unknown>[];
    expect(current?.['publicKey']).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    expect(current).toMatchObject({ current: true, validFrom: '2026-01-01T00:00:00.000Z' });
    expect(current).not.toHaveProperty('validTo');
    expect(previous).toMatchObject({ current: false, validTo: '2026-02-01T00:00:00.000Z' });
    expect(next).toMatchObject({ current: false });
    expect(next).not.toHaveProperty('validFrom');
    checked('getHealth', await request(gateway, '/healthz'));
    checked('getReadiness', await request(gateway, '/readyz'));
    const metrics = await request(gateway, '/metrics');
    expect(metrics.text).toContain('lienthong_http_requests_total');
    expect(metrics.text).not.toMatch(new RegExp(`${MESSAGE}|sender-system`));
  });

  test('issueToken and submitMessage answer as described', async () => {
    const token = await request(gateway, '/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'sender-system',
        client_secret: 'a-secret-of-32-bytes-for-the-test',
      }),
    });
    checked('issueToken', token);
    checked(
      'submitMessage',
      await call('/v1/messages', { method: 'POST', headers: { 'Content-Type': 'application/xml' }, body: '<once/>' }),
    );
  });
});

describe('package bytes', () => {
  const path = `/v1/messages/${MESSAGE}/package`;

  test('are exact, carry their hash, and reading them is audited', async () => {
    const rows = gateway.audit.length;
    const answer = await call(path);
    expect(createHash('sha256').update(answer.text).digest('hex')).toBe(SHA256);
    expect(answer.headers.get('etag')).toBe(`"${SHA256}"`);
    expect(answer.headers.get('digest')).toBe(`sha-256=${Buffer.from(SHA256, 'hex').toString('base64')}`);
    expect(gateway.audit.slice(rows)).toEqual([
      {
        actor: 'client:sender-system',
        act: 'message.read',
        object: MESSAGE,
        outcome: 'ok',
        details: { part: 'package' },
      },
    ]);
    expect((await call(path, { headers: { 'If-None-Match': `"${SHA256}"` } })).status).toBe(304);
  });

  test.each([
    ['bytes=0-3', 206, 0, 4],
    ['bytes=5-', 206, 5, PACKAGE.length],
    ['bytes=-4', 206, PACKAGE.length - 4, PACKAGE.length],
    ['bytes=0-999999', 206, 0, PACKAGE.length],
    ['bytes=3-1', 200, 0, PACKAGE.length],
    ['lines=1-2', 200, 0, PACKAGE.length],
    [`bytes=${Array.from({ length: 1000 }, (_, n) => `${n}-${n}`).join(',')}`, 200, 0, PACKAGE.length],
  ])('Range: %.20s → %i (H48)', async (range, status, start, end) => {
    for (const [where, as] of [
      [path, 'sender-system'],
      [`/v1/deliveries/${DELIVERY}/package`, 'receiver-system'],
    ] as const) {
      const answer = await call(where, { as, headers: { Range: range } });
      expect([answer.status, answer.text]).toEqual([status, PACKAGE.subarray(start, end).toString()]);
      expect(answer.headers.get('content-range')).toBe(
        status === 206 ? `bytes ${start}-${end - 1}/${PACKAGE.length}` : null,
      );
    }
  });

  test('a range beyond the end, and one for other bytes', async () => {
    const answer = await call(path, { headers: { Range: 'bytes=99999-' } });
    expectProblem(answer, 416, 'range-not-satisfiable');
    expect(answer.headers.get('content-range')).toBe(`bytes */${PACKAGE.length}`);
    expect((await call(path, { headers: { Range: 'bytes=0-3', 'If-Range': '"other"' } })).status).toBe(200);
  });

  test('large ones come from the content store, whole and in part', async () => {
    gateway.content.large = Buffer.alloc(3_000_000, 'abcdefghij');
    const delivery = `/v1/deliveries/${DELIVERY}/package`;
    const whole = await call(delivery, { as: 'receiver-system' });
    expect(whole.text.length).toBe(3_000_000);
    const part = await call(delivery, { as: 'receiver-system', headers: { Range: 'bytes=1000000-2000000' } });
    expect([part.status, part.text.length, part.text[0]]).toEqual([206, 1_000_001, 'a']);
  });

  test('an attachment is decoded, named and never shown', async () => {
    const response = await fetch(`${gateway.url}/v1/messages/${MESSAGE}/attachments/0`, {
      headers: { Authorization: `Bearer ${tokens['sender-system'] ?? ''}` },
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(FILE)).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="attachment"; filename*=UTF-8''C%C3%B4ng%20v%C4%83n%20%22s%E1%BB%91%201%22.pdf`,
    );
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  describe('a file that came in an archive of its own', () => {
    const path = `/v1/messages/${MESSAGE}/attachments/1`;
    const given = (query: string, method = 'GET') =>
      fetch(`${gateway.url}${path}${query}`, {
        method,
        headers: { Authorization: `Bearer ${tokens['sender-system'] ?? ''}` },
      });

    test.each([
      ['', FILE, 'application/pdf'],
      ['?wrapped=false', FILE, 'application/pdf'],
      ['?wrapped=true', WRAPPED, 'application/zip'],
    ])('asked for with %j', async (query, expected, mediaType) => {
      const response = await given(query);
      expect(Buffer.from(await response.arrayBuffer()).equals(expected)).toBe(true);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': mediaType,
        'content-length': `${expected.length}`,
        'content-disposition': `attachment; filename="attachment"; filename*=UTF-8''Ph%E1%BB%A5%20l%E1%BB%A5c.doc`,
        etag: `"${createHash('sha256').update(expected).digest('hex')}"`,
      });
      const head = await given(query, 'HEAD');
      expect([head.status, head.headers.get('content-length')]).toEqual([200, `${expected.length}`]);
    });

    test.each(['?wrapped=1', '?wrapped=', '?wrapped=TRUE', '?unwrapped=true'])('%s is refused', async (query) => {
      expectProblem(await call(`${path}${query}`), 400, 'filter-invalid');
    });
  });
});

describe('inbox', () => {
  const inbox = async (query = '', as = 'receiver-system') => {
    const body = checked('readInbox', await call(`/v1/inbox${query}`, { as }));
    return { entries: body['entries'] as { delivery: string }[], cursor: body['cursor'] as string };
  };

  test('pages on by its cursor, and the same page comes again', async () => {
    const first = await inbox();
    expect(first.entries.map(({ delivery }) => delivery)).toEqual([DELIVERY]);
    const second = await inbox(`?cursor=${first.cursor}`);
    expect(second.entries).toEqual([]);
    expect((await inbox(`?cursor=${second.cursor}`)).entries).toEqual([]);
    expect((await inbox()).entries).toHaveLength(1);
  });

  test('an empty inbox gives a cursor that still finds what comes', async () => {
    const { cursor, entries } = await inbox('', 'hub-system');
    expect(entries).toEqual([]);
    expect((await inbox(`?cursor=${cursor}`, 'hub-system')).entries).toEqual([]);
  });

  test('a cursor with any byte changed is refused (P1)', async () => {
    const { cursor } = await inbox();
    for (let at = 0; at < cursor.length; at += 1) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expectProblem(await call(`/v1/inbox?cursor=${changed}`, { as: 'receiver-system' }), 400, 'cursor-invalid');
    }
  });

  test.each(['', 'x', 'a'.repeat(44), '%E1%BB%91'])('%s is no cursor', async (cursor) => {
    expectProblem(await call(`/v1/inbox?cursor=${cursor}`, { as: 'receiver-system' }), 400, 'cursor-invalid');
  });

  test("another connection's cursor (P2)", async () => {
    const { cursor } = await inbox();
    expectProblem(await call(`/v1/inbox?cursor=${cursor}`, { as: 'hub-system' }), 400, 'cursor-invalid');
  });

  test('waits for an entry, and no longer than told', async () => {
    const { cursor } = await inbox();
    expect((await inbox(`?cursor=${cursor}&wait=1`)).entries).toEqual([]);
    const waiting = inbox(`?cursor=${cursor}&wait=30`);
    const [known] = gateway.inbox;
    gateway.inbox.push({ ...known!, seq: 2n });
    expect((await waiting).entries).toHaveLength(1);
    gateway.inbox.pop();
  });

  test('many at once get the same (P14)', async () => {
    const pages = await Promise.all(Array.from({ length: 50 }, () => inbox()));
    expect(new Set(pages.map(({ entries }) => JSON.stringify(entries))).size).toBe(1);
  });

  test('wait over 30 is refused', async () => {
    expectProblem(await call('/v1/inbox?wait=31', { as: 'receiver-system' }), 400, 'filter-invalid');
  });
});

describe('acknowledging', () => {
  const path = `/v1/deliveries/${DELIVERY}/ack`;

  test('by the right hash, in either case, again and again (P12)', async () => {
    for (const sha256 of [SHA256, SHA256.toUpperCase(), SHA256]) {
      const body = checked('acknowledgeDelivery', await post(path, { sha256 }, 'receiver-system'));
      expect(body).toEqual({
        delivery: DELIVERY,
        transport: 'arrived',
        acknowledgedAt: gateway.clock.at.toISOString(),
      });
    }
  });

  test('a wrong hash (P11)', async () => {
    expectProblem(await post(path, { sha256: '0'.repeat(64) }, 'receiver-system'), 409, 'ack-hash-mismatch');
  });
});

describe('results of documents delivered unchecked', () => {
  const path = `/v1/notices/${NOTICE}/ack`;
  const take = (to: string, as: string): Promise<Plain> => call(to, { as, method: 'POST' });

  test.each([
    ['receiver-system', [NOTICE]],
    ['hub-system', []],
  ])('%s finds its own with its inbox', async (as, expected) => {
    const { notices } = checked('readInbox', await call('/v1/inbox', { as })) as { notices: { notice: string }[] };
    expect(notices.map(({ notice }) => notice)).toEqual(expected);
  });

  test('are taken, and taken again', async () => {
    for (const as of ['receiver-system', 'receiver-system']) {
      expect(checked('acknowledgeNotice', await take(path, as))).toEqual({ notice: NOTICE });
    }
  });

  test.each([
    ['of another connection', path, 'hub-system'],
    ['of no id', '/v1/notices/x/ack', 'receiver-system'],
  ])('one %s is not found', async (_whose, to, as) => {
    expectProblem(await take(to, as), 404, 'not-found');
  });
});

describe('statuses and recall', () => {
  const path = `/v1/deliveries/${DELIVERY}/statuses`;
  const heard: { text: string; connection: string }[] = [];

  /** Takes the package and remembers what it says. */
  async function hear(submission: Submission): Promise<{ ok: true; value: Received }> {
    const pieces: Buffer[] = [];
    for await (const piece of submission.body) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    heard.push({ text: bytes.toString(), connection: submission.connection });
    return { ok: true, value: received(createHash('sha256').update(bytes).digest('hex'), bytes.length, false) };
  }

  test('a status becomes a package from the addressee to the sender', async () => {
    gateway.answer.next = hear;
    const answer = await post(
      path,
      { code: '03', description: 'Đã vào sổ', staff: { staff: 'Văn thư' } },
      'receiver-system',
    );
    expect(checked('recordStatus', answer)).toEqual({ id: MESSAGE, delivery: DELIVERY, code: '03' });
    expect(answer.status).toBe(202);
    const { text, connection } = heard.at(-1)!;
    expect(connection).toBe('receiver');
    for (const part of ['H99.2<', 'H99.1<', '1/UBND', '>03<', 'Đã vào sổ', 'Văn thư', '2026/03/02 08:00:00'])
      expect(text).toContain(part);
  });

  test('what was said before is answered with 200 (R12)', async () => {
    gateway.answer.next = () => Promise.resolve({ ok: true, value: received(SHA256, 1, true) });
    expect((await post(path, { code: '03' }, 'receiver-system')).status).toBe(200);
  });

  test.each(['99', '1', ' 01', '13', '07', ''])('code “%s” is none of an addressee (R10)', async (code) => {
    const answer = await post(path, { code }, 'receiver-system');
    expectProblem(answer, 422, 'status-code-unknown');
    expect(ProblemAnswer.parse(JSON.parse(answer.text)).facts).toEqual({
      statusCode: code,
      allowed: '01, 02, 03, 04, 05, 06, 15, 16',
    });
  });

  test.each([undefined, '', '  '])('02 without a reason (R16)', async (description) => {
    expectProblem(await post(path, { code: '02', description }, 'receiver-system'), 422, 'field-missing');
  });

  test('a status for a document this agency did not receive (R9)', async () => {
    expectProblem(await post(path, { code: '03' }, 'hub-system'), 404, 'not-found');
  });

  test('a refusal of the use case is the answer (R15)', async () => {
    gateway.answer.next = () => Promise.resolve({ ok: false, code: 'date-invalid', facts: { field: 'Timestamp' } });
    expectProblem(await post(path, { code: '03' }, 'receiver-system'), 422, 'date-invalid');
  });

  test('a recall becomes one status 13 for each addressee', async () => {
    gateway.answer.next = hear;
    const answer = await post(`/v1/messages/${MESSAGE}/recall`, { reason: 'Gửi nhầm' }, 'sender-system');
    expect(checked('recallMessage', answer)).toEqual({ messages: [{ id: MESSAGE, organisation: 'H99.2' }] });
    for (const part of ['>13<', 'Gửi nhầm', 'H99.1<', 'H99.2<']) expect(heard.at(-1)!.text).toContain(part);
  });

  test('a recall names addressees of the document, by any of their codes, and a reason', async () => {
    gateway.answer.next = hear;
    const recall = (body: unknown) => post(`/v1/messages/${MESSAGE}/recall`, body, 'sender-system');
    expect((await recall({ reason: 'Gửi nhầm', organisations: ['000.00.00.H99.2'] })).status).toBe(202);
    expectProblem(await recall({ reason: 'Gửi nhầm', organisations: ['H99.3'] }), 422, 'recipient-unknown');
    expectProblem(await recall({ reason: ' ' }), 422, 'field-missing');
    expectProblem(await recall({}), 400, 'schema-invalid');
  });
});
