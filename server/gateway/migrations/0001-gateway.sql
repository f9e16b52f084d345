-- Messages that a broker brought and no event could be made of: shown, mended, fed in again or deleted.
create table bus_refused (
  tenant text not null,
  -- A hash of the message: the same one again is counted, not kept twice.
  id uuid not null,
  bus text not null,
  door text not null,
  routing_key text not null,
  message_id text,
  content_type text,
  attributes jsonb not null,
  body bytea not null,
  -- Of the whole body; of a very large one only the beginning is kept.
  body_bytes int not null,
  code text not null,
  reason text not null,
  faults jsonb not null,
  times bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (tenant, id)
);
create index bus_refused_last on bus_refused (tenant, last_at desc, id);

alter table bus_refused enable row level security;
alter table bus_refused force row level security;
create policy bus_refused_app on bus_refused to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy bus_refused_worker on bus_refused to cauce_worker using (true) with check (true);
grant select, insert, update, delete on bus_refused to cauce_app, cauce_worker;

-- What each node took by which way: an operator asks one node and sees all of them.
create table bus_door (
  node text not null,
  door text not null,
  received bigint not null,
  duplicates bigint not null,
  refused bigint not null,
  last_id text,
  last_key text,
  last_at timestamptz not null,
  primary key (node, door)
);
grant select, insert, update, delete on bus_door to cauce_worker;
