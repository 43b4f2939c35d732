// A message's report for paper, with its organisations' names from the registry.

import type { Registry } from '../../core/registry/registry.ts';
import type { PrintedReport } from '../../core/verify/printed-report.ts';
import { printedReport } from '../../texts/printed-report.ts';
import type { Report } from '../../core/verify/report.ts';
import type { Language } from '../../core/message/language.ts';
import type { MessageView } from '../../ports/messages.ts';

/** Addressees are those that the viewer of the message may see. */
export function printedReportOf(
  view: MessageView,
  report: Report,
  { organisations }: Pick<Registry, 'organisations'>,
  language: Language,
): PrintedReport {
  const nameOf = (code: string): string => {
    const name = organisations.get(code)?.name;
    return name === undefined ? code : `${name} (${code})`;
  };
  const { id, message, sha256, size, receivedAt } = view;
  const recipients = view.deliveries.map(({ organisation }) => nameOf(organisation));
  return printedReport(
    {
      id,
      message,
      sender: nameOf(view.sender),
      issuer: nameOf(view.issuer),
      recipients,
      sha256,
      size,
      receivedAt,
      report,
    },
    language,
  );
}
