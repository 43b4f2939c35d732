-- min-program: 1
-- The keys that receipts and heads of the audit chain were signed with, and those that will be. None is ever dropped: what
-- was signed with it is still to be verified.

create table signing_key (
  key_id text primary key check (key_id ~ '^[0-9a-f]{64}$'),
  algorithm text not null,
  -- SubjectPublicKeyInfo, DER; key_id is its SHA-256.
  public_key bytea not null check (key_id = encode(sha256(public_key), 'hex')),
  announced_at timestamptz(3) not null default now(),
  -- Null until it has signed.
  first_used timestamptz(3),
  last_used timestamptz(3)
);

create function refuse_key_change() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE'
    and (new.key_id, new.algorithm, new.public_key, new.announced_at) = (old.key_id, old.algorithm, old.public_key, old.announced_at)
    and (old.first_used is null or new.first_used = old.first_used)
  then
    return new;
  end if;
  raise exception 'keys that signed are never changed or removed' using errcode = 'insufficient_privilege';
end
$$;
create trigger signing_key_kept before update or delete on signing_key for each row execute function refuse_key_change();
create trigger signing_key_whole before truncate on signing_key for each statement execute function refuse_change();
