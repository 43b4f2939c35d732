import type { AuditAct } from '../core/exchange/audit-acts.ts';
import type { Facts } from '../core/problems/finding.ts';
import type { ProblemCode } from '../core/problems/problems.ts';

/** One audit row: actor, act, object and outcome. Committed with its act; the sequencer chains it afterwards. */
export interface AuditEntry {
  /** `client:<id>`, `worker`, `operator`, `sequencer`. */
  readonly actor: string;
  readonly act: AuditAct;
  /** Id of the act's object; empty when nothing was stored. */
  readonly object: string;
  readonly outcome: 'ok' | ProblemCode;
  /** Facts only, never content or personal data. */
  readonly details: Facts;
}

export interface ChainFault {
  readonly code:
    'audit-chain-broken' | 'audit-row-missing' | 'audit-row-unchained' | 'audit-head-unverified' | 'audit-stamp-broken';
  /** Empty for a row that has no place in the chain. */
  readonly seq: string;
  readonly facts: Facts;
}
