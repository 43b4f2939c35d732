import type { Check } from '../check.ts';

/** A document message must bear a package signature. A status is authenticated by the connection that serves its sender. */
export const signaturePresent: Check = {
  name: 'signature-present',
  needs: [],
  run(opened) {
    if (opened.signature.kind !== 'absent') return [];
    return opened.message.kind === 'status'
      ? [{ code: 'envelope-unsigned', severity: 'info', facts: {} }]
      : [{ code: 'signature-missing', severity: 'error', facts: {} }];
  },
};
