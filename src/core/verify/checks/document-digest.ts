import type { Check } from '../check.ts';

/** The content has the digest that was signed. Where no digest could be made, another check says why. */
export const documentDigest: Check = {
  name: 'document-digest',
  about: 'package',
  needs: ['material'],
  run(_opened, _evidence, { material }) {
    const digest = material?.references[0]?.digestValue;
    if (material?.documentDigest !== undefined && digest?.equals(material.documentDigest) === true) return [];
    const reason = material?.documentDigest === undefined ? 'digest-not-taken' : 'content-changed';
    return [{ code: 'signature-invalid', severity: 'error', facts: { reason } }];
  },
};
