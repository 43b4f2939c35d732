-- min-program: 1
-- What goes out in another form than it was accepted in. A signature made twice is two, so what was rendered is kept, and
-- every try, worker and reader gives the same bytes.

-- `{ "format": …, "sign": … }`; null: packages go as they were accepted.
alter table connection add column rendering jsonb;

-- Not partitioned: only for connections that ask for it. Bytes of at most 64 KB; larger ones lie in the content store.
create table rendering (
  message uuid not null,
  form text not null check (form in ('edxml', 'edxml-signed', 'agency', 'json')),
  sha256 text not null,
  size bigint not null,
  bytes bytea,
  -- What the form could not carry: findings.
  losses json not null,
  made_at timestamptz(3) not null default now(),
  primary key (message, form)
);
alter table rendering alter column bytes set storage external;

-- Of the rendering that this delivery is given; null: the bytes as they were accepted.
alter table delivery add column rendered_sha256 text;
