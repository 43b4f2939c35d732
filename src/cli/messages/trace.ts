// `lienthong trace ID`: shows the state of each copy of a message and its timeline, as the gateway answers them.

import type { DeliveryAnswer, MessageAnswer, TraceAnswer } from '../../api/v1/messages.ts';
import { readCredentials, type ClientOptionValues } from '../credentials.ts';
import { EXIT } from '../exit-codes.ts';
import type { Language } from '../../core/message/language.ts';
import { answer, distinctly, progress, tellProblem, type CommonOptions } from '../terminal.ts';
import { actorInWords } from '../../texts/acts.ts';
import { MESSAGE_KINDS } from '../../texts/codes.ts';
import {
  ARRIVED,
  DELIVERY_COLUMNS,
  OUTCOMES,
  RELATION_COLUMNS,
  RELATION_NAMES,
  RELATIONS,
  TIMELINE_COLUMNS,
} from '../../texts/trace.ts';
import { DISPOSITIONS, wordsFor } from '../../texts/states.ts';
import { VERDICTS } from '../../texts/verification.ts';
import { inSentence, wordFor } from '../../texts/words.ts';
import { printable, renderTable } from '../text-table.ts';
import { openGateway } from './gateway-client.ts';
import { TRYING_AGAIN } from '../../texts/commands.ts';

export interface TraceOptions extends CommonOptions, ClientOptionValues {
  readonly patience: number;
}

/** Resolves to the exit status: 0 found, 1 not found or not ours. */
export async function traceMessage(id: string, options: TraceOptions): Promise<number> {
  const client = openGateway(await readCredentials(options), {
    patience: options.patience,
    language: options.lang,
    onRetry: distinctly((reason) => progress(TRYING_AGAIN[options.lang](reason))),
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
        renderHead(message.value, options.lang),
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

function renderHead(message: MessageAnswer, language: Language): string {
  const { id, kind, documentId, subject, sender, verdict, disposition, summary } = message;
  return [
    `${id}  ${wordFor(MESSAGE_KINDS, kind, language)}  ${documentId}`,
    `${sender}: ${subject ?? ''}`,
    `${wordFor(VERDICTS, verdict, language)}, ${inSentence(wordFor(DISPOSITIONS, disposition, language))}; ${ARRIVED[language](summary)}`,
    '',
  ].join('\n');
}

/** Findings that the reader of the document must know. */
const MARKING: ReadonlySet<string> = new Set(['documents-unsigned', 'attachment-signature-invalid']);

/** A line for each mark; none without marks. */
export function renderMarks({ findings }: Pick<MessageAnswer, 'findings'>): readonly string[] {
  const marks = findings.filter(({ code }) => MARKING.has(code)).map(({ title }) => `! ${printable(title)}`);
  return marks.length === 0 ? [] : [...marks, ''];
}

/** A table of the related messages; empty without any. */
export function renderRelated({ related }: Pick<MessageAnswer, 'related'>, language: Language): readonly string[] {
  const rows = RELATION_NAMES.flatMap((relation) =>
    related[relation].map(({ id, kind, documentId }) => [
      RELATIONS[relation][language],
      wordFor(MESSAGE_KINDS, kind, language),
      id,
      documentId,
    ]),
  );
  const columns = RELATION_COLUMNS[language].map((title) => ({ title, limit: 60 }));
  return rows.length === 0 ? [] : [renderTable(columns, rows)];
}

/** One line for each addressee. */
export function renderDeliveries(deliveries: readonly DeliveryAnswer[], language: Language): string {
  const columns = DELIVERY_COLUMNS[language].map((title) => ({ title, limit: 60 }));
  const rows = deliveries.map((delivery) => [
    delivery.organisation,
    delivery.organisationName ?? '',
    wordsFor(delivery, language),
    String(delivery.attempts),
    clock(delivery.nextAttemptAt),
    delivery.problem?.title ?? '',
  ]);
  return renderTable(columns, rows);
}

/** One line for each thing that happened, oldest first. */
export function renderTimeline(trace: TraceAnswer, language: Language): string {
  const columns = TIMELINE_COLUMNS[language].map((title) => ({ title, limit: 80 }));
  const rows = trace.timeline.map((line) => [
    clock(line.at),
    actorInWords(line.actor, language),
    line.organisation ?? '',
    wordFor(OUTCOMES, line.outcome, language),
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
