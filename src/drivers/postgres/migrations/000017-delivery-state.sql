-- min-program: 1
-- Which columns go with which state of a delivery, as src/core/exchange/lifecycle.ts says: when nothing more is to be sent,
-- when a problem tells why, and that what is finished waits for no other.

alter table delivery add constraint delivery_state check (
  (finished_at is not null) = (transport in ('handed-over', 'arrived', 'returned', 'cancelled'))
  and (problem_code is not null) = (transport in ('retrying', 'parked', 'returned', 'cancelled'))
  and (problem_code is null) = (problem_facts is null)
  and (finished_at is null or blocked_by is null)
  and (arrived_at is not null) = (transport = 'arrived')
  and (handed_over_at is not null or transport not in ('handed-over', 'arrived'))
) not valid;
