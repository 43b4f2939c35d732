import { findingOf } from '../check.ts';
import type { Check } from '../check.ts';

/** A path leads from the signer's certificate to an anchor for this purpose, and its dates hold at the instant. */
export const certificatePath: Check = {
  name: 'certificate-path',
  about: 'package',
  needs: ['signer'],
  run(_opened, _evidence, { signer }) {
    if (signer?.ok !== true) return [];
    const { best } = signer.value;
    if (!best.ok) return [findingOf(best)];
    const { fault } = best.value;
    return fault === undefined ? [] : [{ code: fault.code, severity: 'error', facts: fault.facts }];
  },
};
