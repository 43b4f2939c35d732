-- min-program: 1
-- What one message does to others: revocations, updates, replacements, recalls, and versions of one document.

alter table delivery
  -- All documents whose order it keeps, where it is more than the one of order_key.
  add column order_keys text[],
  -- Why it goes to an addressee whom the package does not name, or takes off the list; null for those named.
  add column reach text check (reach in ('holder', 'added', 'removed')),
  -- The message that asked for what `recall` tells: the delivery's own, a revocation, or a status 13.
  add column asked_by uuid,
  -- When the addressee first read the bytes where it pulls them.
  add column fetched_at timestamptz(3);
create index delivery_order_keys on delivery using gin (order_keys) where finished_at is null and order_keys is not null;

-- Counts how often deliveries were taken out: a lease that began before does not carry them.
alter table transmission add column narrowed integer not null default 0;

-- How messages belong together. Not partitioned: links lead from one month into another.
create table message_link (
  message uuid not null,
  relation text not null check (relation in ('acts-on', 'answers', 'follows')),
  other uuid not null,
  primary key (message, relation, other)
);
create index message_link_other on message_link (other);

-- Numbers given out: issuer, year, number and notation in one key.
create table document_number (
  number text primary key,
  message uuid not null,
  sender text not null,
  document_id text not null
);
