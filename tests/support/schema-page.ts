// `src/docs/schema.md`: the tables of a migrated database as they stand, for people who look into one.

import pg from 'pg';
import { RUN_ROLE } from '../../src/drivers/embedded-postgres/embedded.ts';
import { code, table } from './fields-page.ts';
import { freshDatabase } from './postgres.ts';

/** What each table is for. A table without a row here fails the page. */
const TABLES: Readonly<Record<string, string>> = {
  anchor: 'authorities that the operator trusts, and for what',
  attempt: 'each try at a transmission, and its outcome',
  audit: 'the audit log: a row for each act, written in the transaction of the act',
  audit_chain: 'the hash of each audit row over the one before',
  audit_head: 'the newest hash of the chain, signed each hour',
  audit_head_stamp: 'time stamps (RFC 3161) over signed heads',
  audit_pending: 'a row for each transaction whose audit rows are not chained yet',
  broker_reference: 'references to work that the embedded broker holds',
  client: 'accounts with which systems call the interface, and the hashes of their secrets',
  connection: 'connected systems: kind, settings, profile, rendering, bounds',
  delivery: 'one message to one addressee, with all its states',
  document_key: 'what makes a document the same over all months',
  document_number: 'numbers of documents that an issuer has given out in a year',
  enrolment: 'which certificates are which organisation’s, and whose',
  idempotency_key: 'the keys that clients gave their requests',
  inbox_entry: 'what a connection that fetches may take, in its order',
  inbox_pending: 'what waits for a place in an inbox',
  incident: 'authorities and scanners whose silence keeps messages waiting',
  intermediate: 'certificates of authorities between an anchor and a signer',
  lease_slot: 'the bounded number of leases that a connection may have at once',
  message: 'one accepted package: what it is, what was found, what became of it',
  message_content: 'packages of at most 64 KB; larger ones are in the content store',
  message_link: 'which message acts on, answers or follows which',
  notice: 'what came of documents that were delivered unchecked, for each addressee that has one',
  organisation: 'agencies: code, name, dates, successor, receiving connection',
  organisation_alias: 'other codes of an organisation',
  outbox: 'references that are to be published',
  proof: 'certificates, lists and OCSP answers that verdicts rest on, each once',
  recheck: 'undecided verdicts, and what each waits for',
  registry_version: 'one row: the version of the registry',
  rendering: 'messages in the form that a connection wants',
  revocation_cache: 'what was fetched of revocation; may be emptied at any time',
  revocation_content: 'its bytes, in pieces',
  revocation_list: 'revocation lists that the operator put into the registry',
  revocation_version: 'the version of the cache that all processes compare with',
  schema_migration: 'which migrations were applied, with their checksums',
  signing_key: 'keys that receipts and heads were signed with, and those announced',
  status_history: 'each business status as it came',
  transmission: 'one message to one connection, and the work on it',
};

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly fallback: string | null;
}

interface Table {
  readonly name: string;
  readonly partitionedBy: string | null;
  readonly columns: readonly Column[];
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
  readonly triggers: readonly string[];
  /** What the run role may do. */
  readonly rights: readonly string[];
}

/** Of the catalogue of PostgreSQL; partitions stand for their parent. */
const TABLES_QUERY = `
  select c.relname as name,
         pg_get_partkeydef(c.oid) as "partitionedBy",
         (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                   'nullable', not a.attnotnull, 'fallback', pg_get_expr(d.adbin, d.adrelid)) order by a.attnum)
            from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
         (select coalesce(json_agg(pg_get_constraintdef(o.oid) order by o.contype desc, o.conname), '[]')
            from pg_constraint o where o.conrelid = c.oid and o.contype in ('p', 'u', 'c', 'f')) as constraints,
         (select coalesce(json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text), '[]')
            from pg_index i
           where i.indrelid = c.oid
             and not exists (select 1 from pg_constraint o where o.conindid = i.indexrelid)) as indexes,
         (select coalesce(json_agg(distinct p.proname), '[]')
            from pg_trigger t join pg_proc p on p.oid = t.tgfoid
           where t.tgrelid = c.oid and not t.tgisinternal) as triggers,
         (select coalesce(json_agg(r order by n), '[]')
            from unnest(array['select', 'insert', 'update', 'delete']) with ordinality as rights(r, n)
           where has_table_privilege($1, c.oid, r)) as rights
    from pg_class c
   where c.relnamespace = 'lienthong'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   order by c.relname`;

/** The page, from a database that this call makes and migrates. The caller ends the server with `stopServers`. */
export async function schemaPage(): Promise<string> {
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    await client.query('set search_path = lienthong');
    const { rows } = await client.query<Table>(TABLES_QUERY, [RUN_ROLE]);
    return pageOf(rows);
  } finally {
    await client.end();
    await database.drop();
  }
}

function pageOf(tables: readonly Table[]): string {
  return [
    '# Schema: the tables of the database as they stand',
    'For people who look into a database, and for programmers who write a migration. Made by `tests/support/write-schema-page.ts` from a database that all of `src/drivers/postgres/migrations/` were applied to; why tables are as they are stands in the migrations and in `src/decisions/0004-big-tables.md`. Everything lies in the schema `lienthong`. A partitioned table has a part for each month.',
    table(
      ['table', 'holds'],
      tables.map(({ name }) => [`[${code(name)}](#${name})`, wordsOf(name)]),
    ),
    ...tables.map(tableText),
  ]
    .join('\n\n')
    .concat('\n');
}

function tableText(from: Table): string {
  const { name, partitionedBy, columns, constraints, indexes, triggers, rights } = from;
  const told = [
    ...(partitionedBy === null ? [] : [`- partitioned by ${code(partitionedBy.toLowerCase())}`]),
    ...constraints.map((text) => `- ${code(text)}`),
    ...indexes.map((text) => `- ${code(text.replace(/ (?:ONLY )?lienthong\./, ' '))}`),
    ...triggers.map((text) => `- trigger ${code(text)}`),
    `- the run role may ${rights.length === 0 ? 'do nothing' : rights.join(', ')}`,
  ];
  return [
    `## ${name}`,
    `${wordsOf(name).replace(/^./, (first) => first.toUpperCase())}.`,
    table(
      ['column', 'type', 'default'],
      columns.map((column) => [
        code(column.name),
        `${column.type}${column.nullable ? ', may be null' : ''}`,
        column.fallback === null ? '' : code(column.fallback),
      ]),
    ),
    told.join('\n'),
  ].join('\n\n');
}

function wordsOf(name: string): string {
  const words = TABLES[name];
  if (words === undefined) throw new Error(`tests/support/schema-page.ts does not say what ${name} holds`);
  return words;
}
