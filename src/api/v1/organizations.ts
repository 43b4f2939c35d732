import { z } from 'zod';
import { wholeNumber } from '../values.ts';

export const OrganizationsQuery = z.object({
  query: z.string().max(200).default(''),
  limit: wholeNumber(1, 100).default(20),
});

export const OrganizationsAnswer = z
  .strictObject({
    organisations: z.array(
      z.strictObject({ code: z.string(), name: z.string(), aliases: z.array(z.string()), receives: z.boolean() }),
    ),
  })
  .meta({ id: 'Organizations' });
