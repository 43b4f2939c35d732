// One package, one judgement: trust material of the registry's version, the enrolments of the
// organisation that issued, the one instant everything is judged at, and what authorities say of certificates meanwhile.

import type { OpenedPackage } from '../../core/open/opened.ts';
import { readTrust, type Trust } from '../../core/pki/trust.ts';
import { issuingOrganisation, sendingOrganisation } from '../../core/exchange/address.ts';
import { profileAt } from '../../core/registry/profile.ts';
import type { Connection, Enrolment, Registry } from '../../core/registry/registry.ts';
import type { Basis } from '../../core/verify/basis.ts';
import { verify, type Judgement } from '../../core/verify/verify.ts';
import type { World } from '../../ports/world.ts';
import type { RevocationGatherer } from './revocation/gather.ts';

/** Facts about the package's attachments, found while it was read. */
export type Inspected = Pick<Basis, 'scans' | 'documents'>;

/** A package that was read, with what was learnt of its attachments. */
export interface ReadPackage {
  readonly opened: OpenedPackage;
  readonly inspected: Inspected;
}

/** Judges a package that came by a connection, as the registry stands, at an instant. Its proofs are the caller's to keep. */
export type Judge = (
  reading: ReadPackage,
  connection: Connection,
  registry: Registry,
  instant: Date,
) => Promise<Judgement>;

/**
 * Answers the function that judges a package: its report, the proofs it rests on, and what it lacks. Trust material is read
 * once for each version of the registry: parsing a large revocation list costs more than a
 * verification. `gather`: what the judgement lacks of revocation is fetched; absent: it is not. The instant may lie long
 * before the clock's time, as in re-checks: what was published until now counts, and what claims to be of later does not.
 */
export function createPackageJudge({ now }: Pick<World, 'now'>, gather?: RevocationGatherer): Judge {
  let latest: { readonly version: number; readonly trust: Trust } | undefined;
  return async ({ opened, inspected }, connection, registry, instant) => {
    const { message } = opened;
    if (latest?.version !== registry.version) latest = { version: registry.version, trust: readTrust(registry) };
    const { trust } = latest;
    const enrolledFor = (organisation: string | undefined): readonly Enrolment[] =>
      organisation === undefined ? [] : (registry.enrolments.get(organisation) ?? []);
    const facts: Omit<Basis, keyof Trust> = {
      ...inspected,
      instant,
      profile: profileAt(connection.trust, instant),
      enrolments: enrolledFor(issuingOrganisation(message, registry)),
      senderEnrolments: enrolledFor(sendingOrganisation(message, registry)),
    };
    const judge = (grown: Trust): Judgement => verify(opened, { ...grown, ...facts, asOf: now().getTime() });
    // Statuses are believed for the connection they come by.
    return gather === undefined || message.kind === 'status' ? judge(trust) : await gather(trust, judge);
  };
}
