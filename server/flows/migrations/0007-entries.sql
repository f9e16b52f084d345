-- What would begin a run of a flow that lets them begin in turn, later or together, until it does.
create table flow_entry (
  tenant text not null,
  flow_id uuid not null,
  -- What there is one of: the key, or else the run that this would be.
  slot text not null,
  -- Of the run.
  id uuid not null,
  -- Value of the flow's key; empty: it has none.
  key text not null,
  priority int not null,
  -- Position of the event in the log: who came first.
  position bigint not null,
  -- Domain times: when it came, and from when on it may begin.
  arrived_at timestamptz not null,
  ready_at timestamptz not null,
  -- It waits for the run of its key to end.
  held boolean not null default false,
  -- JSON, as text: the event, whom it is about, and where it begins.
  body text not null,
  primary key (tenant, flow_id, slot)
);
-- Turns, and what lists show. The tenant in another collation, as in `flow_run_list`.
create index flow_entry_turn on flow_entry (tenant collate "C", flow_id, priority desc, position, id);
-- The next that becomes ready.
create index flow_entry_ready on flow_entry (tenant collate "C", flow_id, ready_at);
-- Those of one key.
create index flow_entry_key on flow_entry (tenant collate "C", flow_id, key, position);

-- When keys began a run, for flows that let them do so once in a while.
create table flow_entered (
  tenant text not null,
  flow_id uuid not null,
  key text not null,
  -- Domain time.
  at timestamptz not null,
  primary key (tenant, flow_id, key)
);
create index flow_entered_at on flow_entered (tenant collate "C", flow_id, at);

do $$
declare wanted text;
begin
  foreach wanted in array array['flow_entry', 'flow_entered'] loop
    execute format('alter table %I enable row level security', wanted);
    execute format('alter table %I force row level security', wanted);
    execute format('create policy %I on %I to cauce_app using (tenant = (select nullif(current_setting(''cauce.tenant'', true), ''''))) with check (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))', wanted || '_app', wanted);
    execute format('create policy %I on %I to cauce_worker using (true) with check (true)', wanted || '_worker', wanted);
    execute format('grant select, insert, update, delete on %I to cauce_app, cauce_worker', wanted);
  end loop;
end $$;
