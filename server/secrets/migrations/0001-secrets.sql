-- What a tenant's flows need to reach other systems. Sealed: a copy of this table alone opens nothing.
create table secret (
  tenant text not null,
  name text not null,
  sealed bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (tenant, name)
);

alter table secret enable row level security;
alter table secret force row level security;
create policy secret_app on secret to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy secret_worker on secret to cauce_worker using (true) with check (true);
grant select, insert, update, delete on secret to cauce_app, cauce_worker;
