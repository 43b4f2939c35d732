// What the demonstration shows: one line a step while it runs, then tables. Colours only on a terminal.

import { renderDeliveries, renderTimeline } from '../cli/messages/trace.ts';
import { displayWidth, printable, renderTable } from '../cli/text-table.ts';
import type { Language } from '../core/message/language.ts';
import type { Journey } from './journey.ts';
import type { StepResult } from './steps.ts';

export interface Screen {
  readonly language: Language;
  readonly colour: boolean;
  write(text: string): void;
}

const COLOURS = { good: '32', bad: '31', faint: '2', strong: '1' } as const;

function coloured(screen: Screen, colour: keyof typeof COLOURS, text: string): string {
  return screen.colour ? `\u001B[${COLOURS[colour]}m${text}\u001B[0m` : text;
}

/** Widest name of a step, so that what was seen stands in one column. */
const NAME_WIDTH = 52;

export function printStep(screen: Screen, number: number, result: StepResult): void {
  const { language } = screen;
  const mark = result.ok ? coloured(screen, 'good', '✓') : coloured(screen, 'bad', '✗');
  const name = printable(result.name[language]);
  const space = ' '.repeat(Math.max(NAME_WIDTH - displayWidth(name), 1));
  const seconds = coloured(screen, 'faint', `${result.seconds.toFixed(1).padStart(5)} s`);
  screen.write(
    `${mark} ${String(number).padStart(2)}  ${name}${space}${seconds}  ${printable(result.seen[language])}\n`,
  );
  if (!result.ok) {
    const word = language === 'vi' ? 'Mong đợi' : 'Expected';
    screen.write(coloured(screen, 'bad', `       ${word}: ${printable(result.expected[language])}\n`));
  }
}

export function printTables(screen: Screen, journey: Journey): void {
  const { language } = screen;
  if (journey.message !== undefined) {
    const { subject, summary, deliveries, documentId } = journey.message;
    const arrived = language === 'vi' ? 'nơi đã đến' : 'arrived';
    const count = `${summary.arrived} / ${summary.total} ${arrived}`;
    screen.write(`\n${coloured(screen, 'strong', printable(`${documentId} · ${subject ?? ''} · ${count}`))}\n\n`);
    screen.write(renderDeliveries(deliveries, language));
  }
  if (journey.trace !== undefined) {
    screen.write(`\n${coloured(screen, 'strong', language === 'vi' ? 'Dòng thời gian' : 'Timeline')}\n\n`);
    screen.write(renderTimeline(journey.trace, language));
  }
}

export function printVerdict(screen: Screen, results: readonly StepResult[]): void {
  const { language } = screen;
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) {
    const text =
      language === 'vi'
        ? `${results.length} bước đều đúng như đã nói.`
        : `All ${results.length} steps came out as told.`;
    screen.write(`\n${coloured(screen, 'good', text)}\n`);
    return;
  }
  const text =
    language === 'vi' ? `${failed.length} bước không đúng:` : `${failed.length} steps did not come out as told:`;
  screen.write(`\n${coloured(screen, 'bad', text)}\n\n`);
  const titles = language === 'vi' ? ['Bước', 'Mong đợi', 'Đã thấy'] : ['Step', 'Expected', 'Seen'];
  screen.write(
    renderTable(
      titles.map((title) => ({ title, limit: 100 })),
      failed.map(({ name, expected, seen }) => [name[language], expected[language], seen[language]]),
    ),
  );
}

/** Where to look while the demonstration stays up. */
export function printAddresses(
  screen: Screen,
  journey: Journey,
  files: { readonly credentials: string; readonly letter: string },
): void {
  const { gateway } = journey.world;
  const id = journey.accepted?.id ?? '';
  const evidence = journey.evidence === undefined ? [] : [`npx lienthong verify ${journey.evidence.join(' ')}`];
  const lines =
    screen.language === 'vi'
      ? [
          ['Địa chỉ', gateway],
          ['Giao diện', `${gateway}/openapi.json`],
          ['Tình trạng', `${gateway}/readyz  ${gateway}/metrics`],
          ['Tài khoản thử', files.credentials],
          ['Gói tin đã gửi', files.letter],
          ['Xem lại', `npx lienthong trace ${id} --credentials ${files.credentials}`],
          ...evidence.map((command) => ['Hồ sơ chứng cứ', command]),
          ['Dừng', 'Ctrl-C'],
        ]
      : [
          ['Gateway', gateway],
          ['Interface', `${gateway}/openapi.json`],
          ['State', `${gateway}/readyz  ${gateway}/metrics`],
          ['Credentials', files.credentials],
          ['Package sent', files.letter],
          ['Look again', `npx lienthong trace ${id} --credentials ${files.credentials}`],
          ...evidence.map((command) => ['Evidence', command]),
          ['Stop', 'Ctrl-C'],
        ];
  const width = Math.max(...lines.map(([name = '']) => displayWidth(name)));
  const rows = lines.map(([name = '', value = '']) => `${name}${' '.repeat(width - displayWidth(name))}  ${value}`);
  screen.write(`\n${rows.join('\n')}\n`);
}
