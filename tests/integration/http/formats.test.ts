// A message asked for in another form than it came in.

import { createHash } from 'node:crypto';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Attachment } from '../../../src/core/message/message.ts';
import { readJsonForm } from '../../../src/core/formats/json/read.ts';
import { withArchive } from '../../support/agency-packages.ts';
import { request, expectProblem, tokenOf } from '../../support/http.ts';
import {
  DELIVERY,
  DOCUMENT,
  FOREIGN_DELIVERY,
  MESSAGE,
  SHA256,
  startTestGateway,
  UNKNOWN,
  type TestGateway,
} from '../../support/gateway-http.ts';

let gateway: TestGateway;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const id of ['sender-system', 'receiver-system']) tokens[id] = await tokenOf(gateway, id);
});
afterAll(() => gateway.stop());

const call = (where: string, as = 'sender-system', headers: Record<string, string> = {}) =>
  request(gateway, where, { headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, ...headers } });

const OWN = `/v1/messages/${MESSAGE}/package`;
const DELIVERED = `/v1/deliveries/${DELIVERY}/package`;

describe.each([
  ['to the sender', OWN, 'sender-system', MESSAGE],
  ['to the addressee', DELIVERED, 'receiver-system', MESSAGE],
])('as JSON %s', (_who, path, as, message) => {
  test('the message and its files, streamed', async () => {
    const answer = await call(`${path}?format=json`, as);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('content-length')).toBeNull();
    expect(answer.headers.get('accept-ranges')).toBe('none');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="${message}.json"; filename*=UTF-8''1-UBND.json`,
    );
    const read = readJsonForm(Buffer.from(answer.text));
    const { attachments, ...document } = DOCUMENT;
    expect(read.ok && read.value.draft.message).toMatchObject(document);
    expect(read.ok && read.value.draft.files).toMatchObject(filesOf(attachments));
    expect((await call(`${path}?format=json`, as)).text).toBe(answer.text);
  });

  test('is known again by its entity tag, and audited by its form', async () => {
    const rows = gateway.audit.length;
    const first = await raw(`${path}?format=json`, as, 'HEAD');
    const etag = first.headers.etag ?? '';
    expect([first.status, first.body.length, etag]).toEqual([200, 0, `W/"${SHA256}.json"`]);
    expect((await call(`${path}?format=json`, as, { 'If-None-Match': etag })).status).toBe(304);
    expect((await call(path, as, { 'If-None-Match': etag })).status).toBe(200);
    expect(gateway.audit.slice(rows).map(({ details }) => details)).toEqual([
      { part: 'package as json' },
      { part: 'package as json' },
      { part: 'package' },
    ]);
  });

  test('a range is not known before it is made: the whole is sent', async () => {
    const answer = await call(`${path}?format=json`, as, { Range: 'bytes=0-3' });
    expect([answer.status, JSON.parse(answer.text) !== null]).toEqual([200, true]);
  });
});

test('as an agency package, with nothing lost', async () => {
  const { status, headers, body } = await raw(`${OWN}?format=agency`, 'sender-system');
  expect([status, headers['content-type'], headers['lienthong-losses']]).toEqual([200, 'application/zip', undefined]);
  await withArchive(body, (opened) => {
    const { attachments, ...document } = DOCUMENT;
    expect(opened.ok && opened.value.draft.message).toEqual(document);
    expect(opened.ok && opened.value.draft.files).toMatchObject(filesOf(attachments));
  });
});

test('the hash of what was sent follows it', async () => {
  const { trailers, body } = await raw(`${OWN}?format=json`, 'sender-system');
  const digest = createHash('sha256').update(body).digest('base64');
  expect(trailers['repr-digest']).toBe(`sha-256=:${digest}:`);
});

test.each([
  [
    'of another organisation',
    `/v1/deliveries/${FOREIGN_DELIVERY}/package?format=json`,
    'receiver-system',
    404,
    'not-found',
  ],
  ['that does not exist', `/v1/messages/${UNKNOWN}/package?format=json`, 'sender-system', 404, 'not-found'],
  ['in no form we have', `${OWN}?format=pdf`, 'sender-system', 400, 'filter-invalid'],
])('a message %s', async (_what, path, as, status, code) => {
  expectProblem(await call(path, as), status, code);
});

test.each([
  ['?format=json', 'application/json', 200],
  ['?format=json', 'application/*', 200],
  ['?format=json', 'application/xml', 406],
  ['?format=edxml', 'application/json', 406],
  ['', 'application/xml', 200],
  ['', 'application/json', 406],
  ['', 'text/plain', 406],
])('package%s with Accept: %s → %i', async (query, accept, status) => {
  expect((await call(`${OWN}${query}`, 'sender-system', { Accept: accept })).status).toBe(status);
});

/** The entry of an archive of one entry is the file. */
function filesOf(attachments: readonly Attachment[]) {
  return attachments.map(({ attachmentName, opened, ...own }) => {
    const { size, sha256 } = opened ?? own;
    return { attachmentName, size, sha256 };
  });
}

interface Raw {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
}

function raw(path: string, as: string, method = 'GET'): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const headers = { Host: 'gateway.test', Authorization: `Bearer ${tokens[as] ?? ''}` };
    http
      .request({ port: gateway.port, path, method, headers }, (response) => {
        const { statusCode: status, headers: sent } = response;
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () =>
          resolve({ status, headers: sent, trailers: response.trailers, body: Buffer.concat(pieces) }),
        );
      })
      .on('error', reject)
      .end();
  });
}
