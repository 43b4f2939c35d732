// Asks a time-stamp authority once, and checks its answer as far as that needs no trusted authority.

import { createHash } from 'node:crypto';
import { readTimeStampAnswer, timeStampRequest } from '../../core/cms/time-stamp-protocol.ts';
import { checkTimeStamp, type TimeStampToken } from '../../core/cms/time-stamp.ts';
import { refuse, ok, type Result } from '../../core/problems/finding.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { TimeStamper } from '../../ports/time-stamper.ts';
import type { World } from '../../ports/world.ts';

const NONCE_BYTES = 16;

export interface AskedStamp {
  readonly stamp: TimeStampToken;
  /** SHA-256 of the content. */
  readonly digest: Buffer;
  /** DER. */
  readonly token: Buffer;
}

/** A stamp over `content` that is valid by itself; else refused as `time-stamp-failed`. */
export async function askStamp(
  content: Buffer,
  stamper: TimeStamper,
  { randomBytes }: Pick<World, 'randomBytes'>,
  signal: AbortSignal,
): Promise<Result<AskedStamp>> {
  const digest = createHash('sha256').update(content).digest();
  const question = { digest, nonce: randomBytes(NONCE_BYTES) };
  const answer = await ask(stamper, timeStampRequest(question), signal);
  if (!answer.ok) return answer;
  const reading = readTimeStampAnswer(answer.value, question);
  if (!reading.ok) return reading;
  const { stamp, token } = reading.value;
  const right = checkTimeStamp(stamp, digest);
  return right.ok ? ok({ stamp, token, digest }) : refuse('time-stamp-failed', { reason: right.code });
}

async function ask(stamper: TimeStamper, request: Buffer, signal: AbortSignal): Promise<Result<Buffer>> {
  try {
    return ok(await stamper.ask(request, signal));
  } catch (error) {
    if (error instanceof ProblemError) return refuse(error.code, error.facts);
    throw error;
  }
}
