// `lienthong verify FILE.pdf`: every signature inside a PDF file, each with its own line.

import { statSync } from 'node:fs';
import { PDF, sniff, SNIFFED_BYTES } from '../../core/message/media.ts';
import type { PdfEvidence } from '../../core/verify/basis.ts';
import type { OpenedPdf } from '../../core/verify/ground.ts';
import { judgePdf } from '../../core/verify/pdf-signatures.ts';
import { digestRanges, readPdf } from '../../core/pdf/read.ts';
import type { PdfReport } from '../../core/verify/pdf-report.ts';
import { FileSource } from '../../drivers/disk/byte-source.ts';
import { groundsOf } from '../../gateway/content/grounds.ts';
import type { PageViewer } from '../../ports/page-viewer.ts';

/** A verified PDF file. */
export interface VerifiedDocument {
  readonly report: PdfReport;
  /** Lower-case hex SHA-256 of the whole file. */
  readonly sha256: string;
  readonly size: number;
}

/** Judges a PDF file; undefined for another file, and for a pipe or device. */
export async function checkDocument(
  file: string,
  evidence: PdfEvidence,
  viewer: PageViewer,
): Promise<VerifiedDocument | undefined> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const source = new FileSource(file);
  try {
    const { size } = source;
    if (sniff(source.read(0, Math.min(size, SNIFFED_BYTES))) !== PDF) return undefined;
    const document = readPdf(source);
    const opened: OpenedPdf = {
      document,
      digestOf: (signature) => digestRanges(source, signature),
      grounds: await groundsOf(document, source, viewer),
    };
    const { report } = judgePdf(opened, evidence);
    const sha256 = digestRanges(source, { hash: 'sha256', ranges: [{ start: 0, end: size }] }).toString('hex');
    return { report: byItself(report), sha256, size };
  } finally {
    source.close();
  }
}

/** Within a package the profile decides on an unsigned file; by itself, an unsigned file proves nothing either way. */
function byItself(report: PdfReport): PdfReport {
  if (report.signatures.length > 0 || report.verdict !== 'passed') return report;
  const others = report.findings.filter(({ code }) => code !== 'document-unsigned');
  const findings = [...others, { code: 'document-unsigned', severity: 'undecided', facts: {} } as const];
  return { ...report, verdict: 'undecided', findings };
}
