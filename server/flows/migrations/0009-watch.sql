-- What the watchdog remembers of each published flow: its usual rhythm, and what it has told.
create table flow_watch (
  tenant text not null,
  flow_id uuid not null,
  -- When its latest run began; domain time.
  last_at timestamptz,
  -- The longest pause of each of the latest days on which it began runs: [{day, gapMs}].
  days json not null,
  -- What is wrong with it and was told, by its name, with the domain time since when.
  told json not null,
  primary key (tenant, flow_id)
);
-- Failures of a while; few rows, and none for runs that go well.
create index flow_run_burst on flow_run (tenant collate "C", flow_id, ended_at) where status = 'failed';

alter table flow_watch enable row level security;
alter table flow_watch force row level security;
create policy flow_watch_app on flow_watch to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flow_watch_worker on flow_watch to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flow_watch to cauce_app, cauce_worker;
