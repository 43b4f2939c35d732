import { constants } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Finding } from '../../problems/finding.ts';
import { verifyValue } from '../../pki/signed.ts';
import { type SignatureMethod, rawEcdsaLength } from '../../crypto/keys.ts';
import { ACCEPTED } from '../../signature/algorithms.ts';
import type { SignatureMaterial } from '../../signature/material.ts';
import { type Check, quoted } from '../check.ts';

/** The key of the signer's certificate signed SignedInfo. */
export const signatureValue: Check = {
  name: 'signature-value',
  about: 'package',
  needs: ['material', 'signer'],
  run(_opened, { profile }, { material, signer }) {
    if (material === undefined || signer?.ok !== true) return [];
    const method = ACCEPTED[profile.profile].signatureMethods[material.signatureMethod];
    return valueFindings(material, method, signer.value.signer.leaf.key);
  },
};

function valueFindings(
  material: SignatureMaterial,
  method: SignatureMethod | undefined,
  key: KeyObject,
): readonly Finding[] {
  const { signatureMethod, signedInfo, signatureValue: value } = material;
  if (method === undefined) return [invalid('algorithm')];
  const rawLength = rawEcdsaLength(key);
  if (rawLength !== undefined && value.length !== rawLength) return [invalid('signature-value-length')];
  if (verifyValue(method, key, signedInfo, value, 'ieee-p1363')) return [];
  if (method.saltLength === undefined) return [invalid('signature-value')];
  // A genuine value with another salt length than the method prescribes gets its own finding, so that its maker knows
  // what to mend.
  const anySalt = { ...method, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  if (!verifyValue(anySalt, key, signedInfo, value, 'ieee-p1363')) return [invalid('signature-value')];
  const facts = { algorithm: quoted(signatureMethod), reason: 'salt-length' };
  return [{ code: 'signature-algorithm-forbidden', severity: 'error', facts }];
}

function invalid(reason: string): Finding {
  return { code: 'signature-invalid', severity: 'error', facts: { reason } };
}
