import type { Finding } from '../../problems/finding.ts';
import { quoted, type Check } from '../check.ts';
import { firstCause } from '../cause.ts';
import type { DocumentReport } from '../report.ts';

/** Every signature inside the PDF files holds. The report describes each signature in the lines of its file. */
export const documentSignatures: Check = {
  name: 'document-signatures',
  about: 'attachments',
  needs: ['document-signatures'],
  run(_opened, _evidence, { documents }) {
    return documents.flatMap(findingsOf);
  },
};

function findingsOf({ verdict, findings, signatures, place, attachmentName }: DocumentReport): readonly Finding[] {
  const everyFinding = [...findings, ...signatures.flatMap((signature) => signature.findings)];
  const cause = firstCause({ verdict, findings: everyFinding });
  if (cause === null) return [];
  // Names every cause: an excusable one must not hide one that is not.
  if (verdict === 'undecided') {
    return everyFinding.filter(({ severity }) => severity === 'undecided').map((finding) => ({ ...finding, place }));
  }
  const facts = { name: quoted(attachmentName), cause: cause.code };
  return [{ code: 'attachment-signature-invalid', severity: 'error', facts, place }];
}
