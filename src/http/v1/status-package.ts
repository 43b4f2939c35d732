// Turns a business status in JSON into a package like any other: written strictly, received by the same use case.

import { createHash } from 'node:crypto';
import { writeStatus } from '../../core/formats/edxml/write.ts';
import {
  printedCode,
  type DocumentMessage,
  type ResponseFor,
  type StaffInfo,
  type StatusMessage,
} from '../../core/message/message.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import { vietnameseTime } from '../../core/message/vietnam-time.ts';
import type { World } from '../../ports/world.ts';
import type { ReceiveOfAnyForm } from '../../gateway/receive/agency/receive.ts';
import type { Received } from '../../gateway/receive/receive.ts';
import type { Principal } from '../auth.ts';

export interface StatusPorts {
  readonly receive: ReceiveOfAnyForm;
  readonly world: Pick<World, 'now'>;
}

/** The last statement on a delivery, so that the same statement again becomes the same bytes. */
export interface Earlier {
  readonly code: string;
  readonly statedAt: string;
  readonly sha256: string;
}

export type Statement = Omit<StatusMessage, 'kind' | 'timestamp'>;

/**
 * Sends a statement about `delivery`. A word-for-word repeat of the last statement gets the time of that one. So it is
 * the same package, and `receive` answers it as a repeat.
 */
export async function submitStatus(
  statement: Statement,
  delivery: string,
  last: Earlier | undefined,
  principal: Principal,
  ports: StatusPorts,
): Promise<Received> {
  const again = last?.code === statement.statusCode ? write(statement, last.statedAt) : undefined;
  const repeats = again !== undefined && createHash('sha256').update(again).digest('hex') === last?.sha256;
  const bytes = repeats ? again : write(statement, vietnameseTime(ports.world.now()));
  const received = await ports.receive({
    connection: principal.connection,
    client: principal.client,
    body: once(bytes),
    delivery,
  });
  if (!received.ok) throw ProblemError.of(received);
  return received.value;
}

function write(statement: Statement, timestamp: string): Buffer {
  return writeStatus({ ...statement, kind: 'status', timestamp });
}

// eslint-disable-next-line @typescript-eslint/require-await -- the use case takes streams
async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
}

/** The reference of a status to its document; `organId`: the addressee of the status. */
export function referenceTo(document: DocumentMessage, organId: string): ResponseFor {
  return {
    organId,
    code: printedCode(document.code),
    documentId: document.documentId,
    promulgationDate: document.promulgationInfo.promulgationDate,
  };
}

/** Leaves absent members absent. */
export function staffOf(fields: { readonly [name in keyof StaffInfo]: StaffInfo[name] | undefined }): StaffInfo {
  const { department, staff, email, mobile } = fields;
  return {
    ...(department === undefined ? {} : { department }),
    ...(staff === undefined ? {} : { staff }),
    ...(email === undefined ? {} : { email }),
    ...(mobile === undefined ? {} : { mobile }),
  };
}
