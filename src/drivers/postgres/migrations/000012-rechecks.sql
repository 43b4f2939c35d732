-- min-program: 1
-- Undecided verdicts: what waits, for whom, and what came of it.

create table recheck (
  message uuid primary key,
  due_at timestamptz(3) not null default now(),
  tries integer not null default 0,
  -- Whose word is missing.
  awaits text[] not null,
  -- When a person was asked.
  parked_at timestamptz(3)
) with (fillfactor = 75);
create index recheck_due on recheck (due_at);
create index recheck_awaits on recheck using gin (awaits);

-- Messages that another program version left undecided are found by these.
create index message_unchecked on message (id) where unchecked;

-- Who keeps messages waiting, once for each.
create table incident (
  id bigint generated always as identity primary key,
  subject text not null,
  opened_at timestamptz(3) not null default now(),
  closed_at timestamptz(3),
  messages integer not null
);
create unique index incident_open on incident (subject) where closed_at is null;

-- What came of documents that were delivered unchecked, for each who has one, until he has taken it.
create table notice (
  id uuid primary key,
  connection text not null,
  delivery uuid not null,
  message uuid not null,
  verdict text not null check (verdict in ('passed', 'failed', 'undecided')),
  made_at timestamptz(3) not null default now(),
  pushed boolean not null,
  due_at timestamptz(3) not null default now(),
  tries integer not null default 0,
  told_at timestamptz(3)
);
create index notice_due on notice (due_at) where told_at is null and pushed;
create index notice_open on notice (connection, id) where told_at is null;
