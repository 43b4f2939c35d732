-- min-program: 1
-- Time stamps (RFC 3161) over signed heads of the audit chain: over the SHA-256 of audit_head.body.

create table audit_head_stamp (
  seq bigint primary key references audit_head,
  -- TimeStampToken, DER.
  token bytea not null,
  -- The time it states.
  at timestamptz(3) not null,
  kept_at timestamptz(3) not null default now()
);
create trigger audit_head_stamp_immutable before update or delete on audit_head_stamp for each row execute function refuse_change();
create trigger audit_head_stamp_whole before truncate on audit_head_stamp for each statement execute function refuse_change();
