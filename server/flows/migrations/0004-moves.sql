-- What a publish did to the runs of earlier versions, and whether it can still be taken back.
create table flow_move (
  tenant text not null,
  flow_id uuid not null,
  version int not null,
  choice text not null check (choice in ('stay', 'move', 'stop')),
  -- Where runs go that stand at steps which are gone; null: they stay with their version.
  map jsonb not null,
  -- Runs that would act at once by the new graph do so one after the other.
  per_minute int not null,
  -- The version that new events ran before; null: none.
  previous int,
  state text not null check (state in ('moving', 'moved', 'undoing', 'undone', 'closed')),
  total int not null,
  moved int not null default 0,
  -- Of those moved: act now that they are moved, at the stated pace.
  paced int not null default 0,
  stopped int not null default 0,
  kept int not null default 0,
  restored int not null default 0,
  -- The last run that the present pass has looked at, and how many passes there were.
  after uuid,
  pass smallint not null default 1,
  -- Domain time at which the latest of the paced runs acts.
  paced_until timestamptz,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  undo_until timestamptz not null,
  primary key (tenant, flow_id, version)
);

-- Runs as they were before they were moved or stopped, for as long as the publish can be taken back.
create table flow_move_run (
  tenant text not null,
  flow_id uuid not null,
  version int not null,
  run_id uuid not null,
  from_version int not null,
  state text not null,
  -- Of the run after the move: while it is the same, nothing has happened to it since.
  revision int not null,
  primary key (tenant, flow_id, version, run_id)
);

-- Serves counting and moving the runs of a flow that wait. The collation as in `flow_run_list`, for the same reason.
create index flow_run_standing on flow_run (tenant collate "C", flow_id, id) where status = 'waiting';

do $$
declare wanted text;
begin
  foreach wanted in array array['flow_move', 'flow_move_run'] loop
    execute format('alter table %I enable row level security', wanted);
    execute format('alter table %I force row level security', wanted);
    execute format('create policy %I on %I to cauce_app using (tenant = (select nullif(current_setting(''cauce.tenant'', true), ''''))) with check (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))', wanted || '_app', wanted);
    execute format('create policy %I on %I to cauce_worker using (true) with check (true)', wanted || '_worker', wanted);
    execute format('grant select, insert, update, delete on %I to cauce_app, cauce_worker', wanted);
  end loop;
end $$;
