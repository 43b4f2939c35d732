// Lists are fetched again before they run out, so that a package need not wait for one: the day its authority is down, the
// list of the day before still stands.

import { CLAIM_SECONDS, type ObtainParts, fetchList } from './obtain.ts';

/** Lists renewed in one round. */
const BATCH = 20;

/** Renews what is due, and drops what nobody used for long; answers how many lists were looked after. */
export async function renewLists(parts: ObtainParts): Promise<number> {
  const due = await parts.cache.due(BATCH, CLAIM_SECONDS.crl);
  await Promise.all(due.map((place) => fetchList(place, parts)));
  await parts.cache.prune();
  return due.length;
}
