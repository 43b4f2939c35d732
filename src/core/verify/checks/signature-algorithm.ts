import type { Finding } from '../../finding.ts';
import {
  areTransformsAllowed,
  CANONICAL_FORMS,
  DIGEST_METHODS,
  SIGNATURE_METHODS,
} from '../../signature/algorithms.ts';
import { quoted } from '../check.ts';
import type { Check } from '../check.ts';

/** Every algorithm the signature names is one of the profile's. */
export const signatureAlgorithm: Check = {
  name: 'signature-algorithm',
  needs: ['material'],
  run(_opened, _evidence, { material }) {
    if (material === undefined) return [];
    const findings: Finding[] = [];
    if (SIGNATURE_METHODS[material.signatureMethod] === undefined) findings.push(forbidden(material.signatureMethod));
    if (CANONICAL_FORMS[material.canonicalizationMethod] === undefined) {
      findings.push(forbidden(material.canonicalizationMethod));
    }
    for (const { digestMethod, transforms } of material.references.slice(0, 1)) {
      if (DIGEST_METHODS[digestMethod] === undefined) findings.push(forbidden(digestMethod));
      if (!areTransformsAllowed(transforms)) {
        const facts = { transforms: quoted(transforms.join(' ')) };
        findings.push({ code: 'signature-transform-forbidden', severity: 'error', facts });
      }
    }
    return findings;
  },
};

function forbidden(algorithm: string): Finding {
  return { code: 'signature-algorithm-forbidden', severity: 'error', facts: { algorithm: quoted(algorithm) } };
}
