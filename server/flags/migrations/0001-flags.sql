-- What somebody set; a flag without a row has its default. Flags of the installation stand in the default tenant.
create table flag (
  tenant text not null,
  name text not null,
  value jsonb not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (tenant, name)
);
alter table flag enable row level security;
alter table flag force row level security;
create policy flag_app on flag to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flag_worker on flag to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flag to cauce_app, cauce_worker;
