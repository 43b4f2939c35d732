// One copy of a message: its addressee fetches it, confirms it and reports on it.

import { z } from 'zod';
import { FORM_NAMES } from '../../core/message/rendering.ts';
import type { Shape } from '../shape.ts';
import { id, instant, transport } from '../values.ts';
import { staff } from './staff.ts';

export const DeliveryPackageQuery = z.object({
  format: z.enum(FORM_NAMES).optional().meta({
    description:
      'Absent: the bytes this delivery is acknowledged by. edxml: the accepted bytes. Another form is made from them; see Lienthong-Losses',
  }),
});

export const AcknowledgeRequest = z
  .strictObject({ sha256: z.string().regex(/^[0-9a-fA-F]{64}$/) })
  .meta({ id: 'AcknowledgeRequest' });

export const AcknowledgeAnswer = z
  .strictObject({ delivery: id, transport, acknowledgedAt: instant })
  .meta({ id: 'Acknowledgement' });

export const StatusRequest = z
  .strictObject({
    code: z.string().max(20).meta({ description: '01 to 06, 15 or 16' }),
    description: z.string().max(2000).optional().meta({ description: 'The reason; required for 02' }),
    staff: staff.optional(),
  })
  .meta({ id: 'StatusRequest' });
export type StatusRequest = Shape<typeof StatusRequest>;

export const StatusAnswer = z.strictObject({ id, delivery: id, code: z.string() }).meta({ id: 'Status' });
