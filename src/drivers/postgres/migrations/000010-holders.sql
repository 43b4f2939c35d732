-- min-program: 1
-- Whose certificate an enrolment names: the organisation's own, or a person's who signs for it.

alter table enrolment
  add column holder text not null default 'organisation' check (holder in ('organisation', 'person'));
