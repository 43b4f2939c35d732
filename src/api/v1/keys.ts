import { z } from 'zod';
import { SIGNING_ALGORITHMS } from '../../core/crypto/signing-algorithms.ts';
import { instant } from '../values.ts';

export const KeysAnswer = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        keyId: z.string(),
        algorithm: z.enum(SIGNING_ALGORITHMS),
        publicKey: z.string().meta({ description: 'PEM' }),
        current: z.boolean().meta({ description: 'whether this process signs with it now' }),
        validFrom: instant.optional().meta({ description: 'when it first signed; absent: it has not yet' }),
        validTo: instant.optional().meta({ description: 'when it last signed; absent while it is in use' }),
      }),
    ),
  })
  .meta({ id: 'Keys' });
