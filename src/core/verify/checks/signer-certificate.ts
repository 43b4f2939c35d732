import { findingOf } from '../check.ts';
import type { Check } from '../check.ts';

/** The signature carries its signer's certificate, readable and unambiguous, with a key that is strong enough. */
export const signerCertificate: Check = {
  name: 'signer-certificate',
  about: 'package',
  needs: ['material'],
  run(_opened, _evidence, { signer }) {
    return signer === undefined || signer.ok ? [] : [findingOf(signer)];
  },
};
