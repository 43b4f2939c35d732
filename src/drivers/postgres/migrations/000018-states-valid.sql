-- min-program: 1
-- Rows from before the two constraints are looked at: reading and writing go on meanwhile.

alter table transmission validate constraint transmission_state;
alter table delivery validate constraint delivery_state;
