import type { Check } from '../check.ts';
import { certificatePath } from './certificate-path.ts';
import { certificateUsage } from './certificate-usage.ts';
import { documentDigest } from './document-digest.ts';
import { documentSignatures } from './document-signatures.ts';
import { documentSigned } from './document-signed.ts';
import { enrolment } from './enrolment.ts';
import { malware } from './malware.ts';
import { revocation } from './revocation.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';
import { signaturePresent } from './signature-present.ts';
import { signatureScope } from './signature-scope.ts';
import { signatureStructure } from './signature-structure.ts';
import { signatureValue } from './signature-value.ts';
import { signerCertificate } from './signer-certificate.ts';

/** Every check of a package, in the order people read them. A new check is a file and a line here. */
export const CHECKS: readonly Check[] = [
  signaturePresent,
  signatureStructure,
  signatureAlgorithm,
  signatureScope,
  documentDigest,
  signerCertificate,
  signatureValue,
  certificatePath,
  certificateUsage,
  revocation,
  enrolment,
  documentSigned,
  documentSignatures,
  malware,
];
