-- min-program: 1
-- What was fetched of revocation. A cache: it may be emptied at any time, and whatever a verdict rests on is in `proof`.

create table revocation_cache (
  -- The kind and the place; for an answer also whom it is about.
  key text primary key,
  kind text not null check (kind in ('crl', 'ocsp')),
  url text not null,
  -- DER certificate of the authority that signs it.
  issuer bytea not null,
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  this_update timestamptz(3),
  next_update timestamptz(3),
  fetched_at timestamptz(3),
  failed_at timestamptz(3),
  failure text,
  failed_host text,
  claimed_until timestamptz(3),
  used_at timestamptz(3) not null default now(),
  check ((sha256 is null) = (this_update is null) and (sha256 is null) = (fetched_at is null)),
  check ((failed_at is null) = (failure is null) and (failed_at is null) = (failed_host is null))
);
create index revocation_cache_content on revocation_cache (sha256);
create index revocation_cache_due on revocation_cache (next_update) where kind = 'crl';
create index revocation_cache_used on revocation_cache (used_at);

-- In pieces, so that a list of 60 MB is never one value.
create table revocation_content (
  sha256 text not null,
  piece integer not null,
  bytes bytea not null,
  primary key (sha256, piece)
);
-- What is signed does not pack.
alter table revocation_content alter column bytes set storage external;

-- One row, and so one writer at a time: whoever reads a version has everything before it.
create table revocation_version (
  id integer primary key default 1 check (id = 1),
  version bigint not null
);
insert into revocation_version (version) values (0);
