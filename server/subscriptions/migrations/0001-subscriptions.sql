-- Who wants which events, and where.
create table subscription (
  tenant text not null,
  id text not null,
  routing_key_pattern text not null,
  webhook_url text not null,
  format text not null check (format in ('as-received', 'cloudevents')),
  status text not null check (status in ('ACTIVE', 'DISABLED')),
  status_reason text,
  -- Wall time; names the occasion, so that the event that tells of it has one id.
  disabled_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant, id)
);
create index subscription_created on subscription (tenant, created_at, id);

-- Signing secrets: one without an end, and those that a rotation lets overlap.
create table subscription_secret (
  tenant text not null,
  subscription text not null,
  id uuid not null,
  secret text not null,
  created_at timestamptz not null,
  valid_until timestamptz,
  primary key (tenant, subscription, id),
  foreign key (tenant, subscription) references subscription (tenant, id) on delete cascade
);

-- Moves with every change of a tenant's subscriptions, in the same commit: what nodes keep in memory is compared with it.
create table subscription_change (
  tenant text primary key,
  version bigint not null
);

alter table subscription enable row level security;
alter table subscription force row level security;
create policy subscription_app on subscription to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy subscription_worker on subscription to cauce_worker using (true) with check (true);
alter table subscription_secret enable row level security;
alter table subscription_secret force row level security;
create policy subscription_secret_app on subscription_secret to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy subscription_secret_worker on subscription_secret to cauce_worker using (true) with check (true);
alter table subscription_change enable row level security;
alter table subscription_change force row level security;
create policy subscription_change_app on subscription_change to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy subscription_change_worker on subscription_change to cauce_worker using (true) with check (true);
grant select, insert, update, delete on subscription, subscription_change to cauce_app, cauce_worker;
grant select, insert, update, delete on subscription_secret to cauce_worker;
-- Requests write secrets and never read one.
grant select (tenant, subscription, id, created_at, valid_until), insert, update (valid_until), delete
  on subscription_secret to cauce_app;
