-- min-program: 1
-- One partition for each month of each big table, made ahead, and a default one for ids of a clock gone astray.

-- What is set on every partition alike: rows stay whole in the page (packing JSON of two kilobytes costs more than it
-- saves), room is left for updates in place, and audit partitions refuse to be emptied one by one.
create function prepare_partition(parent text, child text) returns void
language plpgsql as $$
begin
  if parent in ('message', 'audit') then
    execute format('alter table %I set (toast_tuple_target = 8160)', child);
  end if;
  if parent in ('delivery', 'transmission') then
    execute format('alter table %I set (fillfactor = 75)', child);
  end if;
  if parent = 'audit' then
    execute format('create trigger audit_whole before truncate on %I for each statement execute function refuse_change()', child);
  end if;
end
$$;

-- Makes what is missing for the month of `at`, the one before and the two after it; answers how many it made. Runs with
-- the rights of its owner, so that the run role needs no right to create tables.
create function ensure_partitions(at timestamptz) returns integer
language plpgsql security definer as $$
declare
  parent text;
  child text;
  month timestamptz;
  made integer := 0;
begin
  foreach parent in array array['message', 'message_content', 'delivery', 'transmission', 'attempt', 'status_history', 'audit'] loop
    for step in -1..2 loop
      month := date_trunc('month', at at time zone 'UTC') at time zone 'UTC' + make_interval(months => step);
      child := parent || to_char(month at time zone 'UTC', '_YYYY_MM');
      continue when to_regclass(format('%I', child)) is not null;
      begin
        execute format('create table %I (like %I including defaults including storage including constraints)', child, parent);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
          parent, child, id_at(month), id_at(month + interval '1 month'));
        perform prepare_partition(parent, child);
        made := made + 1;
      exception
        -- The default partition holds rows of that month already, or another process was quicker.
        when check_violation or duplicate_table or invalid_object_definition then null;
      end;
    end loop;
  end loop;
  return made;
end
$$;

do $$
declare
  parent text;
begin
  -- A function that runs with its owner's rights must not look up names where its caller says.
  execute format('alter function ensure_partitions(timestamptz) set search_path = %I, pg_temp', current_schema());
  execute format('alter function ensure_partitions(timestamptz) set timezone = %L', 'UTC');
  revoke execute on function ensure_partitions(timestamptz) from public;
  foreach parent in array array['message', 'message_content', 'delivery', 'transmission', 'attempt', 'status_history', 'audit'] loop
    execute format('create table %I partition of %I default', parent || '_default', parent);
    perform prepare_partition(parent, parent || '_default');
  end loop;
  perform ensure_partitions(now());
end
$$;
