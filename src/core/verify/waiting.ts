// What an undecided verdict waits for, and how long the gateway goes on asking.

import type { Finding } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { Report } from './report.ts';

/** Findings that another day may settle, and the fact that names whose word is missing. */
const MISSING: Readonly<Partial<Record<ProblemCode, (finding: Finding) => string | undefined>>> = {
  'revocation-unknown': authorityOf,
  'revocation-stale': authorityOf,
  'attachment-unscanned': () => 'malware-scanner',
};

/** An authority that says it does not know one certificate is not silent. */
function authorityOf({ facts }: Finding): string | undefined {
  if (facts['answered'] !== undefined) return undefined;
  return String(facts['issuer'] ?? facts['subject'] ?? 'authority');
}

/** Whose word is missing, each once; nothing where the verdict can only be a person's. */
export function awaitedOf({ findings }: Pick<Report, 'findings'>): readonly string[] {
  const openFindings = findings.filter(({ severity }) => severity === 'undecided');
  const names = openFindings.flatMap((finding) => MISSING[finding.code]?.(finding) ?? []);
  return [...new Set(names)].sort();
}

/** Seconds until a message is judged again: an authority that is silent for a minute is often silent for an hour. */
const PAUSES = [30, 60, 120, 300, 600, 900] as const;

/** `tries`: how often it was judged again already. */
export function recheckAfter(tries: number): number {
  return PAUSES[tries] ?? PAUSES.at(-1) ?? 900;
}

/** Seconds after which nobody expects an answer any more about a document that was delivered long ago. */
const LAST_CHANCE = 30 * 24 * 3600;

/** What to do with a message that is still undecided. `patience`: seconds a held one waits before a person is asked. */
export function stillUndecided(
  recheck: { readonly state: 'held' | 'delivered'; readonly parked: boolean; readonly seconds: number },
  patience: number,
): 'wait' | 'park' | 'end' {
  if (recheck.state === 'held') return !recheck.parked && recheck.seconds >= patience ? 'park' : 'wait';
  return recheck.seconds >= LAST_CHANCE ? 'end' : 'wait';
}
