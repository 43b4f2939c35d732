// The single values that the shapes of the contract are made of. Enumerations are the closed sets of the core.

import { z } from 'zod';
import { DISPOSITIONS, FIRST_DISPOSITIONS } from '../core/exchange/disposition.ts';
import { BUSINESS_STEPS, RECALL_STEPS, TRANSPORT_STEPS } from '../core/exchange/lifecycle.ts';
import { DOCUMENT_KINDS } from '../core/message/message.ts';
import { ACTORS } from '../core/problems/problems.ts';
import { SEVERITIES, VERDICTS } from '../core/problems/finding.ts';

export const id = z.uuid();
/** Lower-case hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** ISO 8601 in UTC. */
export const instant = z.iso.datetime();
export const organCode = z.string().min(1).max(50);

/** The code of a problem or a finding: a row of the catalogue. */
export const code = z.string().regex(/^[a-z_-]+$/);
export const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export const actor = z.enum(ACTORS).meta({ description: 'Who has to act' });
export const severity = z.enum(SEVERITIES);
export const verdict = z.enum(VERDICTS);

export const kind = z.enum([...DOCUMENT_KINDS, 'status']);
export const disposition = z.enum(DISPOSITIONS);
export const firstDisposition = z.enum(FIRST_DISPOSITIONS);
export const transport = z.enum(keysOf(TRANSPORT_STEPS));
export const businessCode = z.enum(keysOf(BUSINESS_STEPS).filter((step) => step !== 'none'));
export const recall = z.enum(keysOf(RECALL_STEPS)).meta({
  description: 'Whether the addressee was asked (13, revocation, update, replacement), and its answer (15, 16)',
});

/** A parameter of digits only: no sign, no fraction, no exponent. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta({ type: 'integer', minimum: min, maximum: max });
}

/** The names of a table's rows. */
function keysOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table) as Name[];
}
