import type { IncomingMessage } from 'node:http';
import { ReceivedAnswer, SubmitHeaders } from '../../../api/v1/messages.ts';
import type { Result } from '../../../core/problems/finding.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import { PROBLEMS } from '../../../core/problems/problems.ts';
import type { Submitted } from '../../../core/exchange/receipt.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import type { ReceiveOfAnyForm, SubmissionOfAnyForm } from '../../../gateway/receive/agency/receive.ts';
import type { Received } from '../../../gateway/receive/receive.ts';
import type { Principal } from '../../auth.ts';
import { checkDeclaredLength, readBody } from '../../body.ts';
import { noQuery, streamOf } from '../../inputs.ts';
import { answer, protectedOperation, type Call } from '../../operation.ts';
import { asProblem } from '../../problem.ts';
import { receivedJson } from '../views.ts';

export interface SubmitPorts {
  readonly receive: ReceiveOfAnyForm;
  readonly messages: Pick<MessageStore, 'record'>;
  readonly uploads: { inc(): void; dec(): void };
  readonly maxConcurrentUploads: number;
}

/** Media types of agency packages. */
const CONTAINERS: ReadonlyMap<string, Submitted['container']> = new Map([
  ['application/zip', 'zip'],
  ['multipart/form-data', 'multipart'],
]);

/** Takes a package over HTTP and hands it to the function of `createReceive` (src/gateway/receive/receive.ts). */
export const submitMessage = protectedOperation(
  {
    id: 'submitMessage',
    method: 'post',
    path: '/v1/messages',
    summary: 'Send a package: a document or a business status',
    query: noQuery,
    headers: SubmitHeaders,
    body: streamOf('application/xml', 'application/edxml+xml', ...CONTAINERS.keys()),
    produces: 'application/json',
    answers: {
      202: { description: 'Accepted for the first time', schema: ReceivedAnswer },
      200: { description: 'The same package came before; the first receipt', schema: ReceivedAnswer },
    },
  },
  (parts: SubmitPorts) => {
    const places = uploadPlaces(parts.maxConcurrentUploads);
    return async (call, principal) => {
      const giveBack = places(principal.connection);
      parts.uploads.inc();
      try {
        return await submit(call, principal, parts);
      } finally {
        giveBack();
        parts.uploads.dec();
      }
    };
  },
);

/** Seconds until a client without a place should try again; an upload seldom takes longer. */
const PLACE_AGAIN = 2;

/**
 * A place for one upload, or `service-unavailable` when all are taken. A connection may hold at most as many places as
 * remain free: half of them when it is alone. So the others find room even when it opens many uploads and never ends
 * them.
 */
function uploadPlaces(limit: number): (connection: string) => () => void {
  const held = new Map<string, number>();
  let total = 0;
  return (connection) => {
    const uploads = held.get(connection) ?? 0;
    if (total >= limit) throw new ProblemError('service-unavailable');
    if (uploads >= limit - total) throw new ProblemError('rate-limited', { after: PLACE_AGAIN });
    held.set(connection, uploads + 1);
    total += 1;
    return () => {
      total -= 1;
      const remainder = (held.get(connection) ?? 1) - 1;
      if (remainder === 0) held.delete(connection);
      else held.set(connection, remainder);
    };
  };
}

async function submit(call: Call, principal: Principal, parts: SubmitPorts) {
  const received = await hand(call, principal, parts);
  if (!received.ok) throw ProblemError.of(received);
  const { value } = received;
  return answer(value.repeated ? 200 : 202, ReceivedAnswer, receivedJson(value, call.language), {
    Location: `/v1/messages/${value.id}`,
  });
}

/** `receive` audits its own refusals; this function audits those of HTTP before or while the bytes come. */
async function hand(call: Call, principal: Principal, parts: SubmitPorts): Promise<Result<Received>> {
  const { request, response } = call;
  const limits = { bytes: call.limits.maxPackageBytes, idleSeconds: call.limits.idleSeconds };
  try {
    const idempotencyKey = idempotencyKeyOf(request);
    checkDeclaredLength(request, limits);
    return await parts.receive({
      connection: principal.connection,
      client: principal.client,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...declarationsOf(request),
      body: readBody(request, response, limits),
    });
  } catch (error) {
    const { code } = asProblem(error);
    if (PROBLEMS[code].http < 500) {
      await parts.messages.record([
        { actor: `client:${principal.client}`, act: 'message.refuse', object: '', outcome: code, details: {} },
      ]);
    }
    throw error;
  }
}

/** The headers' statements about the package: its container, and its secrecy. */
function declarationsOf({ headers }: IncomingMessage): Pick<SubmissionOfAnyForm, 'container' | 'secrecy'> {
  const contentType = headers['content-type'] ?? '';
  const kind = CONTAINERS.get(contentType.split(';')[0]?.trim().toLowerCase() ?? '');
  const secrecy = headers['lienthong-secrecy'];
  return {
    ...(kind === undefined ? {} : { container: { kind, contentType } }),
    // A repeated header comes as one text, which is not `none`.
    ...(secrecy === undefined ? {} : { secrecy: String(secrecy) }),
  };
}

const KEY_LIMIT = 128;

/** Visible ASCII and spaces, up to the limit. */
function idempotencyKeyOf(request: IncomingMessage): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length > KEY_LIMIT || !/^[\x20-\x7e]+$/.test(key)) {
    throw new ProblemError('idempotency-key-invalid', { limit: KEY_LIMIT });
  }
  return key;
}
