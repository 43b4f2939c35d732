// `lienthong held …`: lists the messages that wait for a verdict and the silent parties they wait for, and carries out
// a person's decision.

import { ProblemError } from '../../core/problems/problem-error.ts';
import { openStore } from '../../drivers/postgres/store.ts';
import type { Incident, RecheckStore, WaitingMessage } from '../../ports/rechecks.ts';
import type { ConfigOptions } from '../configured.ts';
import { OPEN_MESSAGES } from '../../texts/states.ts';
import { withDatabase } from '../database.ts';
import { EXIT } from '../exit-codes.ts';
import { renderTable } from '../text-table.ts';
import type { Language } from '../../core/message/language.ts';
import { answer, type CommonOptions } from '../terminal.ts';
import { DECIDED, HELD_HEADS, INCIDENT_HEADS, NOTHING_HELD } from '../../texts/commands.ts';

type HeldOptions = CommonOptions & ConfigOptions;

/** Most rows shown. */
const SHOWN = 200;
/** Closed incidents shown. */
const CLOSED = 10;

/** Resolves to the exit status. */
export async function heldList(options: HeldOptions): Promise<number> {
  const { incidents, messages } = await withRechecks(options, async (rechecks) => ({
    incidents: await rechecks.listIncidents(CLOSED),
    messages: await rechecks.listWaiting(SHOWN),
  }));
  answer(options, { ok: true, incidents, messages }, () => render(incidents, messages, options.lang));
  return EXIT.done;
}

export interface DecideOptions extends CommonOptions, ConfigOptions {
  readonly reason: string;
}

/** Lets a held message go, marked as unchecked, or gives it back. Rejects with `not-found` where none of this id is held. */
export async function heldDecide(id: string, to: 'released' | 'returned', options: DecideOptions): Promise<number> {
  const act = to === 'released' ? 'message.release' : 'message.return';
  const details = { reason: options.reason.slice(0, 200) };
  const decided = await withRechecks(options, (rechecks) =>
    rechecks.decideHeld(id, to, { actor: 'operator', act, object: id, outcome: 'ok', details }),
  );
  if (!decided) throw new ProblemError('not-found');
  answer(options, { ok: true, message: id, to }, () => `${DECIDED[to][options.lang]}: ${id}\n`);
  return EXIT.done;
}

async function withRechecks<T>(options: ConfigOptions, work: (rechecks: RecheckStore) => Promise<T>): Promise<T> {
  return await withDatabase(
    options,
    async ({ runUrl }) => {
      const store = await openStore({ url: runUrl, name: 'lienthong held', connections: 2, log: () => undefined });
      try {
        return await work(store.rechecks);
      } finally {
        await store.close();
      }
    },
    { existing: true },
  );
}

function render(incidents: readonly Incident[], messages: readonly WaitingMessage[], language: Language): string {
  const columns = (names: readonly string[]) => names.map((title) => ({ title, limit: 60 }));
  const tables = [
    incidents.length === 0
      ? ''
      : renderTable(
          columns(INCIDENT_HEADS[language]),
          incidents.map(({ subject, openedAt, closedAt, messages: count }) => [
            subject,
            minute(openedAt),
            closedAt === undefined ? '' : minute(closedAt),
            String(count),
          ]),
        ),
    messages.length === 0
      ? `${NOTHING_HELD[language]}\n`
      : renderTable(
          columns(HELD_HEADS[language]),
          messages.map(({ id, sender, documentId, receivedAt, state, awaits }) => [
            id,
            sender,
            documentId,
            minute(receivedAt),
            OPEN_MESSAGES[state][language],
            awaits.join('; '),
          ]),
        ),
  ];
  return tables.filter((table) => table !== '').join('\n');
}

/** To the minute, in the zone of the machine's operator. */
function minute(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
