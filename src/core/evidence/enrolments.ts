// The owners of certificates at the time: only the gateway's registry knows them, so the gateway's signature over the
// container vouches for them.

import { z } from 'zod';
import type { Enrolment } from '../registry/registry.ts';

/** Enrolments of the organisation that issued the document and of the one that sent it. */
export interface KnownEnrolments {
  readonly issuer: readonly Enrolment[];
  readonly sender: readonly Enrolment[];
}

const MATCH = z.discriminatedUnion('by', [
  z.object({ by: z.literal('key'), keySha256: z.string() }),
  z.object({ by: z.literal('subject'), issuer: z.string(), subject: z.string() }),
]);

const ENROLMENT = z.object({
  organisation: z.string(),
  match: MATCH,
  holder: z.enum(['organisation', 'person']).exactOptional(),
  validFrom: z.iso.datetime({ offset: true }).exactOptional(),
  validTo: z.iso.datetime({ offset: true }).exactOptional(),
});

const ENROLMENTS = z.object({ issuer: z.array(ENROLMENT), sender: z.array(ENROLMENT) });

/** Undefined for JSON that is no such statement. */
export function readEnrolments(json: unknown): KnownEnrolments | undefined {
  const parsed = ENROLMENTS.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}
