-- What became of the same thing on each of two ways, while one of them is tried in the shadow of the other.
create table switch_record (
  tenant text not null,
  switch text not null,
  way text not null,
  key text not null,
  at timestamptz not null,
  outcome text not null,
  digest text,
  took_ms real not null,
  primary key (tenant, switch, way, key)
);
-- The tenant in another collation: a look-up by key, planned while the table was small, can then never take this one.
create index switch_record_at on switch_record (tenant collate "C", switch, at);
alter table switch_record enable row level security;
alter table switch_record force row level security;
create policy switch_record_app on switch_record to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy switch_record_worker on switch_record to cauce_worker using (true) with check (true);
grant select, insert, update, delete on switch_record to cauce_app, cauce_worker;
