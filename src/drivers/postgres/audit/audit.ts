// Writes audit rows in the transaction of the act they record.

import type pg from 'pg';
import { canonicalDetails } from '../../../core/exchange/audit-chain.ts';
import type { AuditEntry } from '../../../ports/audit.ts';
import { newId } from '../../ids.ts';

/**
 * Writes rows and leaves their ids for the sequencer, one line for the whole transaction. The text NUL, which
 * PostgreSQL cannot hold, is replaced: a sender's name with a NUL must not make a row fail.
 */
export async function writeAudit(client: pg.ClientBase, entries: readonly AuditEntry[], at: Date): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => ({
    id: newId(at),
    actor: clean(entry.actor),
    act: clean(entry.act),
    object: clean(entry.object),
    outcome: entry.outcome,
    details: canonicalDetails(entry.details),
  }));
  await client.query({
    name: 'audit',
    text: `
      with given as (
        select * from json_to_recordset($1::json)
          as g(id uuid, actor text, act text, object text, outcome text, details text)
      ), written as (
        insert into audit (id, actor, act, object, outcome, details)
        select id, actor, act, object, outcome, details from given
      )
      insert into audit_pending (ids) select array_agg(id order by id) from given`,
    values: [JSON.stringify(rows)],
  });
}

function clean(text: string): string {
  return text.replaceAll('\u0000', '\ufffd');
}
