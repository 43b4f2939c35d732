// Document numbers used twice: a warning, never a refusal. The first document keeps the number while a copy of it is
// alive.

import type pg from 'pg';
import type { Finding } from '../../../core/problems/finding.ts';
import { printedCode } from '../../../core/message/message.ts';
import type { Acceptance } from '../../../ports/messages.ts';
import { DEAD } from './copies.ts';

interface Holder {
  readonly number: string;
  readonly sender: string;
  readonly document_id: string;
  readonly dead: boolean;
}

/** Adds the finding to the messages whose number belongs to another message already. */
export async function reusedNumbers(
  client: pg.ClientBase,
  acceptances: readonly Acceptance[],
  accepted: readonly string[],
): Promise<ReadonlyMap<string, Finding>> {
  const reused = new Map<string, Finding>();
  if (accepted.length === 0) return reused;
  const numbered = acceptances.filter(({ id, number }) => number !== undefined && accepted.includes(id));
  const holders = await holdersOf(
    client,
    numbered.map(({ number }) => number?.key ?? ''),
  );
  for (const { id, message, sender, number } of numbered) {
    const holder = holders.get(number?.key ?? '');
    if (number === undefined || holder === undefined || message.kind === 'status') continue;
    if (number.sharedWith.includes(holder.document_id)) continue;
    if (holder.dead) {
      await takeOver(client, number.key, id);
      continue;
    }
    const finding: Finding = {
      code: 'number-reused',
      severity: 'warning',
      facts: {
        number: printedCode(message.code),
        // A sender must not learn of another sender's documents.
        ...(holder.sender === sender ? { documentId: holder.document_id } : {}),
      },
      place: 'Code',
    };
    reused.set(id, finding);
    await client.query({
      name: 'number-reused',
      text: `update message set findings = (findings::jsonb || $2::jsonb)::json where id = $1`,
      values: [id, JSON.stringify([finding])],
    });
  }
  return reused;
}

async function holdersOf(client: pg.ClientBase, numbers: readonly string[]): Promise<ReadonlyMap<string, Holder>> {
  const { rows } = await client.query<Holder>({
    name: 'number-holders',
    text: `
      select n.number, n.sender, n.document_id,
             not exists (select from delivery d where d.message = n.message and not ${DEAD}) as dead
        from document_number n where n.number = any($1)`,
    values: [numbers],
  });
  return new Map(rows.map((row) => [row.number, row]));
}

async function takeOver(client: pg.ClientBase, number: string, message: string): Promise<void> {
  await client.query({
    name: 'number-take-over',
    text: `update document_number n set message = m.id, sender = m.sender, document_id = m.document_id
             from message m where n.number = $1 and m.id = $2`,
    values: [number, message],
  });
}
