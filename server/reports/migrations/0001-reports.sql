-- What became of each silence that was noticed: one row, written as it happens, so that a report reads rows and no log.
create table recovery (
  tenant text not null,
  encounter_id text not null,
  -- Name of the silence: the same for every warning of it.
  silence text not null,
  -- Log position of the first warning of it.
  position bigint not null,
  -- As they were when it was noticed.
  queue_id text,
  brand text,
  service text,
  channel text,
  -- The flow that took it up first.
  flow_id uuid,
  version int,
  run_id uuid,
  -- Domain times; null: not yet.
  detected_at timestamptz not null,
  warned_at timestamptz,
  delivered_at timestamptz,
  followed_at timestamptz,
  recovered_at timestamptz,
  -- The conversation was closed before the person came back.
  closed_at timestamptz,
  primary key (tenant, encounter_id, silence)
) with (fillfactor = 75);
-- Reports read a period. The tenant in another collation, so that a look-up by key can never take it.
create index recovery_period on recovery (tenant collate "C", detected_at);
-- What a run sent is told by the run.
create index recovery_run on recovery (run_id, tenant collate "C") where run_id is not null;

alter table recovery enable row level security;
alter table recovery force row level security;
create policy recovery_app on recovery to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy recovery_worker on recovery to cauce_worker using (true) with check (true);
grant select, insert, update, delete on recovery to cauce_app, cauce_worker;
