-- min-program: 1
-- Whom a replacement concerns, where it names them: today's codes; null for everybody who has the replaced document.

alter table message_link add column organisations text[];
