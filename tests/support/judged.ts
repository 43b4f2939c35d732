// A package on the way into the gateway as far as its bytes decide: reading, then the rules.

import type { Finding } from '../../src/core/problems/finding.ts';
import type { Message } from '../../src/core/message/message.ts';
import { validate } from '../../src/core/validate/validate.ts';
import { openPackage } from './open-package.ts';
import { chunksOf } from './packages.ts';

const NOW = new Date('2026-11-22T03:00:00Z');

/** The first error's code decides; `findings` are all there are. */
export interface Judged {
  readonly code: string;
  readonly findings: readonly Finding[];
  /** Absent when it could not be read. */
  readonly message?: Message;
}

/** `code`: of the refusal, or `ok`. */
export function judged(bytes: Buffer, pieces: readonly number[] = [bytes.length]): Judged {
  const read = openPackage(chunksOf(bytes, pieces));
  if (!read.ok) return { code: read.code, findings: read.findings ?? [] };
  const { message } = read.value;
  const findings = [...read.value.findings, ...validate(message, NOW)];
  return { code: findings.find(({ severity }) => severity === 'error')?.code ?? 'ok', findings, message };
}
