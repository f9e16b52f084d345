-- Where other systems send their webhooks to.
create table inbound_endpoint (
  tenant text not null,
  id text not null,
  name text not null,
  enabled boolean not null,
  -- SHA-256 of the last part of its address, by which a request finds it, whoever's it is.
  address_hash bytea not null unique,
  -- That part itself; null where it is all that a sender has to know.
  address text,
  verification jsonb not null,
  -- What makes an event of a message; null: it is one already.
  event jsonb,
  -- Headers that are kept besides those that always are, and networks that alone may send; an empty list: all may.
  headers text[] not null,
  networks text[] not null,
  -- Moves with what makes events, so that a message fed in again under another mapping is told from a repeat.
  revision integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant, id)
);
create index inbound_endpoint_created on inbound_endpoint (tenant, created_at, id);

-- What senders sign with or show. Sealed: a copy of this table alone opens nothing.
create table inbound_secret (
  tenant text not null,
  endpoint text not null,
  id uuid not null,
  sealed bytea not null,
  created_at timestamptz not null,
  valid_until timestamptz,
  primary key (tenant, endpoint, id),
  foreign key (tenant, endpoint) references inbound_endpoint (tenant, id) on delete cascade
);

-- What came, byte for byte, also when it was refused. Times are wall times.
create table inbound_receipt (
  tenant text not null,
  endpoint text not null,
  id uuid not null,
  received_at timestamptz not null,
  -- The sender proved to be the one that it says.
  verified boolean not null,
  -- `received`: its node died, or is at it.
  status text not null check (status in ('received', 'taken', 'refused')),
  code text,
  reason text,
  -- How the sender names the message, and what was signed: neither comes twice.
  message_id text,
  fingerprint text,
  -- Id of its event, where its content gives none.
  identity text,
  content_type text,
  headers jsonb not null,
  -- Headers that prove who sent it: kept to look at it again when a secret was mended, and never shown.
  proof jsonb not null,
  trace text,
  -- Null: too large to be kept of a stranger.
  body bytea,
  body_bytes integer not null,
  event_id text,
  event_type text,
  events integer not null default 0,
  revision integer,
  -- How often it came.
  times integer not null default 1,
  last_at timestamptz not null,
  primary key (tenant, id)
);
create index inbound_receipt_received on inbound_receipt (tenant, endpoint, received_at, id);
-- Strangers' messages, of which few are kept.
create index inbound_receipt_stranger on inbound_receipt (tenant, endpoint, received_at, id) where not verified;
create unique index inbound_receipt_message on inbound_receipt (tenant, endpoint, message_id)
  where verified and message_id is not null;
create unique index inbound_receipt_fingerprint on inbound_receipt (tenant, endpoint, fingerprint)
  where verified and fingerprint is not null;

alter table inbound_endpoint enable row level security;
alter table inbound_endpoint force row level security;
create policy inbound_endpoint_app on inbound_endpoint to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy inbound_endpoint_worker on inbound_endpoint to cauce_worker using (true) with check (true);
alter table inbound_secret enable row level security;
alter table inbound_secret force row level security;
create policy inbound_secret_app on inbound_secret to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy inbound_secret_worker on inbound_secret to cauce_worker using (true) with check (true);
alter table inbound_receipt enable row level security;
alter table inbound_receipt force row level security;
create policy inbound_receipt_app on inbound_receipt to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy inbound_receipt_worker on inbound_receipt to cauce_worker using (true) with check (true);
grant select, insert, update, delete on inbound_endpoint, inbound_secret, inbound_receipt to cauce_worker;
grant select, insert, update, delete on inbound_endpoint to cauce_app;
-- Requests write secrets and never read one.
grant select (tenant, endpoint, id, created_at, valid_until), insert, update (valid_until), delete
  on inbound_secret to cauce_app;
-- Nor the proofs of others.
grant select (tenant, endpoint, id, received_at, verified, status, code, reason, message_id, content_type, headers, body,
  body_bytes, event_id, event_type, events, times, last_at) on inbound_receipt to cauce_app;
