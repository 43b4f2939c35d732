// What a verification rests on, gathered before it: trust material of the registry's version, the enrolments of the
// organisation that issued, and the one instant everything is judged at.

import type { Message } from '../core/message.ts';
import { readTrust, type Trust } from '../core/pki/trust.ts';
import { issuingOrganisation } from '../core/route/address.ts';
import type { Connection, Registry } from '../core/route/registry.ts';
import type { Evidence } from '../core/verify/evidence.ts';

export type EvidenceGatherer = (
  message: Message,
  registry: Registry,
  connection: Connection,
  instant: Date,
  scans: Evidence['scans'],
) => Evidence;

/** Trust material is read once for each version of the registry: parsing a large revocation list costs more than a verification. */
export function createEvidenceGatherer(): EvidenceGatherer {
  let read: { readonly version: number; readonly trust: Trust } | undefined;
  return (message, registry, connection, instant, scans) => {
    if (read?.version !== registry.version) read = { version: registry.version, trust: readTrust(registry) };
    const issuer = issuingOrganisation(message, registry);
    return {
      ...read.trust,
      instant,
      profile: connection.trust,
      scans,
      enrolments: issuer === undefined ? [] : (registry.enrolments.get(issuer) ?? []),
    };
  };
}
