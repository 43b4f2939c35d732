-- min-program: 1
-- Organisations, connections and trust. Small tables, read as one snapshot at one version.

create table registry_version (
  one boolean primary key default true check (one),
  version bigint not null
);
insert into registry_version (version) values (1);

create table organisation (
  code text primary key,
  name text not null,
  valid_from text,
  valid_to text,
  successor text,
  suspended boolean not null default false,
  receiving_connection text
);

create table organisation_alias (
  alias text primary key,
  code text not null references organisation (code)
);

create table connection (
  id text primary key,
  name text not null,
  adapter text not null,
  settings jsonb not null,
  role text not null check (role in ('endpoint', 'hub')),
  trust jsonb not null,
  sends_for text[] not null,
  receives_for text[] not null,
  issuers text[] not null,
  paused boolean not null default false,
  concurrency integer not null check (concurrency > 0)
);

create function make_lease_slots() returns trigger
language plpgsql as $$
begin
  insert into lease_slot (connection, slot)
  select new.id, slot from generate_series(0, new.concurrency - 1) as slot
  on conflict do nothing;
  return null;
end
$$;
create trigger connection_slots after insert or update of concurrency on connection
  for each row execute function make_lease_slots();

create table client (
  id text primary key,
  connection text not null references connection (id),
  secret_sha256 text not null,
  scopes text[] not null,
  suspended boolean not null default false
);

create table enrolment (
  id bigint generated always as identity primary key,
  organisation text not null references organisation (code),
  key_sha256 text,
  issuer text,
  subject text,
  valid_from text,
  valid_to text,
  check ((key_sha256 is not null) <> (issuer is not null and subject is not null))
);

create table anchor (
  fingerprint text primary key,
  certificate bytea not null,
  purposes text[] not null,
  valid_from text,
  valid_to text,
  revocation text not null check (revocation in ('required', 'not-published'))
);

create table intermediate (
  fingerprint text primary key,
  certificate bytea not null
);

create table revocation_list (
  fingerprint text primary key,
  list bytea not null
);
