import { z } from 'zod';

/** The person who handles a document, as its status names them. */
export const staff = z
  .strictObject({
    department: z.string().max(200).optional(),
    staff: z.string().max(200).optional(),
    email: z.string().max(100).optional(),
    mobile: z.string().max(50).optional(),
  })
  .meta({ id: 'Staff' });
