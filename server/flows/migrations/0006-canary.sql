-- A version that a share of the new runs begin with, before it is published for all.
create table flow_canary (
  tenant text not null,
  flow_id uuid not null,
  version int not null,
  -- Of the keys: the same person always comes to the same side.
  percent double precision not null,
  -- Share of its ended runs that may have failed, judged once so many have ended.
  threshold double precision not null,
  minimum_runs int not null,
  state text not null check (state in ('running', 'promoted', 'returned', 'stopped')),
  failed int not null default 0,
  ended int not null default 0,
  started_by text not null,
  -- Domain time, as that of runs.
  started_at timestamptz not null,
  ended_by text,
  ended_at timestamptz,
  primary key (tenant, flow_id, version)
);
create unique index flow_canary_running on flow_canary (tenant, flow_id) where state = 'running';

-- Serves counting the failed runs of a version: they are few, and all others cost it nothing.
create index flow_run_failed on flow_run (tenant collate "C", flow_id, version) where status = 'failed';

alter table flow_canary enable row level security;
alter table flow_canary force row level security;
create policy flow_canary_app on flow_canary to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flow_canary_worker on flow_canary to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flow_canary to cauce_app, cauce_worker;
