import { ReportAnswer } from '../../../api/v1/report.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import { firstCause } from '../../../core/verify/cause.ts';
import type { DocumentReport } from '../../../core/verify/report.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import { noBody, noQuery } from '../../inputs.ts';
import type { Language } from '../../../core/message/language.ts';
import { answer, protectedOperation } from '../../operation.ts';
import { findingBody } from '../../problem.ts';

export const getMessageReport = protectedOperation(
  {
    id: 'getMessageReport',
    method: 'get',
    path: '/v1/messages/{id}/report',
    summary: 'The verification report of a message',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'The report', schema: ReportAnswer } },
  },
  (parts: { readonly messages: Pick<MessageStore, 'report'> }) =>
    async ({ params, language }, { connection }) => {
      const report = await parts.messages.report(params.id, { connection });
      if (report === null) throw new ProblemError('not-found');
      const cause = firstCause(report);
      return answer(200, ReportAnswer, {
        verdict: report.verdict,
        cause: cause === null ? null : findingBody(cause, language),
        instant: report.instant,
        profile: report.profile,
        profileDates: report.profileDates,
        checks: report.checks,
        findings: report.findings.map((finding) => findingBody(finding, language)),
        signer: report.signer,
        documents: report.documents.map((document) => documentJson(document, language)),
        revocation: report.revocation,
        proofs: report.proofs,
      });
    },
);

function documentJson({ findings, signatures, ...document }: DocumentReport, language: Language) {
  return {
    ...document,
    signatures: signatures.map((signature) => ({
      ...signature,
      findings: signature.findings.map((finding) => findingBody(finding, language)),
    })),
    findings: findings.map((finding) => findingBody(finding, language)),
  };
}
