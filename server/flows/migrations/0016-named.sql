-- Whom its event names, or a conversation, where the subject does not lead to them: what a run is about is found by it as well. Null
-- for all others, and for runs from before, which have no part of the index.
alter table flow_run add column named text;
create index flow_run_named on flow_run (named, tenant collate "C", started_at desc, id desc) where named is not null;
