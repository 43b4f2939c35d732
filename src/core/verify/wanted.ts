// Which signers a package and its documents are judged by, before they are judged: whose revocation has to be known.

import { ATTRIBUTE } from '../cms/attributes.ts';
import { MAX_TIME_STAMPS, readTimeStamp } from '../cms/time-stamp.ts';
import type { SignedData, SignerInfo } from '../cms/signed-data.ts';
import { certificatesOf, onlySigner } from '../cms/verify.ts';
import type { Result } from '../problems/finding.ts';
import type { OpenedPackage } from '../open/opened.ts';
import { isUsable } from '../pdf/read.ts';
import { wantedRevocation, type WantedRevocation } from '../pki/revocation.ts';
import { judgeNamedSigner, judgeSigner, type JudgedSigner } from '../pki/signer.ts';
import type { Trust } from '../pki/trust.ts';
import type { Basis } from './basis.ts';

export interface RevocationNeed {
  /** Of the certificates of trusted paths, those whose status is open. */
  readonly wanted: readonly WantedRevocation[];
  /** Lower-case hex SHA-256 of the lists and answers that settle the others. */
  readonly restsOn: readonly string[];
}

/** What is still to be learned before a package can be judged at an instant (milliseconds since 1970). */
export function revocationNeed(
  { signature }: Pick<OpenedPackage, 'signature'>,
  { documents }: Pick<Basis, 'documents'>,
  trust: Trust,
  instant: number,
): RevocationNeed {
  const judgements: Result<JudgedSigner>[] = [];
  if (signature.kind === 'present') {
    judgements.push(judgeSigner(signature.material.certificates, 'package-signature', trust, instant));
  }
  const judgeNamed = (
    purpose: 'document-signature' | 'time-stamp',
    signedData: SignedData,
    { id }: SignerInfo,
  ): void => {
    const certificates = certificatesOf(signedData, id);
    if (certificates.ok) judgements.push(judgeNamedSigner(certificates.value, purpose, trust, instant));
  };
  const stamp = (from: Parameters<typeof readTimeStamp>[0]): void => {
    const token = readTimeStamp(from);
    const signer = token.ok ? onlySigner(token.value.signedData) : token;
    if (token.ok && signer.ok) judgeNamed('time-stamp', token.value.signedData, signer.value);
  };
  for (const { document } of documents.values()) {
    for (const { content } of document.signatures.filter(isUsable)) {
      if (content.kind === 'time-stamp') stamp(content.token.signedData);
      else {
        judgeNamed('document-signature', content.signedData, content.signer);
        content.signer.unsignedAttributes.get(ATTRIBUTE.signatureTimeStamp)?.slice(0, MAX_TIME_STAMPS).forEach(stamp);
      }
    }
  }
  const paths = judgements.flatMap((judgement) =>
    judgement.ok && judgement.value.best.ok ? [judgement.value.best.value] : [],
  );
  return {
    wanted: paths.flatMap(wantedRevocation),
    restsOn: paths.flatMap(({ statuses }) => {
      return statuses.flatMap((status) => ('source' in status ? status.source.proofs.map(({ sha256 }) => sha256) : []));
    }),
  };
}
