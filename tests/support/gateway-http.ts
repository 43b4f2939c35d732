// The HTTP face on a real port, over a record kept in memory that has just what the face asks for. What the record itself
// promises is proved elsewhere; here it only gives answers to be shown.

import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import type { HttpLimits } from '../../src/config/config.ts';
import { refuse, ok, type Result } from '../../src/core/problems/finding.ts';
import { OneFileReader } from '../../src/core/archive/one-file.ts';
import type { Attachment, DocumentMessage } from '../../src/core/message/message.ts';
import { ProblemError } from '../../src/core/problems/problem-error.ts';
import { SCOPES } from '../../src/core/registry/scopes.ts';
import type { Client, Connection, Organisation, Registry } from '../../src/core/registry/registry.ts';
import { machine } from '../../src/drivers/machine.ts';
import type { V1Ports } from '../../src/http/v1/interface.ts';
import type { Notice } from '../../src/ports/notices.ts';
import type { AuditEntry } from '../../src/ports/audit.ts';
import type { InboxEntry } from '../../src/ports/inbox.ts';
import type { MessageView, TraceLine } from '../../src/ports/messages.ts';
import type { Store } from '../../src/ports/record.ts';
import type { Received } from '../../src/gateway/receive/receive.ts';
import type { Submission } from '../../src/gateway/receive/submission.ts';
import { wrapped } from './archive.ts';
import { startFace } from './gateway.ts';

export const SECRET = 'a-secret-of-32-bytes-for-the-test';
export const MESSAGE = '01890000-0000-7000-8000-000000000001';
export const DELIVERY = '01890000-0000-7000-8000-0000000000d1';
export const FOREIGN_DELIVERY = '01890000-0000-7000-8000-0000000000d2';
export const NOTICE = '01890000-0000-7000-8000-0000000000e1';
export const UNKNOWN = '01890000-0000-7000-8000-00000000ffff';
export const FILE = Buffer.from('%PDF-1.7 nội dung mẫu, đủ dài để chia thành nhiều đoạn');
const ENCODED = (FILE.toString('base64').match(/.{1,20}/g) ?? []).join('\r\n');
/** The same file in an archive of its own. */
export const WRAPPED = wrapped(FILE);
const ENCODED_WRAPPED = WRAPPED.toString('base64');
export const PACKAGE = Buffer.from(`<edXML><file>${ENCODED}</file><file>${ENCODED_WRAPPED}</file></edXML>`);
export const SHA256 = createHash('sha256').update(PACKAGE).digest('hex');

export interface TestGateway {
  readonly port: number;
  readonly url: string;
  /** Moves the wall clock. */
  readonly clock: { at: Date };
  readonly submissions: {
    readonly submission: Omit<Submission, 'body'>;
    readonly bytes: number;
    readonly sha256: string;
  }[];
  readonly audit: AuditEntry[];
  readonly log: () => string;
  readonly tokenKey: KeyObject;
  readonly registry: { current: Registry };
  readonly inbox: InboxEntry[];
  readonly notices: Notice[];
  /** What the next submissions are answered with; accepted when unset. */
  readonly answer: { next: ((submission: Submission) => Promise<Result<Received>>) | undefined };
  readonly content: { large: Buffer | undefined };
  stop(): Promise<void>;
}

export async function startTestGateway(limits: Partial<HttpLimits> = {}): Promise<TestGateway> {
  const state: State = {
    clock: { at: new Date('2026-03-02T01:00:00Z') },
    submissions: [],
    audit: [],
    registry: { current: testRegistry() },
    inbox: [entry(1n, DELIVERY)],
    notices: [
      {
        id: NOTICE,
        message: MESSAGE,
        delivery: DELIVERY,
        connection: 'receiver',
        verdict: 'passed',
        madeAt: new Date('2026-03-02T00:30:00Z'),
      },
    ],
    answer: { next: undefined },
    content: { large: undefined },
  };
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const face = await startFace(
    {
      store: { ...fakeStore(state), keys: fakeKeys(publicKey) },
      content: { open: (_sha256, range) => openLarge(state.content.large, range) },
      signer: { keyId: KEY_ID },
      receive: (submission) => fakeReceive(submission, state),
      packEvidence: (_id, _viewer, { sha256 }) =>
        Promise.resolve(Readable.from([Buffer.from(`evidence of ${sha256}`)])),
    },
    { limits, world: { ...machine, now: () => state.clock.at } },
  );
  return { ...state, ...face, stop: () => face.stop(200) };
}

type State = Omit<TestGateway, 'port' | 'url' | 'stop' | 'tokenKey' | 'log'>;

async function fakeReceive(submission: Submission, state: State): Promise<Result<Received>> {
  if (state.answer.next !== undefined) return state.answer.next(submission);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of submission.body) {
    hash.update(chunk);
    bytes += chunk.length;
    if (chunk[0] === 0x21) return refuse('xml-not-well-formed', { offset: 0, reason: 'start' }, '/edXML');
  }
  const sha256 = hash.digest('hex');
  const { connection, client, idempotencyKey } = submission;
  const seen = state.submissions.some((earlier) => earlier.sha256 === sha256);
  state.submissions.push({
    submission: { connection, client, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
    bytes,
    sha256,
  });
  return ok(received(sha256, bytes, seen));
}

export function received(sha256: string, size: number, repeated: boolean): Received {
  return {
    repeated,
    id: MESSAGE,
    kind: 'new',
    documentId: 'H99,1,2026',
    verdict: 'passed',
    disposition: 'accepted',
    sha256,
    size,
    receivedAt: new Date('2026-03-02T01:00:00Z'),
    findings: [{ code: 'date-format', severity: 'warning', facts: { field: 'PromulgationDate' }, place: '/edXML' }],
    deliveries: [{ id: DELIVERY, organisation: 'H99.2' }],
    receipt: { body: Buffer.from('{}'), signature: Buffer.from([1]), keyId: 'k' },
  };
}

function openLarge(large: Buffer | undefined, range?: { start: number; end: number }): Promise<Readable> {
  if (large === undefined) return Promise.reject(new ProblemError('content-corrupt'));
  const bytes = range === undefined ? large : large.subarray(range.start, range.end + 1);
  return Promise.resolve(Readable.from(pieces(bytes), { objectMode: false }));
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

const organisation = (code: string, name: string, receivingConnection?: string): Organisation => ({
  code,
  name,
  aliases: [`000.00.00.${code}`],
  suspended: false,
  ...(receivingConnection === undefined ? {} : { receivingConnection }),
});

const connection = (id: string, role: Connection['role'], organisations: readonly string[]): Connection => ({
  id,
  name: id,
  adapter: 'inbox',
  settings: {},
  role,
  trust: { profile: 'strict', evidence: 'package' },
  sendsFor: organisations,
  receivesFor: organisations,
  issuers: organisations,
  paused: false,
  concurrency: 4,
});

const client = (id: string, of: string, scopes: readonly string[] = SCOPES): Client => ({
  id,
  connection: of,
  secretSha256: createHash('sha256').update(SECRET).digest('hex'),
  scopes,
  suspended: false,
});

export function testRegistry(): Registry {
  const organisations = [
    organisation('H99.1', 'UBND huyện Mẫu', 'sender'),
    organisation('H99.2', 'UBND xã Đầu Tiên', 'receiver'),
    organisation('H99.3', 'UBND xã Thứ Hai'),
  ];
  const connections = [
    connection('sender', 'endpoint', ['H99.1']),
    connection('receiver', 'endpoint', ['H99.2']),
    connection('hub', 'hub', ['H99.3']),
  ];
  const clients = [
    client('sender-system', 'sender'),
    client('receiver-system', 'receiver'),
    client('hub-system', 'hub'),
    client('reader', 'sender', ['status.read']),
    { ...client('suspended', 'sender'), suspended: true },
  ];
  return {
    version: 1,
    organisations: new Map(organisations.map((one) => [one.code, one])),
    codes: new Map(
      organisations.flatMap((one) => [one.code, ...one.aliases].map((alias) => [alias, one.code] as const)),
    ),
    connections: new Map(connections.map((one) => [one.id, one])),
    clients: new Map(clients.map((one) => [one.id, one])),
    enrolments: new Map(),
    anchors: [],
    intermediates: [],
    crls: [],
  };
}

export const DOCUMENT: DocumentMessage = {
  kind: 'new',
  from: { organId: 'H99.1', organName: 'UBND huyện Mẫu' },
  to: [{ organId: 'H99.2' }],
  documentId: 'H99.1,1,2026',
  code: { codeNumber: '1', codeNotation: 'UBND' },
  promulgationInfo: { promulgationDate: '2026-03-01' },
  documentType: {},
  subject: 'Về việc thử nghiệm',
  otherInfo: {},
  responseFor: [],
  toPlaces: [],
  traceHeaders: [],
  attachments: [
    {
      contentId: 'one',
      attachmentName: 'Công văn "số 1".pdf',
      mediaType: 'application/pdf',
      offset: PACKAGE.indexOf(ENCODED),
      encodedLength: ENCODED.length,
      size: FILE.length,
      sha256: createHash('sha256').update(FILE).digest('hex'),
    },
    {
      contentId: 'two',
      attachmentName: 'Phụ lục.doc',
      mediaType: 'application/zip',
      offset: PACKAGE.indexOf(ENCODED_WRAPPED),
      encodedLength: ENCODED_WRAPPED.length,
      size: WRAPPED.length,
      sha256: createHash('sha256').update(WRAPPED).digest('hex'),
      ...openedOf(WRAPPED),
    },
  ],
};

function openedOf(bytes: Buffer): Pick<Attachment, 'opened'> {
  const reader = new OneFileReader(bytes.length * 10);
  reader.feed(bytes);
  const reading = reader.end();
  if (reading.kind !== 'one') throw new Error(`not wrapped: ${reading.kind}`);
  return { opened: reading.file };
}

function messageView(): MessageView {
  return {
    id: MESSAGE,
    message: DOCUMENT,
    connection: 'sender',
    sender: 'H99.1',
    issuer: 'H99.1',
    sha256: SHA256,
    size: PACKAGE.length,
    receivedAt: new Date('2026-03-01T00:00:00Z'),
    verdict: 'passed',
    disposition: 'accepted',
    urgent: false,
    findings: [],
    receipt: { body: Buffer.from('{}'), signature: Buffer.from([1]), keyId: 'k' },
    deliveries: [
      {
        id: DELIVERY,
        organisation: 'H99.2',
        connection: 'receiver',
        transmission: '01890000-0000-7000-8000-0000000000f1',
        transport: 'retrying',
        business: { latest: null, furthest: null },
        recall: 'none',
        reach: null,
        attempts: 2,
        handedOverAt: null,
        arrivedAt: null,
        problem: { code: 'receiver-unreachable', facts: {} },
        nextAttemptAt: new Date('2026-03-02T02:00:00Z'),
        blockedBy: null,
      },
    ],
    related: { actsOn: [], actedOnBy: [], answers: [], answeredBy: [], previous: [], next: [] },
  };
}

function entry(seq: bigint, delivery: string): InboxEntry {
  return {
    seq,
    delivery,
    transmission: '01890000-0000-7000-8000-0000000000f1',
    message: MESSAGE,
    kind: 'new',
    organisation: 'H99.2',
    sender: 'H99.1',
    issuer: 'H99.1',
    documentId: DOCUMENT.documentId,
    subject: DOCUMENT.subject,
    urgent: false,
    unchecked: false,
    verdict: 'passed',
    referenceOnly: false,
    sha256: SHA256,
    size: PACKAGE.length,
    receivedAt: new Date('2026-03-01T00:00:00Z'),
    acknowledgedAt: null,
  };
}

const TRACE: readonly TraceLine[] = [
  {
    at: new Date('2026-03-01T00:00:00Z'),
    act: 'message.accept',
    actor: 'client:sender-system',
    delivery: null,
    organisation: null,
    outcome: 'ok',
    details: {},
  },
  {
    at: new Date('2026-03-01T00:00:01Z'),
    act: 'attempt',
    actor: 'worker',
    delivery: DELIVERY,
    organisation: 'H99.2',
    outcome: 'receiver-unreachable',
    details: {},
  },
  {
    at: new Date('2026-03-01T00:00:02Z'),
    act: 'status.record',
    actor: 'client:receiver-system',
    delivery: DELIVERY,
    organisation: 'H99.2',
    outcome: 'ok',
    details: { code: '03' },
  },
];

const KEY_ID = '0f'.repeat(32);

/** The key that signs, one that did, and one that will. */
function fakeKeys(publicKey: KeyObject): Store['keys'] {
  const used = { firstUsed: new Date('2026-01-01T00:00:00Z'), lastUsed: new Date('2026-02-01T00:00:00Z') };
  const key = { algorithm: 'ES256' as const, publicKey };
  return {
    announce: () => Promise.resolve(),
    use: () => Promise.resolve(),
    list: () =>
      Promise.resolve([
        { ...key, keyId: '0d'.repeat(32), ...used },
        { ...key, keyId: '0e'.repeat(32), firstUsed: null, lastUsed: null },
        { ...key, keyId: KEY_ID, ...used },
      ]),
  };
}

function fakeStore(state: State): Omit<V1Ports['store'], 'keys'> {
  const mine = <T>(id: string, viewer: { connection: string }, value: T): Promise<T | null> =>
    Promise.resolve(id === MESSAGE && ['sender', 'receiver'].includes(viewer.connection) ? value : null);
  const location = () => ({
    sha256: SHA256,
    size: state.content.large?.length ?? PACKAGE.length,
    inline: state.content.large === undefined ? PACKAGE : null,
  });
  const noted = <T>(found: T | null, audit: AuditEntry): T | null => {
    if (found !== null) state.audit.push(audit);
    return found;
  };
  const unused = (): never => {
    throw new Error('the HTTP face has no business here');
  };
  return {
    registry: { snapshot: () => Promise.resolve(state.registry.current) },
    messages: {
      accept: unused,
      acceptedBefore: unused,
      findDelivery: unused,
      knownMessages: unused,
      openQuestion: unused,
      record: (entries) => Promise.resolve(void state.audit.push(...entries)),
      message: (id, viewer) => mine(id, viewer, messageView()),
      trace: (id, viewer) => mine(id, viewer, TRACE),
      content: async (id, viewer, audit) => noted(await mine(id, viewer, location()), audit),
      report: (id, viewer) =>
        mine(id, viewer, {
          verdict: 'undecided' as const,
          instant: '2026-03-01T00:00:00.000Z',
          profile: 'strict',
          checks: [{ name: 'signature', result: 'passed' as const }],
          findings: [
            { code: 'enrolment-unchecked' as const, severity: 'info' as const, facts: {} },
            { code: 'revocation-stale' as const, severity: 'undecided' as const, facts: {} },
          ],
          signer: null,
          revocation: [],
          proofs: [],
          documents: [],
          profileDates: { validFrom: null, validTo: null },
        }),
      deliveryContent: (id, connectionId, audit) => {
        const own = id === DELIVERY && connectionId === 'receiver';
        return Promise.resolve(noted(own ? { ...location(), message: MESSAGE, rendered: null } : null, audit));
      },
      delivery: (id, connectionId) => {
        const view = messageView();
        const [delivery] = view.deliveries;
        return Promise.resolve(
          id === DELIVERY && connectionId === 'receiver' && delivery !== undefined
            ? { ...delivery, message: view }
            : null,
        );
      },
    },
    notices: {
      ...{ claimNotices: unused, closeNotice: unused, postponeNotice: unused },
      listNotices: (connectionId) => Promise.resolve(connectionId === 'receiver' ? state.notices : []),
      takeNotice: (id, connectionId) =>
        Promise.resolve(connectionId === 'receiver' && state.notices.some((one) => one.id === id)),
    },
    inbox: {
      page: (connectionId, after, limit) => {
        const own = connectionId === 'receiver' ? state.inbox : [];
        return Promise.resolve({
          entries: own
            .filter((one) => (after === null ? one.acknowledgedAt === null : one.seq > after))
            .slice(0, limit),
          unacknowledgedBefore: { count: 0, oldest: null },
        });
      },
      acknowledge: (connectionId, delivery, sha256, transport) => {
        if (connectionId !== 'receiver' || delivery !== DELIVERY) return Promise.resolve({ kind: 'not-found' });
        if (sha256 !== SHA256) return Promise.resolve({ kind: 'hash-mismatch' });
        return Promise.resolve({ kind: 'acknowledged', at: state.clock.at, transport, repeated: false });
      },
      waitForEntry: (_connection, milliseconds, signal) =>
        new Promise((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resolve();
          };
          const timer = setTimeout(done, Math.min(milliseconds, 50));
          signal.addEventListener('abort', done);
        }),
    },
  };
}
