import { z } from 'zod';

/** Who handles a document, as its status says. */
export const staff = z
  .strictObject({
    department: z.string().max(200).optional(),
    staff: z.string().max(200).optional(),
    email: z.string().max(100).optional(),
    mobile: z.string().max(50).optional(),
  })
  .meta({ id: 'Staff' });
