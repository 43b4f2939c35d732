// What a command's exit status means. What each command says of them is in src/texts/command-line.ts.

import type { Verdict } from '../core/problems/finding.ts';

export const EXIT = {
  done: 0,
  failed: 1,
  undecided: 2,
  usage: 64,
  unavailable: 69,
  internal: 70,
  interrupted: 130,
} as const;

/** Of commands that verify. */
export const VERDICT_STATUS: Readonly<Record<Verdict, number>> = {
  passed: EXIT.done,
  failed: EXIT.failed,
  undecided: EXIT.undecided,
};
