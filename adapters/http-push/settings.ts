import { z } from 'zod';

const PEM_CERTIFICATES = /^(\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;

export const httpPushSettings = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, abort: true }).refine((url) => {
      const { username, password, hash } = new URL(url);
      return username === '' && password === '' && hash === '';
    }, 'address-with-credentials'),
    /**
     * Address for the results of documents that were delivered unchecked; absent: none. The rules are those of `url`.
     */
    noticesUrl: z.url({ protocol: /^https?$/, abort: true }).optional(),
    /** Sent as `Authorization: Bearer …`. The alphabet is that of RFC 6750, section 2.1. */
    token: z
      .string()
      .regex(/^[A-Za-z0-9._~+/-]+=*$/)
      .max(4096)
      .optional(),
    /** For the whole exchange. The gateway gives no try more than 60 s, because a lease is not renewed without end. */
    timeoutSeconds: z.number().int().min(1).max(60).default(60),
    /** PEM certificates that the receiver's TLS certificate must lead to, instead of the system's. */
    ca: z.string().regex(PEM_CERTIFICATES).max(262_144).optional(),
    /** Lower-case hex SHA-256 of the SubjectPublicKeyInfo that the receiver's TLS certificate must have. */
    pin: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  })
  .refine(({ url, ca, pin }) => url.startsWith('https:') || (ca === undefined && pin === undefined), {
    error: 'trust-without-https',
    path: ['url'],
  })
  // One agent, one pin and one token serve both.
  .refine(({ url, noticesUrl }) => noticesUrl === undefined || new URL(noticesUrl).origin === new URL(url).origin, {
    error: 'origin-other',
    path: ['noticesUrl'],
  });

export type HttpPushSettings = z.infer<typeof httpPushSettings>;
