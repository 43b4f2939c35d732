// Answers that no HTTP server of good will gives. Whatever comes, a try ends by itself.

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { connect } from '../../../adapters/http-push/client.ts';
import { openHttp } from '../../../src/drivers/http-client.ts';
import type { Parcel } from '../../../src/ports/adapter.ts';

const CONTENT = Buffer.from('<edXML/>');

const PARCEL: Parcel = {
  mediaType: 'application/xml',
  transmission: '01935b3a-0000-7000-8000-000000000001',
  message: '01935b3a-0000-7000-8000-000000000002',
  kind: 'new',
  sender: 'H99.12',
  documentId: 'H99.12,2026/11/20,15/UBND-VP',
  urgent: false,
  sha256: 'ab'.repeat(32),
  size: CONTENT.length,
  attempt: 1,
  deliveries: [{ id: '01935b3a-0000-7000-8000-000000000003', organisation: 'H99.13' }],
  unchecked: false,
  verdict: 'passed',
  referenceOnly: false,
  open: () => Promise.resolve(CONTENT),
};

test.each([
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n',
    'receiver-error',
  ],
  ['the same without its headers', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'receiver-error'],
  ['no HTTP at all', 'hello\r\n\r\n', 'receiver-unreachable'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 'receiver-unreachable'],
  ['headers without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 'receiver-unreachable'],
  ['less than it promised', 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}', 'receiver-timeout'],
])('%s', async (_, reply, code) => {
  const receiver = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.write(reply));
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  const sender = connect({ url: `http://127.0.0.1:${port}/`, timeoutSeconds: 1 }, openHttp);
  try {
    expect(await sender.send(PARCEL, new AbortController().signal)).toMatchObject({ kind: 'retry', code });
  } finally {
    await sender.close();
    receiver.close();
  }
});
