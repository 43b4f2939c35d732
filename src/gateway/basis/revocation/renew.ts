// Fetches lists again before they run out, so that no package waits for one: when the authority is down for a day,
// yesterday's list is still valid.

import type { World } from '../../../ports/world.ts';
import { CLAIM_SECONDS, type ObtainPorts, fetchList } from './obtain.ts';

/** Lists renewed in one round. */
const BATCH = 20;

/**
 * Answers a function that renews due lists and drops lists that no verdict used for long; it resolves to the number of
 * due lists.
 */
export function createRevocationListRenewal(ports: ObtainPorts, world: Pick<World, 'now'>): () => Promise<number> {
  return async () => {
    const places = await ports.cache.claimPlaces(BATCH, CLAIM_SECONDS.crl);
    await Promise.all(places.map((place) => fetchList(place, ports, world)));
    await ports.cache.prune();
    return places.length;
  };
}
