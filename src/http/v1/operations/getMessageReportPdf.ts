import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import type { RegistryStore } from '../../../ports/registry.ts';
import type { ReportPrinter } from '../../../ports/report-printer.ts';
import { printedReportOf } from '../../../gateway/evidence/printed-report.ts';
import { sendBytes } from '../content.ts';
import { contentDisposition } from '../disposition.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { protectedOperation } from '../../operation.ts';

export const getMessageReportPdf = protectedOperation(
  {
    id: 'getMessageReportPdf',
    method: 'get',
    path: '/v1/messages/{id}/report.pdf',
    summary: 'The verification report on paper, in Vietnamese or, by Accept-Language, in English',
    query: noQuery,
    body: noBody,
    produces: 'application/pdf',
    answers: { 200: { description: 'The report, as a PDF file' } },
  },
  (parts: {
    readonly messages: Pick<MessageStore, 'message' | 'report'>;
    readonly registry: Pick<RegistryStore, 'snapshot'>;
    readonly printReport: ReportPrinter;
  }) =>
    async ({ params, language, request, response }, { connection }) => {
      const id = params.id;
      const view = await parts.messages.message(id, { connection });
      const report = await parts.messages.report(id, { connection });
      if (view === null || report === null) throw new ProblemError('not-found');
      const printed = printedReportOf(view, report, await parts.registry.snapshot(), language);
      const bytes = await parts.printReport(printed);
      response.writeHead(200, {
        'Content-Type': 'application/pdf',
        'Content-Length': bytes.length,
        'Content-Disposition': contentDisposition(`${id}.pdf`, `${id}.pdf`),
        'Cache-Control': 'private, no-store',
      });
      await sendBytes(request.method, response, bytes);
      return 'sent';
    },
);
