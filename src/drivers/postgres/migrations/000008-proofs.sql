-- min-program: 1
-- What verdicts rested on: certificates, revocation lists, OCSP answers. A list may have 50 MB and serves all verdicts of
-- its time, so each stands here once. What is signed does not pack.

create table proof (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  kind text not null check (kind in ('certificate', 'crl', 'ocsp')),
  bytes bytea not null,
  kept_at timestamptz(3) not null default now()
);
alter table proof alter column bytes set storage external;
create trigger proof_immutable before update or delete on proof for each row execute function refuse_change();
create trigger proof_whole before truncate on proof for each statement execute function refuse_change();
