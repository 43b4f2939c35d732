// Says what an undecided verdict waits for, and how long the gateway goes on asking.

import type { Finding } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { Report } from './report.ts';

/** Findings that a later answer may settle, each with the party whose answer is missing. */
const MISSING: Readonly<Partial<Record<ProblemCode, (finding: Finding) => string | undefined>>> = {
  'revocation-unknown': authorityOf,
  'revocation-stale': authorityOf,
  'attachment-unscanned': () => 'malware-scanner',
};

/** An authority that answers that it does not know one certificate is not silent. */
function authorityOf({ facts }: Finding): string | undefined {
  if (facts['answered'] !== undefined) return undefined;
  return String(facts['issuer'] ?? facts['subject'] ?? 'authority');
}

/** The parties whose answers are missing, each once; empty where only a person can decide. */
export function awaitedOf({ findings }: Pick<Report, 'findings'>): readonly string[] {
  const openFindings = findings.filter(({ severity }) => severity === 'undecided');
  const names = openFindings.flatMap((finding) => MISSING[finding.code]?.(finding) ?? []);
  return [...new Set(names)].sort();
}

/** Seconds until a message is judged again: an authority that is silent for a minute is often silent for an hour. */
const PAUSES = [30, 60, 120, 300, 600, 900] as const;

/** `tries`: the number of rechecks so far. */
export function recheckAfter(tries: number): number {
  return PAUSES[tries] ?? PAUSES.at(-1) ?? 900;
}

/** Seconds after which the gateway stops asking about a document that was delivered unchecked. */
const LAST_CHANCE = 30 * 24 * 3600;

/**
 * What to do with a message that is still undecided. `patience`: seconds a held message waits before a person is asked.
 */
export function stillUndecided(
  recheck: { readonly state: 'held' | 'delivered'; readonly parked: boolean; readonly seconds: number },
  patience: number,
): 'wait' | 'park' | 'end' {
  if (recheck.state === 'held') return !recheck.parked && recheck.seconds >= patience ? 'park' : 'wait';
  return recheck.seconds >= LAST_CHANCE ? 'end' : 'wait';
}
