// Lists are fetched again before they run out, so that a package need not wait for one: the day its authority is down, the
// list of the day before still stands.

import type { World } from '../../../ports/world.ts';
import { CLAIM_SECONDS, type ObtainPorts, fetchList } from './obtain.ts';

/** Lists renewed in one round. */
const BATCH = 20;

/** Answers what renews the lists that are due and drops those that no verdict used for long; it resolves to how many were due. */
export function createRevocationListRenewal(ports: ObtainPorts, world: Pick<World, 'now'>): () => Promise<number> {
  return async () => {
    const places = await ports.cache.claimPlaces(BATCH, CLAIM_SECONDS.crl);
    await Promise.all(places.map((place) => fetchList(place, ports, world)));
    await ports.cache.prune();
    return places.length;
  };
}
