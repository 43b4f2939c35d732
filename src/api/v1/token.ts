// Access tokens, as RFC 6749 names them.

import { z } from 'zod';
import { SCOPES } from '../../core/registry/scopes.ts';
import type { Shape } from '../shape.ts';

export const TokenRequest = z
  .looseObject({
    grant_type: z.string().optional(),
    client_id: z.string().max(200).optional(),
    client_secret: z.string().max(500).optional(),
    scope: z.string().max(500).optional(),
  })
  .meta({ id: 'TokenRequest' });
export type TokenRequest = Shape<typeof TokenRequest>;

export const TokenAnswer = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    scope: z.string().meta({ description: `Of ${SCOPES.join(', ')}` }),
  })
  .meta({ id: 'Token' });
