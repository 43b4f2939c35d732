// `lienthong trace ID`: where each copy of a message is, and what happened to it, as the gateway tells it.

import type { DeliveryAnswer, MessageAnswer, TraceAnswer } from '../../api/v1/messages.ts';
import { readCredentials, type ClientOptionValues } from '../credentials.ts';
import { EXIT } from '../exit-codes.ts';
import { answer, distinctly, progress, tellProblem, type CommonOptions, type Language } from '../terminal.ts';
import { printable, renderTable } from '../text-table.ts';
import { openGateway } from './gateway-client.ts';

export interface TraceOptions extends CommonOptions, ClientOptionValues {
  readonly patience: number;
}

/** Resolves to the exit status: 0 found, 1 not found or not ours. */
export async function traceMessage(id: string, options: TraceOptions): Promise<number> {
  const client = openGateway(await readCredentials(options), {
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
        ...renderMarks(message.value),
        ...renderRelated(message.value, options.lang),
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

/** What whoever reads the document must know of it. */
const MARKING: ReadonlySet<string> = new Set(['documents-unsigned', 'attachment-signature-invalid']);

/** A line for each mark; none where there is nothing to know. */
export function renderMarks({ findings }: Pick<MessageAnswer, 'findings'>): readonly string[] {
  const marks = findings.filter(({ code }) => MARKING.has(code)).map(({ title }) => `! ${printable(title)}`);
  return marks.length === 0 ? [] : [...marks, ''];
}

const RELATIONS: readonly {
  readonly name: keyof MessageAnswer['related'];
  readonly vi: string;
  readonly en: string;
}[] = [
  { name: 'actsOn', vi: 'thu hồi, sửa, thay thế', en: 'acts on' },
  { name: 'actedOnBy', vi: 'được thu hồi, sửa, thay thế bởi', en: 'acted on by' },
  { name: 'answers', vi: 'trả lời', en: 'answers' },
  { name: 'answeredBy', vi: 'được trả lời bởi', en: 'answered by' },
  { name: 'previous', vi: 'bản trước', en: 'version before' },
  { name: 'next', vi: 'bản sau', en: 'version after' },
];

const RELATION_COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Liên quan', 'Loại', 'Thông điệp', 'Mã văn bản'],
  en: ['Related', 'Kind', 'Message', 'Document'],
};

/** A table of the messages that this one has to do with; none where there are none. */
export function renderRelated({ related }: Pick<MessageAnswer, 'related'>, language: Language): readonly string[] {
  const rows = RELATIONS.flatMap((relation) =>
    related[relation.name].map(({ id, kind, documentId }) => [relation[language], kind, id, documentId]),
  );
  const columns = RELATION_COLUMNS[language].map((title) => ({ title, limit: 60 }));
  return rows.length === 0 ? [] : [renderTable(columns, rows)];
}

const RECALL_COLUMN: Readonly<Record<Language, string>> = { vi: 'Thu hồi', en: 'Recall' };

const DELIVERY_COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Nơi nhận', 'Tên', 'Chuyển', 'Xử lý', 'Lần thử', 'Lần tới', 'Vấn đề'],
  en: ['Addressee', 'Name', 'Transport', 'Handling', 'Tries', 'Next try', 'Problem'],
};

/** One line for each addressee. What they were asked to give back or change has a column once somebody was asked. */
export function renderDeliveries(deliveries: readonly DeliveryAnswer[], language: Language): string {
  const asked = deliveries.some(({ recall }) => recall !== 'none');
  const titles = [...DELIVERY_COLUMNS[language], ...(asked ? [RECALL_COLUMN[language]] : [])];
  const columns = titles.map((title) => ({ title, limit: 60 }));
  const rows = deliveries.map((delivery) => [
    delivery.organisation,
    delivery.organisationName ?? '',
    delivery.transport,
    delivery.business.furthest ?? '—',
    String(delivery.attempts),
    clock(delivery.nextAttemptAt),
    delivery.problem?.title ?? '',
    ...(asked ? [delivery.recall] : []),
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
