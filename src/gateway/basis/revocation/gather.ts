// Brings trust up to what a judgement needs: what is at hand first, then what the cache has, then what authorities answer
// within two seconds. What did not come stays unknown, and a finding says why.

import type { Finding } from '../../../core/problems/finding.ts';
import type { WantedRevocation } from '../../../core/pki/revocation.ts';
import { withPublished, type Trust } from '../../../core/pki/trust.ts';
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

/** What a judgement of something would want under a trust, and on which lists and answers (SHA-256) it would rest. */
export type Judge = (trust: Trust) => {
  readonly wanted: readonly WantedRevocation[];
  readonly restsOn: readonly string[];
};

/** Answers the trust with what could be had. Never rejects for an authority's sake, and never waits for one longer than its patience. */
export type RevocationGatherer = (base: Trust, judge: Judge) => Promise<Trust>;

export function createRevocationGatherer(
  ports: GatherPorts,
  world: ObtainWorld & Pick<World, 'monotonic'>,
): RevocationGatherer {
  const shelf = openShelf(ports.cache, world);
  const underWay = new Map<string, Promise<void>>();
  let grown: { readonly base: Trust; readonly lists: unknown; readonly trust: Trust } | undefined;

  /** Put together once for many judgements: lists serve all signers. */
  const withLists = async (base: Trust): Promise<Trust> => {
    const lists = await shelf.lists();
    if (grown?.base !== base || grown.lists !== lists) {
      grown = { base, lists, trust: withPublished(base, { crls: lists, answers: [] }) };
    }
    return { ...grown.trust, asOf: world.now().getTime() };
  };

  /** One fetch of a place at a time in this process; it goes on when nobody waits for it any more. */
  const obtained = (place: WantedPlace, trust: Trust): Promise<void> => {
    const running = underWay.get(place.key);
    if (running !== undefined) return running;
    const fetching = obtain(place, trust, ports, world)
      .catch((error: unknown) => ports.events.taskFailed('revocation', error))
      .finally(() => underWay.delete(place.key));
    underWay.set(place.key, fetching);
    return fetching;
  };

  return async (base, judge) => {
    let trust = await withLists(base);
    let judgement = judge(trust);
    const places = placesOf(judgement.wanted);
    const look = async (isReading: boolean): Promise<ReadonlyMap<string, Unobtained>> => {
      const failures = isReading ? await shelf.read(places) : new Map<string, Unobtained>();
      trust = withPublished(await withLists(base), { crls: [], answers: shelf.answers(places) });
      judgement = judge(trust);
      return failures;
    };

    if (places.length > 0) await look(false);
    if (judgement.wanted.length > 0 && places.length > 0) await look(true);
    if (judgement.wanted.length > 0) {
      const failures = new Map<string, Unobtained>();
      const open = placesOf(judgement.wanted).filter((place) => {
        const refusal = ports.source.refusal(place.url);
        if (refusal !== null) failures.set(place.key, refusal);
        return refusal === null;
      });
      const arrivals = open.map((place) => obtained(place, trust));
      await untilEnough(arrivals, world, async () => {
        for (const [key, failure] of await look(true)) failures.set(key, failure);
        return judgement.wanted.length === 0;
      });
      trust = withPublished(trust, { crls: [], answers: [], faults: unobtained(judgement.wanted, failures) });
    }
    await shelf.used(judgement.restsOn);
    return trust;
  };
}

/** Looks after each arrival whether it is enough, until all have come or patience has run out. */
async function untilEnough(
  arrivals: readonly Promise<void>[],
  { pause }: Pick<World, 'pause'>,
  isEnough: () => Promise<boolean>,
): Promise<void> {
  const over = new AbortController();
  const late = pause(PATIENCE, over.signal).then(() => 'late' as const);
  const pending = new Map(arrivals.map((arrival, index) => [index, arrival.then(() => index)]));
  try {
    while (pending.size > 0) {
      const arrived = await Promise.race([late, ...pending.values()]);
      if (arrived === 'late') break;
      pending.delete(arrived);
      if (await isEnough()) return;
    }
    if (pending.size > 0) await isEnough();
  } finally {
    over.abort();
  }
}

/** Why each certificate's status is still open: what became of the places it names; that it names none. */
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
