// Places that publish the status of certificates, in the cache's terms.

import type { WantedRevocation } from '../../../core/pki/revocation.ts';
import type { CachePlace } from '../../../ports/revocation-cache.ts';

/** A place, and the certificate whose status it publishes. */
export interface WantedPlace extends CachePlace {
  readonly wanted: WantedRevocation;
}

/** Places of one kind that are tried for one certificate; a certificate may name any number. */
const TRIED = 3;

/** Each place once. A list serves all certificates of its authority, an answer serves one certificate. */
export function placesOf(needs: readonly WantedRevocation[]): readonly WantedPlace[] {
  const places = new Map<string, WantedPlace>();
  for (const need of needs) {
    const { certificate, issuer, ocspUrls, crlUrls } = need;
    for (const url of ocspUrls.slice(0, TRIED)) {
      const key = `ocsp ${issuer.keySha256} ${certificate.serial} ${url}`;
      places.set(key, { key, kind: 'ocsp', url, issuer: issuer.der, wanted: need });
    }
    for (const url of crlUrls.slice(0, TRIED)) {
      // The key includes the issuer: two authorities that name one place must not overwrite each other's list.
      const key = `crl ${issuer.keySha256} ${url}`;
      places.set(key, { key, kind: 'crl', url, issuer: issuer.der, wanted: need });
    }
  }
  return [...places.values()];
}
