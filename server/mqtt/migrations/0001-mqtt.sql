-- Sessions at the broker. A session belongs to one node at a time; its client id is made of its number, so that
-- whoever has it gets what the broker kept for it.
create table mqtt_session (
  slot smallint primary key,
  node text,
  until timestamptz,
  -- What the session is subscribed to at the broker, as it was asked last: what is no longer wanted is given back.
  filters text[] not null default '{}'
);

-- What cannot become an event, or cannot be passed on: kept for an operator.
create table mqtt_refused (
  tenant text not null,
  id uuid not null,
  at timestamptz not null,
  topic text not null,
  reason text not null,
  payload bytea not null,
  -- Content type, user properties and the like, as far as they came.
  properties jsonb not null,
  -- The payload was longer than what is kept.
  cut boolean not null,
  primary key (tenant, id)
);
create index mqtt_refused_at on mqtt_refused (tenant, at desc, id);

alter table mqtt_session enable row level security;
alter table mqtt_session force row level security;
create policy mqtt_session_worker on mqtt_session to cauce_worker using (true) with check (true);
alter table mqtt_refused enable row level security;
alter table mqtt_refused force row level security;
create policy mqtt_refused_app on mqtt_refused to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy mqtt_refused_worker on mqtt_refused to cauce_worker using (true) with check (true);
grant select, insert, update, delete on mqtt_session to cauce_worker;
grant select, insert, update, delete on mqtt_refused to cauce_app, cauce_worker;
