import type { Finding } from '../../problems/finding.ts';
import type { Check } from '../check.ts';
import type { DocumentReport } from '../report.ts';

/** The documents bear the signatures that are asked of them. Whether those hold is looked at beside. */
export const documentSigned: Check = {
  name: 'document-signed',
  about: 'attachments',
  needs: ['signed-documents-wanted'],
  run({ message }, { enrolments }, { documents, requirements }) {
    const main = documents.find((document) => document.main);
    if (requirements.mainDocument === 'by-agency') {
      return mainDocumentFindings(main, enrolments === null, message.from.organId);
    }
    // A signed annex says nothing of the document before it.
    return main !== undefined && (main.verdict !== 'passed' || signaturesOf(main).length > 0)
      ? []
      : [{ code: 'documents-unsigned', severity: 'info', facts: {}, place: ATTACHMENTS }];
  },
};

const ATTACHMENTS = 'AttachmentEncoded';

/** A time stamp is nobody's signature. */
function signaturesOf({ signatures }: DocumentReport): DocumentReport['signatures'] {
  return signatures.filter(({ kind }) => kind !== 'document-time-stamp');
}

/** Whose a signature is was worked out when it was judged; without a registry nobody can say. */
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
