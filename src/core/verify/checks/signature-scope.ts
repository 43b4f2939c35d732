import type { Finding } from '../../problems/finding.ts';
import type { ProblemCode } from '../../problems/problems.ts';
import type { SignatureReference } from '../../signature/material.ts';
import { type Check, quoted } from '../check.ts';

/** More references than any honest signature has, and few enough to check. */
const MAX_REFERENCES = 16;
const MAX_TRANSFORMS = 8;

/** One reference, `URI=""`, that covers the whole package. */
export const signatureScope: Check = {
  name: 'signature-scope',
  about: 'package',
  needs: ['material'],
  run(_opened, _evidence, { material }) {
    if (material === undefined) return [];
    const { references } = material;
    const transforms = Math.max(...references.map((reference) => reference.transforms.length), 0);
    if (references.length > MAX_REFERENCES || transforms > MAX_TRANSFORMS) {
      return [error('signature-limits', { references: references.length, transforms })];
    }
    const findings = references.flatMap(referenceFindings);
    if (findings.length === 0 && references.length !== 1) {
      findings.push(error('signature-scope-mismatch', { references: references.length }));
    }
    return findings;
  },
};

/** A bare `#id` covers only a part of the package; any other URI leads out of the package. */
function referenceFindings({ uri }: SignatureReference): Finding[] {
  if (uri === '') return [];
  const isPart = uri !== undefined && /^#[^(]*$/.test(uri);
  const code = isPart ? 'signature-scope-mismatch' : 'signature-reference-forbidden';
  return [error(code, { uri: quoted(uri ?? '(absent)') })];
}

function error(code: ProblemCode, facts: Finding['facts']): Finding {
  return { code, severity: 'error', facts };
}
