import { certificateFacts } from '../../pki/certificate.ts';
import { holderOf } from '../../pki/enrolment.ts';
import type { Check } from '../check.ts';

/**
 * The registry says that this certificate signs for the issuing organisation. A person's certificate signs documents,
 * not packages, unless the connection's profile says otherwise.
 */
export const enrolment: Check = {
  name: 'enrolment',
  about: 'package',
  needs: ['signer'],
  run(opened, basis, { signer }) {
    if (signer?.ok !== true) return [];
    if (basis.enrolments === null) return [{ code: 'enrolment-unchecked', severity: 'info', facts: {} }];
    const { leaf } = signer.value.signer;
    const holder = holderOf(leaf, basis.enrolments, basis.instant.getTime());
    if (holder === 'person' && basis.profile.personalCertificates !== 'allowed') {
      const facts = { reason: 'personal-certificate', ...certificateFacts(leaf) };
      return [{ code: 'certificate-usage', severity: 'error', facts }];
    }
    if (holder !== undefined) return [];
    const facts = { organId: opened.message.from.organId, keySha256: leaf.keySha256, ...certificateFacts(leaf) };
    return [{ code: 'signer-not-sender', severity: 'error', facts }];
  },
};
