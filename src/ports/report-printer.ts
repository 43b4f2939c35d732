import type { PrintedReport } from '../core/verify/printed-report.ts';

/**
 * Prints a report as a PDF file: its text can be read back unchanged, its fonts are embedded, and every page has the
 * message's id and the page's number. The same report gives the same bytes.
 */
export type ReportPrinter = (report: PrintedReport) => Promise<Buffer>;
