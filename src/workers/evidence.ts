// What a verification rests on, gathered before it: trust material of the registry's version, the enrolments of the
// organisation that issued, and the one instant everything is judged at.

import type { OpenedPackage } from '../core/opened.ts';
import { readTrust, type Trust } from '../core/pki/trust.ts';
import { issuingOrganisation, sendingOrganisation } from '../core/route/address.ts';
import { profileAt } from '../core/route/profile.ts';
import type { Connection, Enrolment, Registry } from '../core/route/registry.ts';
import type { Evidence } from '../core/verify/evidence.ts';

/** What was learnt of the package's attachments while it was read. */
export type Looked = Pick<Evidence, 'scans' | 'documents'>;

export type EvidenceGatherer = (
  opened: OpenedPackage,
  registry: Registry,
  connection: Connection,
  instant: Date,
  looked: Looked,
) => Promise<Evidence>;

/** Trust material is read once for each version of the registry: parsing a large revocation list costs more than a verification. */
export function createEvidenceGatherer(): EvidenceGatherer {
  let read: { readonly version: number; readonly trust: Trust } | undefined;
  return ({ message }, registry, connection, instant, looked) => {
    if (read?.version !== registry.version) read = { version: registry.version, trust: readTrust(registry) };
    const enrolledFor = (organisation: string | undefined): readonly Enrolment[] =>
      organisation === undefined ? [] : (registry.enrolments.get(organisation) ?? []);
    return Promise.resolve({
      ...read.trust,
      ...looked,
      instant,
      profile: profileAt(connection.trust, instant),
      enrolments: enrolledFor(issuingOrganisation(message, registry)),
      senderEnrolments: enrolledFor(sendingOrganisation(message, registry)),
    });
  };
}
