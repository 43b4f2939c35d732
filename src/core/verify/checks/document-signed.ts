import type { Finding } from '../../problems/finding.ts';
import type { Check } from '../check.ts';
import type { DocumentReport } from '../report.ts';

/** The documents bear the signatures that the profile requires. Another check decides whether those hold. */
export const documentSigned: Check = {
  name: 'document-signed',
  about: 'attachments',
  needs: ['signed-documents-wanted'],
  run({ message }, { enrolments }, { documents, requirements }) {
    const main = documents.find((document) => document.main);
    if (requirements.mainDocument === 'by-agency') {
      return mainDocumentFindings(main, enrolments === null, message.from.organId);
    }
    // A signed annex proves nothing about the main document.
    return main !== undefined && (main.verdict !== 'passed' || signaturesOf(main).length > 0)
      ? []
      : [{ code: 'documents-unsigned', severity: 'info', facts: {}, place: ATTACHMENTS }];
  },
};

const ATTACHMENTS = 'AttachmentEncoded';

/** The signatures of signers, without document time stamps. */
function signaturesOf({ signatures }: DocumentReport): DocumentReport['signatures'] {
  return signatures.filter(({ kind }) => kind !== 'document-time-stamp');
}

/** The judgement of each signature already names the kind of its signer; without a registry the kind is unknown. */
function mainDocumentFindings(
  document: DocumentReport | undefined,
  isUnchecked: boolean,
  organId: string,
): readonly Finding[] {
  const signatures = document === undefined ? [] : signaturesOf(document);
  const place = document?.place ?? ATTACHMENTS;
  if (signatures.length === 0) return [{ code: 'document-signature-missing', severity: 'error', facts: {}, place }];
  if (isUnchecked) return [{ code: 'enrolment-unchecked', severity: 'info', facts: {}, place }];
  if (signatures.some(({ signerKind }) => signerKind === 'agency')) return [];
  const signer = signatures.find((signature) => signature.signer !== null)?.signer;
  const facts = { organId, ...(signer == null ? {} : { subject: signer.subject, serial: signer.serial }) };
  return [{ code: 'signer-not-sender', severity: 'error', facts, place }];
}
