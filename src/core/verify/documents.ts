// Judges the PDF files of a package with all their signatures.

import { mostTelling } from '../problems/finding.ts';
import type { Message } from '../message/message.ts';
import { judgePdf } from './pdf-signatures.ts';
import type { JudgedPath } from '../pki/signer.ts';
import type { Basis } from './basis.ts';
import type { DocumentReport } from './report.ts';

/** Findings kept of one signature; more would repeat them. */
const FINDINGS_TOLD = 20;

interface DocumentsJudgement {
  readonly reports: readonly DocumentReport[];
  /** Those that the reports rest on. */
  readonly paths: readonly JudgedPath[];
}

/**
 * Judges the PDF files among the attachments, in their order. The first of them is the document itself: the national format
 * has no mark for it, and every known writer puts the document before its annexes (phụ lục).
 */
export function judgeDocuments(message: Message, basis: Basis): DocumentsJudgement {
  if (message.kind === 'status') return { reports: [], paths: [] };
  const reports: DocumentReport[] = [];
  const paths: JudgedPath[] = [];
  for (const [index, { offset, attachmentName, sha256, opened }] of message.attachments.entries()) {
    const pdf = basis.documents.get(offset);
    if (pdf === undefined) continue;
    const judgement = judgePdf(pdf, basis);
    paths.push(...judgement.paths);
    reports.push({
      place: `Attachment[${index + 1}]`,
      attachmentName,
      sha256: opened?.sha256 ?? sha256,
      main: reports.length === 0,
      ...judgement.report,
      signatures: judgement.report.signatures.map((signature) => ({
        ...signature,
        findings: mostTelling(signature.findings, FINDINGS_TOLD),
      })),
    });
  }
  return { reports, paths };
}
