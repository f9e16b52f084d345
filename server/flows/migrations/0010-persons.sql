-- Of runs that events about their person may end, who it is. Null for all others, which have no part of the index.
alter table flow_run add column person text;
create index flow_run_person on flow_run (person, flow_id, tenant) where status = 'waiting' and person is not null;
