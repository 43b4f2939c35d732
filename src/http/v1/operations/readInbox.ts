import { InboxAnswer, InboxQuery } from '../../../api/v1/inbox.ts';
import type { NoticeStore } from '../../../ports/notices.ts';
import type { InboxPage, InboxStore } from '../../../ports/inbox.ts';
import type { World } from '../../../ports/world.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { Events } from '../../../telemetry/events.ts';
import { openCursor, sealCursor, type CursorScope } from '../cursor.ts';
import { noBody, queryOf } from '../../inputs.ts';
import { answer, protectedOperation } from '../../operation.ts';
import { inboxEntryJson, instant, noticeJson } from '../views.ts';

/** Notices on one page: unacknowledged ones come again with the next. */
const NOTICES = 20;

/** Reading does not consume entries: an entry comes again until it is acknowledged or the cursor has passed it. */
export const readInbox = protectedOperation(
  {
    id: 'readInbox',
    method: 'get',
    path: '/v1/inbox',
    summary: 'What waits for this connection, page by page',
    query: queryOf(InboxQuery),
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'A page; empty when nothing came in time', schema: InboxAnswer } },
  },
  (parts: {
    readonly inbox: Pick<InboxStore, 'page' | 'waitForEntry'>;
    readonly notices: Pick<NoticeStore, 'listNotices'>;
    readonly cursorKey: Buffer;
    readonly world: Pick<World, 'now' | 'monotonic'>;
    readonly events: Pick<Events, 'inboxRead'>;
  }) =>
    async ({ query, untilGone }, { connection }) => {
      const scope: CursorScope = { key: parts.cursorKey, connection, list: 'inbox' };
      const after = position(query.cursor, parts.world.now(), scope);
      const page = await pageWithin(
        { connection, after, limit: query.limit, waitMs: query.wait * 1000 },
        untilGone,
        parts,
      );
      parts.events.inboxRead({ connection, entries: page.entries.length });
      const { count, oldest } = page.unacknowledgedBefore;
      return answer(200, InboxAnswer, {
        entries: page.entries.map(inboxEntryJson),
        notices: (await parts.notices.listNotices(connection, NOTICES)).map(noticeJson),
        cursor: sealCursor(page.entries.at(-1)?.seq ?? after, parts.world.now(), scope),
        unacknowledgedBefore: { count, oldest: instant(oldest) },
      });
    },
);

function position(cursor: string | undefined, now: Date, scope: CursorScope): bigint | null {
  if (cursor === undefined) return null;
  const opened = openCursor(cursor, now, scope);
  if (!opened.ok) throw ProblemError.of(opened);
  return opened.value;
}

interface Wanted {
  readonly connection: string;
  readonly after: bigint | null;
  readonly limit: number;
  readonly waitMs: number;
}

/** The page, or an empty one when nothing comes until the time is up. */
async function pageWithin(
  window: Wanted,
  untilGone: () => AbortSignal,
  parts: { readonly inbox: Pick<InboxStore, 'page' | 'waitForEntry'>; readonly world: Pick<World, 'monotonic'> },
): Promise<InboxPage> {
  const deadline = parts.world.monotonic() + window.waitMs;
  const first = await parts.inbox.page(window.connection, window.after, window.limit);
  if (first.entries.length > 0 || window.waitMs === 0) return first;
  const signal = untilGone();
  for (;;) {
    await parts.inbox.waitForEntry(window.connection, Math.max(0, deadline - parts.world.monotonic()), signal);
    const page = await parts.inbox.page(window.connection, window.after, window.limit);
    if (page.entries.length > 0 || parts.world.monotonic() >= deadline || signal.aborted) return page;
  }
}
