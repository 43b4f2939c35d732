import { certificateFacts } from '../../pki/certificate.ts';
import { isEnrolled } from '../../pki/enrolment.ts';
import type { Check } from '../check.ts';

/** The registry says that this certificate signs for the issuing organisation. */
export const enrolment: Check = {
  name: 'enrolment',
  needs: ['signer'],
  run(opened, evidence, { signer }) {
    if (signer?.ok !== true) return [];
    if (evidence.enrolments === null) return [{ code: 'enrolment-unchecked', severity: 'info', facts: {} }];
    const { leaf } = signer.value.signer;
    if (isEnrolled(leaf, evidence.enrolments, evidence.instant.getTime())) return [];
    const facts = { organId: opened.message.from.organId, keySha256: leaf.keySha256, ...certificateFacts(leaf) };
    return [{ code: 'signer-not-sender', severity: 'error', facts }];
  },
};
