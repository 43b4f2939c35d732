// The registry as an operator writes it: one JSON file, checked as a whole before anything is applied.

import { X509Certificate, createHash } from 'node:crypto';
import { z } from 'zod';
import { ANCHOR_PURPOSES } from '../../../core/registry/anchor.ts';
import { isProfile, PROFILE_NAMES, STRICT_PACKAGE } from '../../../core/registry/profile.ts';
import { SCOPES } from '../../../core/registry/scopes.ts';

/** At most 35 characters: QCVN 102:2016/BTTTT, OrganId. */
const Code = z.string().regex(/^[A-Za-z0-9.-]{1,35}$/);
const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const Day = z.iso.date();
const Instant = z.iso.datetime({ offset: true });
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Gives DER; anything that does not parse as a certificate is refused here. */
const Certificate = z.string().transform((pem, context) => {
  try {
    return new X509Certificate(pem);
  } catch {
    context.addIssue({ code: 'custom', message: 'certificate-unreadable' });
    return z.NEVER;
  }
});

const RevocationList = z.string().transform((pem, context) => {
  const body = /^-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----\s*$/.exec(pem.trim())?.[1];
  if (body !== undefined) return Buffer.from(body, 'base64');
  context.addIssue({ code: 'custom', message: 'list-unreadable' });
  return z.NEVER;
});

const OrganisationEntry = z.strictObject({
  code: Code,
  name: z.string().min(1),
  aliases: z.array(z.string().min(1).max(35)).default([]),
  validFrom: Day.optional(),
  validTo: Day.optional(),
  successor: Code.optional(),
  suspended: z.boolean().default(false),
  receivingConnection: Id.optional(),
});

const Trust = z
  .strictObject({
    profile: z.enum(PROFILE_NAMES),
    evidence: z.enum(['package', 'document']),
    personalCertificates: z.enum(['allowed', 'refused']).optional(),
    validFrom: Instant.optional(),
    validTo: Instant.optional(),
  })
  .refine(isProfile, 'profile-unknown');

/** The gateway's signature is an edXML one: the other forms have no place for it. */
const Rendering = z
  .strictObject({ format: z.enum(['edxml', 'agency', 'json']), sign: z.boolean().optional() })
  .refine(({ format, sign = false }) => !sign || format === 'edxml', 'form-unsignable');

const ConnectionEntry = z.strictObject({
  id: Id,
  name: z.string().min(1),
  adapter: z.string().min(1),
  settings: z.unknown().default({}),
  role: z.enum(['endpoint', 'hub']).default('endpoint'),
  trust: Trust.default(STRICT_PACKAGE),
  sendsFor: z.array(Code).default([]),
  receivesFor: z.array(Code).default([]),
  issuers: z.array(Code).optional(),
  paused: z.boolean().default(false),
  concurrency: z.int().min(1).max(1_000).default(8),
  rendering: Rendering.optional(),
});

const ClientEntry = z
  .strictObject({
    id: Id,
    connection: Id,
    secret: z.string().min(16).optional(),
    secretSha256: Sha256.optional(),
    /** A client without scopes gets all of them. */
    scopes: z.array(z.enum(SCOPES)).default([...SCOPES]),
    suspended: z.boolean().default(false),
  })
  .refine((client) => client.secret === undefined || client.secretSha256 === undefined, 'secret-twice');

const AnchorEntry = z.strictObject({
  certificate: Certificate,
  purposes: z.array(z.enum(ANCHOR_PURPOSES)).min(1),
  validFrom: Instant.optional(),
  validTo: Instant.optional(),
  revocation: z.enum(['required', 'not-published']),
});

const EnrolmentEntry = z
  .strictObject({
    organisation: Code,
    certificate: Certificate.optional(),
    keySha256: Sha256.optional(),
    issuer: z.base64().optional(),
    subject: z.base64().optional(),
    holder: z.enum(['organisation', 'person']).optional(),
    validFrom: Instant.optional(),
    validTo: Instant.optional(),
  })
  .refine(
    ({ certificate, keySha256, issuer, subject }) =>
      [certificate !== undefined, keySha256 !== undefined, issuer !== undefined && subject !== undefined].filter(
        Boolean,
      ).length === 1 && (issuer === undefined) === (subject === undefined),
    'holder-unclear',
  );

/**
 * The input of `lienthong registry apply`. It writes the organisations, connections and clients of the file, and leaves
 * the others as they are: suspend one to end it. A list of anchors, intermediates, crls or enrolments replaces the
 * previous one, because the operator must be able to take trust back by leaving an entry out.
 */
export const RegistryFile = z.strictObject({
  organisations: z.array(OrganisationEntry).default([]),
  connections: z.array(ConnectionEntry).default([]),
  clients: z.array(ClientEntry).default([]),
  anchors: z.array(AnchorEntry).optional(),
  intermediates: z.array(Certificate).optional(),
  crls: z.array(RevocationList).optional(),
  enrolments: z.array(EnrolmentEntry).optional(),
});

export type RegistryFile = z.infer<typeof RegistryFile>;

/** Lower-case hex SHA-256 of the certificate's SubjectPublicKeyInfo. */
export function keySha256Of(certificate: X509Certificate): string {
  return sha256(certificate.publicKey.export({ type: 'spki', format: 'der' }));
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
