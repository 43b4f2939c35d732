// Judges under what can be had of revocation: what is at hand first, then what the cache has, then what authorities answer
// within two seconds. What did not come stays unknown, and a finding says why.

import type { Finding } from '../../../core/problems/finding.ts';
import type { WantedRevocation } from '../../../core/pki/revocation.ts';
import { withPublished, type Trust } from '../../../core/pki/trust.ts';
import type { Judgement } from '../../../core/verify/verify.ts';
import type { Unobtained } from '../../../ports/revocation-cache.ts';
import type { World } from '../../../ports/world.ts';
import type { WorkerEvents } from '../../events.ts';
import { obtain, type ObtainPorts, type ObtainWorld } from './obtain.ts';
import { placesOf, type WantedPlace } from './places.ts';
import { openShelf } from './shelf.ts';

/** Milliseconds a package waits for authorities (src/decisions/0010-revocation.md). */
const PATIENCE = 2_000;

export interface GatherPorts extends ObtainPorts {
  readonly events: Pick<WorkerEvents, 'taskFailed'>;
}

/** What a judgement tells of revocation. */
type Judged = Pick<Judgement, 'lacking' | 'proofs'>;

/**
 * Answers the judgement under all that could be had: it is made anew whenever there is more at hand while something is
 * lacking. Never rejects for an authority's sake, and never waits for one longer than its patience.
 */
export type RevocationGatherer = <J extends Judged>(base: Trust, judge: (trust: Trust) => J) => Promise<J>;

export function createRevocationGatherer(
  ports: GatherPorts,
  world: ObtainWorld & Pick<World, 'monotonic'>,
): RevocationGatherer {
  const shelf = openShelf(ports.cache, world);
  const underWay = new Map<string, Promise<void>>();
  let grown: { readonly base: Trust; readonly lists: unknown; readonly trust: Trust } | undefined;

  /** The trust with all lists, made once for many judgements: lists serve all signers. */
  const withLists = async (base: Trust): Promise<Trust> => {
    const lists = await shelf.lists();
    if (grown?.base !== base || grown.lists !== lists) {
      grown = { base, lists, trust: withPublished(base, { crls: lists, answers: [] }) };
    }
    return { ...grown.trust, asOf: world.now().getTime() };
  };

  /** One fetch of a place at a time in this process; it goes on when no package waits for it any more. */
  const obtained = (place: WantedPlace, trust: Trust): Promise<void> => {
    const running = underWay.get(place.key);
    if (running !== undefined) return running;
    const fetching = obtain(place, trust, ports, world)
      .catch((error: unknown) => ports.events.taskFailed('revocation', error))
      .finally(() => underWay.delete(place.key));
    underWay.set(place.key, fetching);
    return fetching;
  };

  return async <J extends Judged>(base: Trust, judge: (trust: Trust) => J): Promise<J> => {
    let trust = await withLists(base);
    let judgement = judge(trust);
    const places = new Map<string, WantedPlace>();
    const failures = new Map<string, Unobtained>();

    /** Judges again if there is more at hand for the places than before; `isReading`: the cache is asked as well. */
    const look = async (isReading: boolean): Promise<void> => {
      const everyPlace = [...places.values()];
      if (isReading) for (const [key, failure] of await shelf.read(everyPlace)) failures.set(key, failure);
      const grown = withPublished(await withLists(base), { crls: [], answers: shelf.answers(everyPlace) });
      if (grown.revocationVersion === trust.revocationVersion) return;
      trust = grown;
      judgement = judge(trust);
    };

    /** Looks for what is lacking without asking any authority. What is learnt of one certificate may make another matter. */
    const lookAtHand = async (): Promise<void> => {
      for (;;) {
        const newPlaces = placesOf(judgement.lacking).filter(({ key }) => !places.has(key));
        if (newPlaces.length === 0) return;
        for (const place of newPlaces) places.set(place.key, place);
        await look(false);
        if (judgement.lacking.length > 0) await look(true);
      }
    };

    /** Asks the authorities, each place once, and answers what is under way by its place. */
    const ask = (asked: Set<string>): readonly Arrival[] =>
      placesOf(judgement.lacking).flatMap((place) => {
        const { key } = place;
        if (asked.has(key)) return [];
        asked.add(key);
        const refusal = ports.source.refusal(place.url);
        if (refusal !== null) failures.set(key, refusal);
        return refusal === null ? [[key, obtained(place, trust).then(() => key)] as const] : [];
      });

    await lookAtHand();
    if (judgement.lacking.length > 0) {
      const asked = new Set<string>();
      await untilEnough(ask(asked), world, async () => {
        await look(true);
        await lookAtHand();
        return judgement.lacking.length === 0 ? 'enough' : ask(asked);
      });
    }
    if (judgement.lacking.length > 0) {
      const faults = unobtained(judgement.lacking, failures);
      judgement = judge(withPublished(trust, { crls: [], answers: [], faults }));
    }
    await shelf.used(judgement.proofs.keys());
    return judgement;
  };
}

/** What is under way from a place, by the place's key, to which it resolves. */
type Arrival = readonly [key: string, arrival: Promise<string>];

/** Looks after each arrival whether it is enough or what else is under way, until all have come or patience has run out. */
async function untilEnough(
  arrivals: readonly Arrival[],
  { pause }: Pick<World, 'pause'>,
  look: () => Promise<'enough' | readonly Arrival[]>,
): Promise<void> {
  const over = new AbortController();
  const late = pause(PATIENCE, over.signal).then(() => null);
  const pending = new Map(arrivals);
  try {
    while (pending.size > 0) {
      const arrived = await Promise.race([late, ...pending.values()]);
      const looked = await look();
      if (arrived === null || looked === 'enough') return;
      pending.delete(arrived);
      for (const [key, arrival] of looked) pending.set(key, arrival);
    }
  } finally {
    over.abort();
  }
}

/** Findings for each certificate with an unknown status: the failures of its places, or that it names none. */
function unobtained(needs: readonly WantedRevocation[], failures: ReadonlyMap<string, Unobtained>): readonly Finding[] {
  return needs.flatMap((need) => {
    const { certificate } = need;
    const serial = certificate.serial;
    const issuer = certificate.issuerText;
    const places = placesOf([need]);
    const reasons = places.map(({ key, kind, url }) => {
      const failure = failures.get(key);
      return { kind, host: failure?.host ?? hostOf(url), reason: failure?.reason ?? 'timeout' };
    });
    const listing = reasons.length === 0 ? [{ kind: 'none', host: '—', reason: 'no-place' }] : reasons;
    return listing.map((facts): Finding => {
      return { code: 'revocation-unobtained', severity: 'warning', facts: { ...facts, serial, issuer } };
    });
  });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.slice(0, 253) : '';
}
