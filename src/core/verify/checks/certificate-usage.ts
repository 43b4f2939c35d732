import { usageFault } from '../../pki/path.ts';
import type { Check } from '../check.ts';

/**
 * The certificate was issued for signing. The check does not read from its names whether it is an organisation's or a
 * person's, since no rule makes them reliable: the registry's enrolment alone decides that.
 */
export const certificateUsage: Check = {
  name: 'certificate-usage',
  about: 'package',
  needs: ['signer'],
  run(_opened, _evidence, { signer }) {
    if (signer?.ok !== true) return [];
    const facts = usageFault(signer.value.signer.leaf, 'package-signature');
    return facts === undefined ? [] : [{ code: 'certificate-usage', severity: 'error', facts }];
  },
};
