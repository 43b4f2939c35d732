// What a command's exit status means. The help of each command lists its own rows.

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

export type ExitName = keyof typeof EXIT;

/** In no particular command's words; a command may put its own in their place. */
const MEANINGS: Readonly<Record<ExitName, string>> = {
  done: 'done',
  failed: 'failed',
  undecided: 'undecided: a fact is missing, nothing is proved either way',
  usage: 'wrong usage (unknown command or option, bad value, unreadable file)',
  unavailable: 'the gateway, the database or the broker cannot be reached',
  internal: 'a fault of this program',
  interrupted: 'ended by Ctrl-C',
};

/** The part of a command's help that says what its exit status means. */
export function exitCodesHelp(meanings: Partial<Record<ExitName, string>>): string {
  const names: readonly ExitName[] = ['done', 'failed', 'undecided', 'usage', 'unavailable', 'internal'];
  const lines = names
    .filter((name) => name in meanings || name === 'usage' || name === 'internal')
    .map((name) => `  ${String(EXIT[name]).padStart(3)}  ${meanings[name] ?? MEANINGS[name]}`);
  return `\nExit status:\n${lines.join('\n')}\n`;
}
