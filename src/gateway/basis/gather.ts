// What a verification rests on, gathered before it: trust material of the registry's version, the enrolments of the
// organisation that issued, and the one instant everything is judged at.

import type { OpenedPackage } from '../../core/open/opened.ts';
import { readTrust, type Trust } from '../../core/pki/trust.ts';
import { issuingOrganisation, sendingOrganisation } from '../../core/exchange/address.ts';
import { profileAt } from '../../core/registry/profile.ts';
import type { Connection, Enrolment, Registry } from '../../core/registry/registry.ts';
import type { Basis } from '../../core/verify/basis.ts';
import { revocationNeed } from '../../core/verify/wanted.ts';
import type { World } from '../../ports/world.ts';
import type { RevocationGatherer } from './revocation/gather.ts';

/** What was learnt of the package's attachments while it was read. */
export type Inspected = Pick<Basis, 'scans' | 'documents'>;

export type BasisGatherer = (
  opened: OpenedPackage,
  registry: Registry,
  connection: Connection,
  instant: Date,
  inspected: Inspected,
) => Promise<Basis>;

/**
 * Trust material is read once for each version of the registry: parsing a large revocation list costs more than a
 * verification. `gather`: what the registry lacks of revocation is fetched; absent: it is not. The instant may lie long
 * before the clock's time, as in re-checks: what was published until now counts, and what claims to be of later does not.
 */
export function createBasisGatherer({ now }: Pick<World, 'now'>, gather?: RevocationGatherer): BasisGatherer {
  let cached: { readonly version: number; readonly trust: Trust } | undefined;
  return async (opened, registry, connection, instant, inspected) => {
    const { message } = opened;
    if (cached?.version !== registry.version) cached = { version: registry.version, trust: readTrust(registry) };
    const { trust } = cached;
    const enrolledFor = (organisation: string | undefined): readonly Enrolment[] =>
      organisation === undefined ? [] : (registry.enrolments.get(organisation) ?? []);
    const at = instant.getTime();
    // Statuses are believed for the connection they come by.
    const upToDate =
      gather === undefined || message.kind === 'status'
        ? trust
        : await gather(trust, (grown) => revocationNeed(opened, inspected, grown, at));
    return {
      ...upToDate,
      ...inspected,
      asOf: now().getTime(),
      instant,
      profile: profileAt(connection.trust, instant),
      enrolments: enrolledFor(issuingOrganisation(message, registry)),
      senderEnrolments: enrolledFor(sendingOrganisation(message, registry)),
    };
  };
}
