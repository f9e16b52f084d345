-- What becomes of messages: filter, condition, and what is made of those for which it holds (CEL).
create table mqtt_rule (
  tenant text not null,
  id text not null,
  name text not null,
  enabled boolean not null,
  topic text not null,
  does jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant, id)
);
create index mqtt_rule_created on mqtt_rule (tenant, created_at, id);

-- Moves with every change of a tenant's rules, in the same commit: what nodes keep in memory is compared with it.
create table mqtt_rule_change (
  tenant text primary key,
  version bigint not null
);

alter table mqtt_rule enable row level security;
alter table mqtt_rule force row level security;
create policy mqtt_rule_app on mqtt_rule to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy mqtt_rule_worker on mqtt_rule to cauce_worker using (true) with check (true);
alter table mqtt_rule_change enable row level security;
alter table mqtt_rule_change force row level security;
create policy mqtt_rule_change_app on mqtt_rule_change to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy mqtt_rule_change_worker on mqtt_rule_change to cauce_worker using (true) with check (true);
grant select, insert, update, delete on mqtt_rule, mqtt_rule_change to cauce_app, cauce_worker;
