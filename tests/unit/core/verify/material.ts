// Opened packages and evidence made by hand, so that checks are tried without a reader.

import { createHash, sign } from 'node:crypto';
import type { PkiMaterial } from '../../../../certs/test-pki.ts';
import type { DocumentMessage } from '../../../../src/core/message/message.ts';
import type { OpenedPackage } from '../../../../src/core/open/opened.ts';
import { readTrust } from '../../../../src/core/pki/trust.ts';
import {
  DSIG_NAMESPACE,
  ECDSA_SHA256_URI,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  RSA_SHA256_URI,
  SHA256_URI,
} from '../../../../src/core/signature/algorithms.ts';
import type { SignatureMaterial } from '../../../../src/core/signature/material.ts';
import type { Basis } from '../../../../src/core/verify/basis.ts';

export const MESSAGE: DocumentMessage = {
  kind: 'new',
  from: { organId: 'H99.12' },
  to: [{ organId: 'H99.13' }],
  documentId: 'H99.12,2026/11/22,7/QĐ-UBND',
  code: { codeNumber: '7', codeNotation: 'QĐ-UBND' },
  promulgationInfo: { promulgationDate: '2026-11-22' },
  documentType: { typeName: 'Quyết định' },
  subject: 'Về việc thử',
  otherInfo: {},
  responseFor: [],
  toPlaces: [],
  traceHeaders: [],
  attachments: [],
};

export function signatureBy(pki: PkiMaterial, change: Partial<SignatureMaterial> = {}): SignatureMaterial {
  const documentDigest = createHash('sha256').update('the document').digest();
  const signedInfo = Buffer.from('<SignedInfo>as canonical as can be</SignedInfo>');
  const isRsa = pki.key.asymmetricKeyType === 'rsa';
  return {
    namespace: DSIG_NAMESPACE,
    canonicalizationMethod: EXCLUSIVE_C14N,
    signatureMethod: isRsa ? RSA_SHA256_URI : ECDSA_SHA256_URI,
    references: [
      {
        uri: '',
        transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N],
        digestMethod: SHA256_URI,
        digestValue: documentDigest,
      },
    ],
    signedInfo,
    signatureValue: sign('sha256', signedInfo, { key: pki.key, dsaEncoding: 'ieee-p1363' }),
    certificates: pki.certificates,
    documentDigest,
    ...change,
  };
}

export function openedWith(
  signature: OpenedPackage['signature'],
  message: OpenedPackage['message'] = MESSAGE,
): OpenedPackage {
  return { message, findings: [], signature, sha256: '00', size: 1 };
}

export function evidenceOf(pki: PkiMaterial, change: Partial<Basis> = {}): Basis {
  return {
    ...readTrust({ ...pki, asOf: pki.instant }),
    instant: pki.instant,
    profile: { profile: 'strict', evidence: 'package' },
    enrolments: null,
    senderEnrolments: null,
    scans: null,
    documents: new Map(),
    ...change,
  };
}
