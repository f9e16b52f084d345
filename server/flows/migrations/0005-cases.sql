-- What a flow should do, told by its authors: each case is played on every publish.
create table flow_case (
  tenant text not null,
  flow_id uuid not null,
  name text not null,
  body json not null,
  updated_by text not null,
  updated_at timestamptz not null,
  primary key (tenant, flow_id, name)
);
alter table flow_case enable row level security;
alter table flow_case force row level security;
create policy flow_case_app on flow_case to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flow_case_worker on flow_case to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flow_case to cauce_app, cauce_worker;
