-- Which arm of an experiment a run went, for the report: one row for each run and node, however often it comes by.
create table flow_split (
  tenant text not null,
  flow_id uuid not null,
  node text not null,
  run_id uuid not null,
  version int not null,
  arm text not null,
  -- The arm that gets nothing.
  holdout boolean not null,
  -- Whom the arm is for: the same one always goes the same way.
  unit text not null,
  contact_id text,
  encounter_id text,
  -- Domain time.
  at timestamptz not null,
  primary key (tenant, run_id, node)
);
-- The report reads one flow, node by node, over a time. The tenant in another collation, as in `flow_run_list`.
create index flow_split_report on flow_split (tenant collate "C", flow_id, node, at);

alter table flow_split enable row level security;
alter table flow_split force row level security;
create policy flow_split_app on flow_split to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flow_split_worker on flow_split to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flow_split to cauce_app, cauce_worker;
