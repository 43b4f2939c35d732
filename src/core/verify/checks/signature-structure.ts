import type { Finding } from '../../problems/finding.ts';
import { ACCEPTED } from '../../signature/algorithms.ts';
import type { Check } from '../check.ts';

/** RSA of 8192 bits gives the largest value; a longer one is no signature value. */
const MAX_VALUE_BYTES = 1024;

/** A broken signature stays broken: it is never treated as absent. */
export const signatureStructure: Check = {
  name: 'signature-structure',
  about: 'package',
  needs: ['package-signature'],
  run({ signature }, { profile }) {
    if (signature.kind === 'absent') return [];
    if (signature.kind === 'malformed') {
      const errors = signature.findings.filter((finding) => finding.severity === 'error');
      return errors.length > 0 ? signature.findings : [...signature.findings, malformed('shape')];
    }
    const { namespace, signatureValue, references } = signature.material;
    if (!ACCEPTED[profile.profile].namespaces.includes(namespace)) return [malformed('namespace')];
    if (references.length === 0) return [malformed('no-reference')];
    if (signatureValue.length === 0 || signatureValue.length > MAX_VALUE_BYTES) return [malformed('signature-value')];
    return [];
  },
};

function malformed(reason: string): Finding {
  return { code: 'signature-malformed', severity: 'error', facts: { reason } };
}
