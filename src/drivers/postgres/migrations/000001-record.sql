-- min-program: 1
-- Messages, deliveries, transmissions and the work on them.
--
-- No foreign keys between the big tables: all rows of a message are written by one transaction, whole months are
-- detached as they are, and a key check for each of a thousand rows a second buys nothing that the transaction does not.

-- Where a month begins among UUIDv7 ids: 48 bits of milliseconds, then zeros.
create function id_at(at timestamptz) returns uuid
language sql immutable parallel safe as $$
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

create table message (
  id uuid primary key,
  kind text not null,
  connection text not null,
  sender text not null,
  issuer text not null,
  identity text not null,
  document_id text not null,
  code text,
  subject text,
  urgent boolean not null,
  unchecked boolean not null,
  sha256 text not null,
  size bigint not null,
  received_at timestamptz(3) not null,
  verdict text not null check (verdict in ('passed', 'failed', 'undecided')),
  disposition text not null check (disposition in ('accepted', 'held', 'released', 'returned')),
  registry_version bigint not null,
  -- The earlier version of the same document that this one follows.
  previous uuid,
  message json not null,
  report json not null,
  findings json not null,
  receipt_body bytea not null,
  receipt_signature bytea not null,
  receipt_key text not null
) partition by range (id);
create index message_document on message (document_id);
create index message_held on message (id) where disposition = 'held';

-- Packages of at most 64 KB. Packed content would only cost time to pack again.
create table message_content (
  message uuid primary key,
  bytes bytea not null
) partition by range (message);
alter table message_content alter column bytes set storage external;

create table delivery (
  id uuid primary key,
  message uuid not null,
  transmission uuid not null,
  organisation text not null,
  connection text not null,
  order_key text not null,
  -- `sending` is never stored: it is a live lease on the transmission.
  transport text not null default 'queued'
    check (transport in ('queued', 'handed-over', 'arrived', 'retrying', 'parked', 'returned', 'cancelled')),
  business_latest text,
  business_furthest text,
  recall text not null default 'none' check (recall in ('none', 'asked', 'agreed', 'refused')),
  problem_code text,
  problem_facts json,
  blocked_by uuid,
  handed_over_at timestamptz(3),
  arrived_at timestamptz(3),
  -- Set when nothing more is to be sent: handed over, arrived, returned or cancelled.
  finished_at timestamptz(3)
) partition by range (id);
create index delivery_message on delivery (message, transmission);
create index delivery_order on delivery (order_key, organisation) where finished_at is null;
create index delivery_blocked on delivery (blocked_by) where blocked_by is not null;

create table transmission (
  id uuid primary key,
  message uuid not null,
  connection text not null,
  direction text not null check (direction in ('push', 'pull')),
  urgent boolean not null,
  state text not null check (state in ('held', 'blocked', 'ready', 'parked', 'finished')),
  due_at timestamptz(3) not null default now(),
  -- When a reference was last handed to the broker; null while none is on its way.
  referenced_at timestamptz(3),
  -- The number of the last lease, and so of the last try. None of the four columns is in an index: leasing is an update in
  -- place.
  epoch integer not null default 0,
  lease_owner text,
  lease_slot integer,
  lease_until timestamptz(3)
) partition by range (id);
create index transmission_due on transmission (connection, due_at)
  where state = 'ready' and direction = 'push' and referenced_at is null;
create index transmission_referenced on transmission (referenced_at)
  where state = 'ready' and direction = 'push' and referenced_at is not null;

create table attempt (
  id uuid primary key,
  message uuid not null,
  transmission uuid not null,
  number integer not null,
  owner text not null,
  finished_at timestamptz(3) not null default now(),
  took integer not null,
  outcome text not null,
  code text not null,
  facts json not null
) partition by range (id);
create index attempt_message on attempt (message);

-- A business status as it came, in order of coming. Nothing is ever overwritten here.
create table status_history (
  id uuid primary key,
  delivery uuid not null,
  message uuid not null,
  code text not null,
  description text,
  stated_at text not null,
  origin text not null check (origin in ('organisation', 'gateway')),
  findings json not null,
  recorded_at timestamptz(3) not null default now()
) partition by range (id);
create index status_history_delivery on status_history (delivery);

-- What must be unique over all months stands in two narrow tables that are not partitioned.
create table document_key (
  identity text primary key,
  message uuid not null,
  sha256 text not null
);
create table idempotency_key (
  connection text not null,
  key text not null,
  message uuid not null,
  sha256 text not null,
  primary key (connection, key)
);

-- The places of a connection, as many as its concurrency; a lease holds one. Taking a free row is what keeps two workers
-- from both finding the last place, and no row ever comes or goes for it.
create table lease_slot (
  connection text not null,
  slot integer not null,
  transmission uuid,
  primary key (connection, slot)
) with (fillfactor = 50);

-- References to publish. `rank` 0 is urgent, 1 ordinary.
create table outbox (
  rank smallint not null,
  id bigint generated always as identity,
  transmission uuid not null,
  connection text not null,
  created_at timestamptz(3) not null default now(),
  claimed_until timestamptz(3),
  primary key (rank, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, fillfactor = 70);

create table inbox_pending (
  id bigint generated always as identity primary key,
  connection text not null,
  delivery uuid not null,
  message uuid not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Numbered by one leader only, so that what commits late also gets a late number.
create table inbox_entry (
  seq bigint generated always as identity primary key,
  connection text not null,
  delivery uuid not null,
  message uuid not null,
  received_at timestamptz(3) not null,
  acknowledged_at timestamptz(3)
);
create unique index inbox_entry_delivery on inbox_entry (delivery, connection);
create index inbox_entry_page on inbox_entry (connection, seq);
create index inbox_entry_open on inbox_entry (connection, seq) where acknowledged_at is null;
