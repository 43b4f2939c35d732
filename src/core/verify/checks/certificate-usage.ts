import { usageFault } from '../../pki/path.ts';
import type { Check } from '../check.ts';

/**
 * The certificate was issued for signing. Whether it is an organisation's or a person's is not read from its names, which
 * no rule makes reliable: the registry's enrolment alone decides whose it is.
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
