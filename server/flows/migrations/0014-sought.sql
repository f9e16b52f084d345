-- Runs of a version or an outcome that are few among many are passed over inside the index. Whatever changes either has other
-- indexes to write anyway.
drop index flow_run_list;
create index flow_run_list on flow_run (tenant collate "C", flow_id, started_at desc, id desc, version, outcome);
-- What the people are known by whose runs work is for; null: those of anybody.
alter table flow_bulk add column subjects text[];
