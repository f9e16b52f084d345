-- When and how often people may be told something (SendingRules), as the tenant wrote it.
create table sending_rules (
  tenant text primary key,
  rules text not null,
  updated_at timestamptz not null
);

-- What one person was told lately, for the caps of a tenant that has any: one narrow row for each person.
create table notification_pace (
  tenant text not null,
  -- `contact:<id>` or `address:<address>`.
  person text not null,
  -- Grows with each change: who decided by an older one decides again.
  version bigint not null,
  -- [[notification, epoch ms, channel, category], …] of the last month, as JSON.
  handed text not null,
  primary key (tenant, person)
) with (fillfactor = 70);

alter table sending_rules enable row level security;
alter table sending_rules force row level security;
create policy sending_rules_app on sending_rules to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy sending_rules_worker on sending_rules to cauce_worker using (true) with check (true);
grant select, insert, update, delete on sending_rules to cauce_app, cauce_worker;

alter table notification_pace enable row level security;
alter table notification_pace force row level security;
create policy notification_pace_app on notification_pace to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy notification_pace_worker on notification_pace to cauce_worker using (true) with check (true);
grant select, insert, update, delete on notification_pace to cauce_app, cauce_worker;
