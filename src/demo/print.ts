// What the demonstration shows: one line a step while it runs, then tables. Colours only on a terminal.

import { renderDeliveries, renderTimeline } from '../cli/messages/trace.ts';
import { displayWidth, printable, renderTable } from '../cli/text-table.ts';
import type { Language } from '../core/message/language.ts';
import type { Journey } from './journey.ts';
import type { StepResult } from './steps.ts';
import { ADDRESSES, ALL_AS_TOLD, EXPECTED, FAILED_HEADS, NOT_AS_TOLD, TIMELINE } from '../texts/demo.ts';
import { ARRIVED } from '../texts/trace.ts';
import { wordFor } from '../texts/words.ts';

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
    screen.write(coloured(screen, 'bad', `       ${EXPECTED[language]}: ${printable(result.expected[language])}\n`));
  }
}

export function printTables(screen: Screen, journey: Journey): void {
  const { language } = screen;
  if (journey.message !== undefined) {
    const { subject, summary, deliveries, documentId } = journey.message;
    const count = ARRIVED[language](summary);
    screen.write(`\n${coloured(screen, 'strong', printable(`${documentId} · ${subject ?? ''} · ${count}`))}\n\n`);
    screen.write(renderDeliveries(deliveries, language));
  }
  if (journey.trace !== undefined) {
    screen.write(`\n${coloured(screen, 'strong', TIMELINE[language])}\n\n`);
    screen.write(renderTimeline(journey.trace, language));
  }
}

export function printVerdict(screen: Screen, results: readonly StepResult[]): void {
  const { language } = screen;
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) {
    screen.write(`\n${coloured(screen, 'good', ALL_AS_TOLD[language](results.length))}\n`);
    return;
  }
  screen.write(`\n${coloured(screen, 'bad', NOT_AS_TOLD[language](failed.length))}\n\n`);
  screen.write(
    renderTable(
      FAILED_HEADS[language].map((title) => ({ title, limit: 100 })),
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
  const values: Readonly<Record<keyof typeof ADDRESSES, string | undefined>> = {
    gateway,
    interface: `${gateway}/openapi.json`,
    state: `${gateway}/readyz  ${gateway}/metrics`,
    credentials: files.credentials,
    package: files.letter,
    again: `npx lienthong trace ${id} --credentials ${files.credentials}`,
    evidence: journey.evidence === undefined ? undefined : `npx lienthong verify ${journey.evidence.join(' ')}`,
    stop: 'Ctrl-C',
  };
  const lines = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[wordFor(ADDRESSES, name, screen.language), value] as const],
  );
  const width = Math.max(...lines.map(([name]) => displayWidth(name)));
  const rows = lines.map(([name, value]) => `${name}${' '.repeat(width - displayWidth(name))}  ${value}`);
  screen.write(`\n${rows.join('\n')}\n`);
}
