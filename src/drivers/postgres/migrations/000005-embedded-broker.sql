-- min-program: 1
-- References of the embedded broker: what a queue server would hold, for installations that have none.

create table broker_reference (
  id bigint generated always as identity primary key,
  urgent boolean not null,
  body bytea not null,
  -- Who has it and until when; an owner that lives keeps moving the time on.
  claim uuid,
  claimed_until timestamptz not null default '-infinity'
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The order of giving. The claim is in no index, so that claiming rewrites only the row.
create index broker_reference_order on broker_reference (urgent desc, id);
