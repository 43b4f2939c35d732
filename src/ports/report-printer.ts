import type { PrintedReport } from '../core/verify/printed-report.ts';

/**
 * Puts a report onto paper: a PDF file whose text can be read back as it was given, with its fonts embedded, the message's
 * id and the page's number on every page. The same report gives the same bytes.
 */
export type ReportPrinter = (report: PrintedReport) => Promise<Buffer>;
