import { z } from 'zod';

const part = z.enum(['ok', 'failed']);

export const HealthAnswer = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

export const ReadinessAnswer = z
  .strictObject({ status: part, parts: z.strictObject({ database: part, broker: part, content: part }) })
  .meta({ id: 'Readiness' });
