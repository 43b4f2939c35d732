-- min-program: 1
-- Documents that nobody signed are marked for whoever gets them.

alter table message add column reference_only boolean not null default false;
