// The answer of every operation that fails, and the one shape of findings.

import { z } from 'zod';
import type { Shape } from './shape.ts';
import { actor, code, facts, severity } from './values.ts';

export const FindingAnswer = z
  .strictObject({
    code,
    severity,
    facts,
    place: z.string().optional().meta({ description: 'Path in the package' }),
    title: z.string(),
    detail: z.string().meta({ description: 'What to do' }),
    actor,
  })
  .meta({ id: 'Finding' });
export type FindingAnswer = Shape<typeof FindingAnswer>;

/** RFC 9457, with members of the catalogue. */
export const ProblemAnswer = z
  .strictObject({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    code,
    detail: z.string().meta({ description: 'What to do' }),
    actor,
    facts,
    place: z.string().optional().meta({ description: 'Path in the package or JSON pointer' }),
    findings: z.array(FindingAnswer).optional(),
    error: z.string().optional().meta({ description: 'RFC 6749 error name, from the token operation' }),
    instance: z.string(),
  })
  .meta({ id: 'Problem' });
export type ProblemAnswer = Shape<typeof ProblemAnswer>;
