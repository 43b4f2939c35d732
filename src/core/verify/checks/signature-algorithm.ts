import type { Finding } from '../../problems/finding.ts';
import { ACCEPTED, type AcceptedAlgorithms, areTransformsAllowed } from '../../signature/algorithms.ts';
import type { SignatureMaterial } from '../../signature/material.ts';
import { type Check, quoted } from '../check.ts';

/** The profile allows every algorithm that the signature names; the report names each weak one. */
export const signatureAlgorithm: Check = {
  name: 'signature-algorithm',
  about: 'package',
  needs: ['material'],
  run(_opened, { profile: { profile } }, { material }) {
    if (material === undefined) return [];
    const findings = algorithmFindings(material, ACCEPTED[profile]);
    if (findings.length > 0 || isStrong(material)) return findings;
    return [{ code: 'signature-strength', severity: 'warning', facts: { strength: profile } }];
  },
};

function isStrong(material: SignatureMaterial): boolean {
  const { namespaces } = ACCEPTED.strict;
  return namespaces.includes(material.namespace) && algorithmFindings(material, ACCEPTED.strict).length === 0;
}

function algorithmFindings(material: SignatureMaterial, accepted: AcceptedAlgorithms): readonly Finding[] {
  const { signatureMethod, canonicalizationMethod } = material;
  const findings: Finding[] = [];
  if (accepted.signatureMethods[signatureMethod] === undefined) findings.push(forbidden(signatureMethod));
  if (!accepted.signedInfoForms.includes(canonicalizationMethod)) findings.push(forbidden(canonicalizationMethod));
  for (const { digestMethod, transforms } of material.references.slice(0, 1)) {
    if (!accepted.digestMethods.includes(digestMethod)) findings.push(forbidden(digestMethod));
    if (!areTransformsAllowed(transforms, accepted)) {
      const facts = { transforms: quoted(transforms.join(' ')) };
      findings.push({ code: 'signature-transform-forbidden', severity: 'error', facts });
    }
  }
  return findings;
}

function forbidden(algorithm: string): Finding {
  return { code: 'signature-algorithm-forbidden', severity: 'error', facts: { algorithm: quoted(algorithm) } };
}
