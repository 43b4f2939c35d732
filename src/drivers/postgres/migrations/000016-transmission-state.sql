-- min-program: 1
-- A lease is only on what is ready to be pushed, and what may not leave, or waits for a person, has no reference on its way.
-- New rows are held to it from now on; those that are there already are looked at afterwards, while work goes on. One table
-- in each transaction: whoever holds the other then waits for nothing that waits for him.

alter table transmission add constraint transmission_state check (
  (lease_until is null or (state = 'ready' and direction = 'push'))
  and (referenced_at is null or state not in ('held', 'blocked', 'parked'))
) not valid;
