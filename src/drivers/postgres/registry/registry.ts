// The registry in the database: one snapshot kept in memory, and applying a file in one transaction.

import type pg from 'pg';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { Facts } from '../../../core/problems/finding.ts';
import { shapeFault } from '../../../core/problems/shape.ts';
import type { ConfigReason } from '../../../texts/config.ts';
import type { RenderingChoice } from '../../../core/message/rendering.ts';
import type { Anchor } from '../../../core/registry/anchor.ts';
import type { Client, Connection, Enrolment, Organisation, Registry } from '../../../core/registry/registry.ts';
import { buildRegistry, type RegistryRows } from '../../../core/registry/snapshot.ts';
import { profileText, STRICT_PACKAGE } from '../../../core/registry/profile.ts';
import type { AuditEntry } from '../../../ports/audit.ts';
import type { RegistryStore } from '../../../ports/registry.ts';
import { writeAudit } from '../audit/audit.ts';
import { codeOf } from '../../error-code.ts';
import { query, transaction } from '../pool.ts';
import { CHANNEL, REGISTRY } from '../signals.ts';
import { keySha256Of, RegistryFile, sha256 } from './registry-file.ts';

/** Milliseconds for which a snapshot is used without reading the version. */
const FRESH = 500;

export interface CachedRegistry extends RegistryStore {
  /** Makes the next snapshot read the version. */
  expire(): void;
}

export function openRegistry(pool: pg.Pool): CachedRegistry {
  let current: Registry | null = null;
  let checkedAt = -Infinity;
  let refreshing: Promise<Registry> | null = null;

  const refresh = async (): Promise<Registry> => {
    const startedAt = performance.now();
    const fresh =
      current !== null && current.version === (await readVersion(pool)) ? current : await readSnapshot(pool);
    current = fresh;
    checkedAt = startedAt;
    return fresh;
  };

  return {
    async snapshot() {
      if (current !== null && performance.now() - checkedAt < FRESH) return current;
      refreshing ??= refresh().finally(() => {
        refreshing = null;
      });
      return await refreshing;
    },
    expire() {
      checkedAt = -Infinity;
    },
  };
}

async function readVersion(pool: pg.Pool): Promise<number> {
  const rows = await query<{ version: string }>(pool, {
    name: 'registry-version',
    text: 'select version from registry_version',
  });
  return Number(rows[0]?.version ?? 0);
}

async function readSnapshot(pool: pg.Pool): Promise<Registry> {
  return await transaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    return buildRegistry(await readRows(client));
  });
}

/** A row with null for each absent optional member. */
type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

function present<T extends object>(row: Nullable<T>): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}

async function readRows(client: pg.ClientBase): Promise<RegistryRows> {
  const rowsOf = async <Row extends object>(text: string): Promise<readonly Row[]> =>
    (await client.query<Row>(text)).rows;
  const version = await rowsOf<{ version: string }>('select version from registry_version');
  const organisations = await rowsOf<Nullable<Organisation>>(
    `select o.code, o.name, o.valid_from as "validFrom", o.valid_to as "validTo", o.successor, o.suspended,
            o.receiving_connection as "receivingConnection",
            array(select alias from organisation_alias a where a.code = o.code order by alias) as aliases
       from organisation o order by o.code`,
  );
  const connections = await rowsOf<Omit<Connection, 'rendering'> & { readonly rendering: RenderingChoice | null }>(
    `select id, name, adapter, settings, role, trust, sends_for as "sendsFor", receives_for as "receivesFor", issuers,
            paused, concurrency, rendering from connection order by id`,
  );
  const clients = await rowsOf<Client>(
    'select id, connection, secret_sha256 as "secretSha256", scopes, suspended from client order by id',
  );
  const anchors = await rowsOf<Nullable<Anchor>>(
    `select certificate, purposes, valid_from as "validFrom", valid_to as "validTo", revocation from anchor order by fingerprint`,
  );
  const intermediates = await rowsOf<{ certificate: Buffer }>(
    'select certificate from intermediate order by fingerprint',
  );
  const crls = await rowsOf<{ list: Buffer }>('select list from revocation_list order by fingerprint');
  return {
    version: Number(version[0]?.version ?? 0),
    organisations: organisations.map((row) => present<Organisation>(row)),
    connections: connections.map(({ rendering, ...row }) => (rendering === null ? row : { ...row, rendering })),
    clients,
    enrolments: await readEnrolments(client),
    anchors: anchors.map((row) => present<Anchor>(row)),
    intermediates: intermediates.map((row) => row.certificate),
    crls: crls.map((row) => row.list),
  };
}

interface EnrolmentRow {
  readonly organisation: string;
  readonly key_sha256: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly holder: 'organisation' | 'person';
  readonly valid_from: string | null;
  readonly valid_to: string | null;
}

async function readEnrolments(client: pg.ClientBase): Promise<readonly Enrolment[]> {
  const { rows } = await client.query<EnrolmentRow>(
    'select organisation, key_sha256, issuer, subject, holder, valid_from, valid_to from enrolment order by id',
  );
  return rows.map((row) => ({
    organisation: row.organisation,
    match:
      row.key_sha256 !== null
        ? { by: 'key', keySha256: row.key_sha256 }
        : { by: 'subject', issuer: row.issuer ?? '', subject: row.subject ?? '' },
    holder: row.holder,
    ...(row.valid_from === null ? {} : { validFrom: row.valid_from }),
    ...(row.valid_to === null ? {} : { validTo: row.valid_to }),
  }));
}

export interface Applied {
  readonly version: number;
  /** False when the registry already equalled the file. */
  readonly isChange: boolean;
}

/**
 * Applies a file to the registry (`registry-file.ts` says which entries are replaced), in one transaction with its
 * audit row. Rejects with `config-invalid` when the file is malformed or names a missing entry.
 */
export async function applyRegistry(pool: pg.Pool, input: unknown, actor = 'operator'): Promise<Applied> {
  const parsed = RegistryFile.safeParse(input);
  if (!parsed.success) throw invalid('registry-shape', shapeFault(parsed.error, input));
  return await transaction(pool, async (client) => {
    await client.query('select version from registry_version for update');
    const before = await readRows(client);
    await write(client, parsed.data);
    const after = await readRows(client);
    const isChange = digest(after) !== digest(before);
    const { rows } = await client.query<{ version: string; at: Date }>(
      'update registry_version set version = version + $1 returning version, now() as at',
      [isChange ? 1 : 0],
    );
    const version = Number(rows[0]?.version ?? 0);
    const details = {
      version,
      organisations: parsed.data.organisations.length,
      connections: parsed.data.connections.length,
    };
    if (isChange) {
      await client.query('select pg_notify($1, $2)', [CHANNEL, REGISTRY]);
      // The new registry may hold the missing data.
      await client.query("update recheck set due_at = now() where due_at < 'infinity'");
      const applied: AuditEntry = { actor, act: 'registry.apply', object: '', outcome: 'ok', details };
      await writeAudit(client, [applied, ...changedTrust(before, after, actor)], rows[0]?.at ?? new Date());
    }
    return { version, isChange };
  });
}

/** One hash over the registry, to see whether a file changed it. */
function digest(rows: RegistryRows): string {
  return sha256(JSON.stringify({ ...rows, version: 0 }));
}

/** An audit row for each connection whose trust changed; a new connection is compared with one without a profile. */
function changedTrust(before: RegistryRows, after: RegistryRows, actor: string): readonly AuditEntry[] {
  const profiles = new Map(before.connections.map(({ id, trust }) => [id, profileText(trust)]));
  return after.connections.flatMap(({ id, trust }): readonly AuditEntry[] => {
    const from = profiles.get(id) ?? profileText(STRICT_PACKAGE);
    const to = profileText(trust);
    if (from === to) return [];
    return [{ actor, act: 'connection.trust', object: id, outcome: 'ok', details: { from, to } }];
  });
}

async function write(client: pg.ClientBase, file: RegistryFile): Promise<void> {
  try {
    for (const organisation of file.organisations) await writeOrganisation(client, organisation);
    for (const connection of file.connections) await writeConnection(client, connection);
    for (const entry of file.clients) await writeClient(client, entry);
    await checkReferences(client);
    await writeTrust(client, file);
  } catch (error) {
    throw asInvalid(error);
  }
}

/** Violations that a file is to blame for: it names what is not there, has one alias twice, or leaves a member out. */
const VIOLATIONS: ReadonlyMap<string, ConfigReason> = new Map([
  ['23503', 'registry-entry-missing'],
  ['23505', 'registry-entry-twice'],
  ['23502', 'registry-entry-empty'],
]);

function asInvalid(error: unknown): unknown {
  const reason = VIOLATIONS.get(codeOf(error));
  if (reason === undefined || !(error instanceof Error)) return error;
  const column = 'column' in error ? String(error.column) : '';
  // PostgreSQL names what it refused in one way in all its languages: (columns)=(values).
  const value = 'detail' in error ? (/\)=\((.*)\)/s.exec(String(error.detail))?.[1] ?? '') : '';
  return invalid(reason, { value, column });
}

async function writeOrganisation(client: pg.ClientBase, row: RegistryFile['organisations'][number]): Promise<void> {
  await client.query(
    `insert into organisation (code, name, valid_from, valid_to, successor, suspended, receiving_connection)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (code) do update set name = $2, valid_from = $3, valid_to = $4, successor = $5, suspended = $6, receiving_connection = $7`,
    [row.code, row.name, row.validFrom, row.validTo, row.successor, row.suspended, row.receivingConnection],
  );
  await client.query('delete from organisation_alias where code = $1', [row.code]);
  await client.query('insert into organisation_alias (alias, code) select alias, $1 from unnest($2::text[]) as alias', [
    row.code,
    row.aliases,
  ]);
}

async function writeConnection(client: pg.ClientBase, row: RegistryFile['connections'][number]): Promise<void> {
  await client.query(
    `insert into connection (id, name, adapter, settings, role, trust, sends_for, receives_for, issuers, paused, concurrency, rendering)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (id) do update set name = $2, adapter = $3, settings = $4, role = $5, trust = $6, sends_for = $7,
       receives_for = $8, issuers = $9, paused = $10, concurrency = $11, rendering = $12`,
    [
      row.id,
      row.name,
      row.adapter,
      JSON.stringify(row.settings),
      row.role,
      JSON.stringify(row.trust),
      row.sendsFor,
      row.receivesFor,
      // By default a connection may send documents issued by the organisations it sends for.
      row.issuers ?? row.sendsFor,
      row.paused,
      row.concurrency,
      row.rendering === undefined ? null : JSON.stringify(row.rendering),
    ],
  );
}

/** An existing client keeps its secret when the file names none. */
async function writeClient(client: pg.ClientBase, row: RegistryFile['clients'][number]): Promise<void> {
  const secret = row.secretSha256 ?? (row.secret === undefined ? null : sha256(row.secret));
  const { rowCount } = await client.query(
    `update client set connection = $2, secret_sha256 = coalesce($3, secret_sha256), scopes = $4, suspended = $5 where id = $1`,
    [row.id, row.connection, secret, row.scopes, row.suspended],
  );
  if (rowCount === 1) return;
  await client.query(
    'insert into client (id, connection, secret_sha256, scopes, suspended) values ($1, $2, $3, $4, $5)',
    [row.id, row.connection, secret, row.scopes, row.suspended],
  );
}

/** Organisations and connections name one another, so the check follows after both are written. */
async function checkReferences(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ reason: ConfigReason; facts: Facts }>(
    `select 'registry-connection-missing' as reason,
            json_build_object('organisation', code, 'connection', receiving_connection) as facts from organisation
      where receiving_connection is not null and not exists (select from connection c where c.id = receiving_connection)
     union all
     select 'registry-successor-missing', json_build_object('organisation', code, 'successor', successor)
       from organisation o
      where successor is not null and not exists (select from organisation s where s.code = o.successor)
     union all
     select 'registry-organisation-missing', json_build_object('connection', c.id, 'organisation', named.code)
       from connection c
      cross join lateral unnest(sends_for || receives_for || issuers) as named(code)
      where not exists (select from organisation o where o.code = named.code)
     limit 1`,
  );
  if (rows[0] !== undefined) throw invalid(rows[0].reason, rows[0].facts);
}

async function writeTrust(client: pg.ClientBase, file: RegistryFile): Promise<void> {
  if (file.anchors !== undefined) {
    await client.query('delete from anchor');
    for (const { certificate, purposes, validFrom, validTo, revocation } of file.anchors) {
      await client.query(
        'insert into anchor (fingerprint, certificate, purposes, valid_from, valid_to, revocation) values ($1, $2, $3, $4, $5, $6)',
        [sha256(certificate.raw), certificate.raw, purposes, validFrom, validTo, revocation],
      );
    }
  }
  if (file.intermediates !== undefined) {
    await client.query('delete from intermediate');
    for (const { raw } of file.intermediates) {
      await client.query('insert into intermediate (fingerprint, certificate) values ($1, $2)', [sha256(raw), raw]);
    }
  }
  if (file.crls !== undefined) {
    await client.query('delete from revocation_list');
    for (const list of file.crls) {
      await client.query('insert into revocation_list (fingerprint, list) values ($1, $2)', [sha256(list), list]);
    }
  }
  if (file.enrolments !== undefined) await writeEnrolments(client, file.enrolments);
}

async function writeEnrolments(
  client: pg.ClientBase,
  enrolments: NonNullable<RegistryFile['enrolments']>,
): Promise<void> {
  await client.query('delete from enrolment');
  for (const { organisation, certificate, keySha256, issuer, subject, holder, validFrom, validTo } of enrolments) {
    const key = keySha256 ?? (certificate === undefined ? null : keySha256Of(certificate));
    await client.query(
      `insert into enrolment (organisation, key_sha256, issuer, subject, holder, valid_from, valid_to)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [organisation, key, issuer, subject, holder ?? 'organisation', validFrom, validTo],
    );
  }
}

/** `facts`: those that the reason's words speak of. */
function invalid(reason: ConfigReason, facts: Facts): ProblemError {
  return new ProblemError('config-invalid', { name: 'registry', reason, ...facts });
}
