import type { Check } from '../check.ts';

/**
 * A package bears a signature where the profile asks for one. The connection that serves the sender authenticates a
 * status, and a package whose documents must be signed instead.
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
