// The registry says whose a certificate is, by key or by issuer and subject, compared byte for byte. Names are never
// parsed for this: look-alike letters and a right common name under a wrong subject match nothing.

import type { Enrolment } from '../registry/registry.ts';
import type { Certificate } from './certificate.ts';
import { instantOf } from '../message/vietnam-time.ts';

/**
 * As whose one of the enrolments names this certificate at the instant (milliseconds since 1970); the organisation's goes
 * before a person's. Undefined: none does.
 */
export function holderOf(
  certificate: Certificate,
  enrolments: readonly Enrolment[],
  instant: number,
): NonNullable<Enrolment['holder']> | undefined {
  const holders = enrolments
    .filter((enrolment) => isWithin(enrolment, instant) && doesMatch(certificate, enrolment.match))
    .map(({ holder = 'organisation' }) => holder);
  return holders.includes('organisation') ? 'organisation' : holders[0];
}

function doesMatch(certificate: Certificate, match: Enrolment['match']): boolean {
  if (match.by === 'key') return match.keySha256 === certificate.keySha256;
  return (
    match.issuer === certificate.issuer.toString('base64') && match.subject === certificate.subject.toString('base64')
  );
}

/** From inclusive, to exclusive. */
function isWithin(enrolment: Enrolment, instant: number): boolean {
  const { validFrom, validTo } = enrolment;
  const hasBegun = validFrom === undefined || instant >= instantOf(validFrom);
  return hasBegun && (validTo === undefined || instant < instantOf(validTo));
}

/** The enrolment that names this certificate by its key; the caller adds the organisation and the dates. */
export function matchByKey(certificate: Certificate): Enrolment['match'] {
  return { by: 'key', keySha256: certificate.keySha256 };
}

/** The enrolment that names this certificate and its successors under the same issuer and subject. */
export function matchBySubject(certificate: Certificate): Enrolment['match'] {
  return {
    by: 'subject',
    issuer: certificate.issuer.toString('base64'),
    subject: certificate.subject.toString('base64'),
  };
}
