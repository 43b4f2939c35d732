// `lienthong trace ID`: where each copy of a message is, and what happened to it, as the gateway tells it.

import type { DeliveryAnswer, MessageAnswer, TraceAnswer } from '../client/answers.ts';
import { GatewayClient } from '../client/gateway.ts';
import { readCredentials, type ClientOptionValues } from './credentials.ts';
import { EXIT } from './exit-codes.ts';
import { answer, distinctly, progress, tellProblem, type CommonOptions, type Language } from './terminal.ts';
import { renderTable } from './text-table.ts';

export interface TraceOptions extends CommonOptions, ClientOptionValues {
  readonly patience: number;
}

/** Resolves to the exit status: 0 found, 1 not found or not ours. */
export async function traceMessage(id: string, options: TraceOptions): Promise<number> {
  const client = new GatewayClient(await readCredentials(options), {
    patience: options.patience,
    language: options.lang,
    onRetry: distinctly((reason) => progress(`${reason}; …`)),
  });
  try {
    const message = await client.message(id);
    if (!message.ok) {
      tellProblem(options, message.problem);
      return EXIT.failed;
    }
    const trace = await client.trace(message.value.id);
    if (!trace.ok) {
      tellProblem(options, trace.problem);
      return EXIT.failed;
    }
    const { timeline } = trace.value;
    answer(options, { ok: true, ...message.value, timeline }, () =>
      [
        renderHead(message.value),
        renderDeliveries(message.value.deliveries, options.lang),
        renderTimeline(trace.value, options.lang),
      ].join('\n'),
    );
    return EXIT.done;
  } finally {
    client.close();
  }
}

function renderHead(message: MessageAnswer): string {
  const { id, kind, documentId, subject, sender, verdict, disposition, summary } = message;
  return [
    `${id}  ${kind}  ${documentId}`,
    `${sender}: ${subject ?? ''}`,
    `${verdict}, ${disposition}; ${summary.arrived} / ${summary.total}`,
    '',
  ].join('\n');
}

const DELIVERY_COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Nơi nhận', 'Tên', 'Chuyển', 'Xử lý', 'Lần thử', 'Lần tới', 'Vấn đề'],
  en: ['Addressee', 'Name', 'Transport', 'Handling', 'Tries', 'Next try', 'Problem'],
};

/** One line for each addressee. */
export function renderDeliveries(deliveries: readonly DeliveryAnswer[], language: Language): string {
  const columns = DELIVERY_COLUMNS[language].map((title) => ({ title, limit: 60 }));
  const rows = deliveries.map((delivery) => [
    delivery.organisation,
    delivery.organisationName ?? '',
    delivery.transport,
    delivery.business.furthest ?? '—',
    String(delivery.attempts),
    clock(delivery.nextAttemptAt),
    delivery.problem?.title ?? '',
  ]);
  return renderTable(columns, rows);
}

const TIMELINE_COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Lúc', 'Ai', 'Nơi nhận', 'Kết quả', 'Việc'],
  en: ['At', 'Who', 'Addressee', 'Outcome', 'What'],
};

/** One line for each thing that happened, oldest first. */
export function renderTimeline(trace: TraceAnswer, language: Language): string {
  const columns = TIMELINE_COLUMNS[language].map((title) => ({ title, limit: 80 }));
  const rows = trace.timeline.map((line) => [
    clock(line.at),
    line.actor,
    line.organisation ?? '',
    line.outcome,
    line.title,
  ]);
  return renderTable(columns, rows);
}

/** Local wall time of the reader, to the millisecond: what is compared is within one page. */
function clock(instant: string | null): string {
  if (instant === null) return '';
  const at = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
