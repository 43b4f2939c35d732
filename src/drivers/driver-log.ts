import type { Facts } from '../core/problems/finding.ts';

/** Event name and facts; never content, never a secret. */
export type Log = (event: string, facts: Facts) => void;
