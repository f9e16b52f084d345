create table flow (
  tenant text not null,
  id uuid not null,
  name text not null,
  -- The draft as its author saved it; may hold faults.
  draft json,
  -- Grows with every save: the entity tag of the draft.
  draft_revision int not null default 0,
  -- The version that new events run; null before the first publish.
  published int,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant, id)
);
create index flow_list on flow (tenant, created_at desc, id desc);

-- Frozen: a run keeps the version it began with.
create table flow_version (
  tenant text not null,
  flow_id uuid not null,
  version int not null,
  graph json not null,
  -- Types of events that runs of this version may wait for, so that old versions are compiled only when asked.
  listens text[] not null,
  note text,
  published_by text not null,
  published_at timestamptz not null,
  primary key (tenant, flow_id, version),
  foreign key (tenant, flow_id) references flow (tenant, id)
);

-- Grows with every publish: a consumer compares it before each batch, so the next event runs the new graph.
create table flow_generation (
  tenant text not null primary key,
  generation bigint not null
);

create table flow_run (
  tenant text not null,
  id uuid not null,
  flow_id uuid not null,
  version int not null,
  -- Value of the flow's key; null: no event reaches the run.
  key text,
  -- Empty for a flow with one run per key, else the run's own id: what makes `flow_run_key` unique.
  slot text not null,
  subject text not null,
  status text not null check (status in ('waiting', 'completed', 'failed', 'cancelled')),
  event_id text not null,
  event_position bigint not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  -- Compared and raised by every change: whoever decided on an older state decides again.
  revision int not null,
  -- Events of ours that led here; hops of what the run emits are one more.
  hops smallint not null,
  traceparent text,
  -- JSON, as text: the program wrote it, the database need not read it. What the interpreter needs to go on; what is
  -- over keeps only its variables and failure.
  state text not null,
  -- JSON array of the first steps; those that make it long are rows of flow_step.
  steps text not null,
  primary key (tenant, id)
) with (fillfactor = 85);
-- Another collation than the column's: only queries that ask for it take these indexes. A plan made while the table was
-- empty could otherwise look up a run by its tenant alone.
create index flow_run_list on flow_run (tenant collate "C", flow_id, started_at desc, id desc);
-- Serves the lookup of waiting runs by key, and keeps one run per key over all nodes.
-- The key leads: a plan made while the table was empty could otherwise take `flow_run_list` and read a whole flow.
create unique index flow_run_key on flow_run (key, flow_id, tenant, slot) where status = 'waiting';
create index flow_run_event on flow_run (tenant collate "C", event_id);

create table flow_step (
  tenant text not null,
  run_id uuid not null,
  -- The revision that these steps led to.
  revision int not null,
  steps text not null,
  primary key (tenant, run_id, revision)
);

do $$
declare wanted text;
begin
  foreach wanted in array array['flow', 'flow_version', 'flow_generation', 'flow_run', 'flow_step'] loop
    execute format('alter table %I enable row level security', wanted);
    execute format('alter table %I force row level security', wanted);
    execute format('create policy %I on %I to cauce_app using (tenant = (select nullif(current_setting(''cauce.tenant'', true), ''''))) with check (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))', wanted || '_app', wanted);
    execute format('create policy %I on %I to cauce_worker using (true) with check (true)', wanted || '_worker', wanted);
    execute format('grant select, insert, update, delete on %I to cauce_app, cauce_worker', wanted);
  end loop;
end $$;
