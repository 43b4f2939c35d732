-- min-program: 1
-- The audit log: rows commit with their acts, are chained by hash afterwards, and never change.

create table audit (
  id uuid primary key,
  at timestamptz(3) not null default clock_timestamp(),
  actor text not null,
  act text not null,
  object text not null,
  outcome text not null,
  -- Canonical JSON as text: the chain is over these very characters.
  details text not null
) partition by range (id);
create index audit_object on audit (object) where object <> '';

-- One row for each transaction that wrote audit rows, until the sequencer has chained them.
create table audit_pending (
  id bigint generated always as identity primary key,
  ids uuid[] not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create table audit_chain (
  seq bigint primary key,
  audit uuid not null,
  hash bytea not null
);

create table audit_head (
  seq bigint primary key,
  hash bytea not null,
  at timestamptz(3) not null,
  body bytea not null,
  signature bytea not null,
  key_id text not null
);

create function refuse_change() returns trigger
language plpgsql as $$
begin
  raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_immutable before update or delete on audit for each row execute function refuse_change();
create trigger audit_whole before truncate on audit for each statement execute function refuse_change();
create trigger audit_chain_immutable before update or delete on audit_chain for each row execute function refuse_change();
create trigger audit_chain_whole before truncate on audit_chain for each statement execute function refuse_change();
create trigger audit_head_immutable before update or delete on audit_head for each row execute function refuse_change();
create trigger audit_head_whole before truncate on audit_head for each statement execute function refuse_change();
