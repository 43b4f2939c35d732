// A check: a name and a pure function over one message. It never throws and never refuses; it answers findings.

import type { Facts, Finding, Severity } from '../problems/finding.ts';
import type { DocumentMessage, Message } from '../message/message.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { Field } from './fields.ts';

/** The facts that the checks know besides the message. */
export interface ValidationFacts {
  readonly instant: Date;
  /** All texts of the message, gathered once. */
  readonly fields: readonly Field[];
}

export interface Check {
  readonly name: string;
  run(message: Message, facts: ValidationFacts): readonly Finding[];
}

/** A check of documents only; it passes every status. */
export function ofDocuments(
  check: (message: DocumentMessage, facts: ValidationFacts) => readonly Finding[],
): Check['run'] {
  return (message, facts) => (message.kind === 'status' ? [] : check(message, facts));
}

/** `place`: the path of the field, as `fields.ts` writes it. */
export function noteFinding(severity: Severity, code: ProblemCode, facts: Facts, place: string): Finding {
  return { code, severity, facts, place };
}
