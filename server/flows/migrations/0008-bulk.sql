-- Work on many runs of a flow: what was asked for, and how far it has come.
create table flow_bulk (
  tenant text not null,
  id uuid not null,
  flow_id uuid not null,
  action text not null check (action in ('cancel', 'retry', 'replay')),
  -- Which runs, as they were asked for.
  filter json not null,
  reason text,
  exclude uuid[] not null,
  per_second int not null,
  state text not null check (state in ('running', 'done')),
  -- Runs found by the count, when it began.
  total int not null,
  done int not null default 0,
  -- Runs that could not be, with the reasons of the first.
  refused int not null default 0,
  refusals json not null,
  -- The last run looked at: the newest come first.
  after_at timestamptz,
  after_id uuid,
  started_by text not null,
  -- Wall times.
  started_at timestamptz not null,
  ended_at timestamptz,
  -- Domain time: runs that began later are none of its.
  until timestamptz not null,
  primary key (tenant, id)
);
create index flow_bulk_list on flow_bulk (tenant collate "C", flow_id, started_at desc, id desc);
alter table flow_bulk enable row level security;
alter table flow_bulk force row level security;
create policy flow_bulk_app on flow_bulk to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flow_bulk_worker on flow_bulk to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flow_bulk to cauce_app, cauce_worker;
