import type { Check } from '../check.ts';

/**
 * A package bears a signature where the profile asks for one. A status, and a package whose documents are asked instead,
 * are authenticated by the connection that serves the sender.
 */
export const signaturePresent: Check = {
  name: 'signature-present',
  about: 'package',
  needs: [],
  run({ signature }, _evidence, { requirements: { packageSignature } }) {
    if (signature.kind !== 'absent') {
      return packageSignature === 'recorded'
        ? [{ code: 'signature-present-unchecked', severity: 'info', facts: {} }]
        : [];
    }
    return packageSignature === 'required'
      ? [{ code: 'signature-missing', severity: 'error', facts: {} }]
      : [{ code: 'envelope-unsigned', severity: 'info', facts: {} }];
  },
};
