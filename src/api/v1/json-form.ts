import { z } from 'zod';

/** The converter's JSON form. Its names are those of the national format in lower case; schemas/fields.md lists them. */
export const JsonForm = z
  .object({
    header: z.looseObject({
      messageheader: z.looseObject({}).optional(),
      traceheaderlist: z.looseObject({}).optional(),
      status: z.looseObject({}).optional(),
    }),
    body: z.looseObject({}).optional(),
    attachments: z
      .array(
        z.object({
          contentid: z.string(),
          attachmentname: z.string(),
          description: z.string().optional(),
          contenttype: z.string().optional(),
          contenttransferencoded: z.string().meta({ contentEncoding: 'base64' }),
        }),
      )
      .optional(),
  })
  .meta({ id: 'JsonForm' });
