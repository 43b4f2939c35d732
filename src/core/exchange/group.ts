// People count deliveries; transmissions travel. A hub that fans out gets one copy for all its addressees.

import type { Recipient } from './address.ts';
import type { Reach } from './effects.ts';

export interface GroupedTransmission {
  readonly id: string;
  readonly connection: string;
  readonly deliveries: readonly GroupedDelivery[];
}

interface GroupedDelivery {
  readonly id: string;
  readonly organisation: string;
  /** Absent where the package names its addressee. */
  readonly reach?: Reach;
}

/** One transmission for each connection, in the order of first mention. `makeId` makes a new id at every call. */
export function group(recipients: readonly Recipient[], makeId: () => string): readonly GroupedTransmission[] {
  const transmissions = new Map<string, { id: string; connection: string; deliveries: GroupedDelivery[] }>();
  for (const { organisation, connection, reach } of recipients) {
    const transmission = transmissions.get(connection) ?? { id: makeId(), connection, deliveries: [] };
    transmissions.set(connection, transmission);
    transmission.deliveries.push({ id: makeId(), organisation, ...(reach === undefined ? {} : { reach }) });
  }
  return [...transmissions.values()];
}
