// Acceptances as the use case would make them, for tests of the record alone: no signature in them is checked.

import { createHash, randomBytes } from 'node:crypto';
import type { DocumentMessage, StatusCode, StatusMessage } from '../../src/core/message/message.ts';
import type { Report } from '../../src/core/verify/report.ts';
import { newId } from '../../src/drivers/ids.ts';
import type { Acceptance, NewDelivery, NewTransmission } from '../../src/ports/messages.ts';

/** An addressee: its organisation, the connection that receives for it, and how. */
export interface To {
  readonly organisation: string;
  readonly connection: string;
  readonly direction: 'push' | 'pull';
}

export const PUSHED: To = { organisation: 'H99.12.01', connection: 'xa-mot', direction: 'push' };
export const PULLED: To = { organisation: 'H99.12.02', connection: 'xa-hai', direction: 'pull' };

/** Takes three transmissions at once. */
export const NARROW: To = { organisation: 'H99.12.03', connection: 'xa-ba', direction: 'push' };

/** A registry file with the sender and the addressees. */
export const REGISTRY = {
  connections: [
    { id: 'huyen', name: 'Huyện Mẫu', adapter: 'inbox', sendsFor: ['H99.12'], receivesFor: ['H99.12'] },
    {
      id: 'xa-mot',
      name: 'Xã Một',
      adapter: 'http-push',
      settings: { url: 'http://127.0.0.1:9/' },
      sendsFor: ['H99.12.01'],
      receivesFor: ['H99.12.01'],
      concurrency: 100,
    },
    {
      id: 'xa-ba',
      name: 'Xã Ba',
      adapter: 'http-push',
      settings: { url: 'http://127.0.0.1:9/' },
      receivesFor: ['H99.12.03'],
      concurrency: 3,
    },
    { id: 'xa-hai', name: 'Xã Hai', adapter: 'inbox', sendsFor: ['H99.12.02'], receivesFor: ['H99.12.02'] },
  ],
  organisations: [
    { code: 'H99.12', name: 'UBND huyện Mẫu', receivingConnection: 'huyen', aliases: ['000.00.12.H99'] },
    { code: 'H99.12.01', name: 'UBND xã Một', receivingConnection: 'xa-mot' },
    { code: 'H99.12.03', name: 'UBND xã Ba', receivingConnection: 'xa-ba' },
    { code: 'H99.12.02', name: 'UBND xã Hai', receivingConnection: 'xa-hai' },
  ],
} as const;

const REPORT: Report = {
  verdict: 'passed',
  instant: '2026-11-20T01:02:03.000Z',
  profile: 'strict',
  checks: [{ name: 'package-signature', result: 'passed' }],
  findings: [],
  signer: null,
  revocation: [],
  proofs: [],
  documents: [],
  profileDates: { validFrom: null, validTo: null },
};

/** A new document with a DocumentId of its own, to both addressees unless told otherwise. */
export function acceptance(
  registryVersion: number,
  over: Partial<Acceptance> & { readonly to?: readonly To[]; readonly documentId?: string } = {},
): Acceptance {
  const { to = [PUSHED, PULLED], documentId = `H99.12-${randomBytes(6).toString('hex')}`, ...rest } = over;
  const bytes = rest.inline ?? randomBytes(1_024);
  return {
    ...skeleton(registryVersion, documentMessage(documentId, to), to, `["document","H99.12","${documentId}"]`),
    identity: `["new","H99.12","${documentId}"]`,
    inline: bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    ...rest,
  };
}

/** A revocation, update or replacement of one document, under its DocumentId. */
export function actingAcceptance(
  registryVersion: number,
  kind: 'revoke' | 'update' | 'replace',
  target: Acceptance,
  over: Parameters<typeof acceptance>[1] = {},
): Acceptance {
  if (target.message.kind === 'status') throw new Error('a status is no target');
  const { documentId } = target.message;
  const one = acceptance(registryVersion, { documentId, ...over });
  const { message, sha256 } = one;
  return {
    ...one,
    message: { ...message, kind } as DocumentMessage,
    identity: `["${kind}","H99.12","${documentId}","${sha256}"]`,
    act: { kind, documents: [documentId], messages: [target.id], ...over.act },
  };
}

/** A status of `organisation`, whose connection is `connection`, about a delivery of the document `documentId`. */
export function statusAcceptance(
  registryVersion: number,
  delivery: string,
  documentId: string,
  code: StatusCode,
  from: To = PUSHED,
): Acceptance {
  const bytes = randomBytes(256);
  const message: StatusMessage = {
    kind: 'status',
    from: { organId: from.organisation },
    responseFor: { organId: 'H99.12', code: '12/UBND', documentId },
    statusCode: code,
    timestamp: '2026-11-20T08:02:03',
  };
  const to: To = { organisation: 'H99.12', connection: 'huyen', direction: 'pull' };
  return {
    ...skeleton(registryVersion, message, [to], `["status","${from.organisation}","${documentId}"]`),
    connection: from.connection,
    sender: from.organisation,
    identity: `["status","${documentId}","${code}","${bytes.toString('hex', 0, 8)}"]`,
    inline: bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    effect: { delivery, code, statedAt: message.timestamp, origin: 'organisation' },
  };
}

function skeleton(
  registryVersion: number,
  message: DocumentMessage | StatusMessage,
  to: readonly To[],
  orderKey: string,
): Omit<Acceptance, 'identity' | 'sha256' | 'size'> {
  const receivedAt = new Date();
  const id = newId(receivedAt);
  const deliveries: NewDelivery[] = [];
  const transmissions: NewTransmission[] = [];
  for (const { organisation, connection, direction } of to) {
    let transmission = transmissions.find((one) => one.connection === connection);
    if (transmission === undefined) {
      transmission = { id: newId(receivedAt), connection, direction };
      transmissions.push(transmission);
    }
    deliveries.push({ id: newId(receivedAt), organisation, transmission: transmission.id, orderKey });
  }
  return {
    id,
    message,
    connection: 'huyen',
    sender: 'H99.12',
    issuer: 'H99.12',
    receivedAt,
    verdict: 'passed',
    disposition: 'accepted',
    urgent: false,
    report: REPORT,
    findings: [],
    receipt: { body: Buffer.from(`{"message":"${id}"}`), signature: randomBytes(70), keyId: 'ab'.repeat(32) },
    deliveries,
    transmissions,
    registryVersion,
    audit: [{ actor: 'client:huyen', act: 'message.accept', object: id, outcome: 'ok', details: { size: 1_024 } }],
  };
}

function documentMessage(documentId: string, to: readonly To[]): DocumentMessage {
  return {
    kind: 'new',
    from: { organId: 'H99.12', organName: 'UBND huyện Mẫu' },
    to: to.map(({ organisation }) => ({ organId: organisation })),
    documentId,
    code: { codeNumber: '12', codeNotation: 'UBND' },
    promulgationInfo: { promulgationDate: '2026-11-19' },
    documentType: { type: 2 },
    subject: 'Về việc chuẩn bị hội nghị',
    otherInfo: {},
    responseFor: [],
    toPlaces: [],
    traceHeaders: [],
    attachments: [],
  };
}
