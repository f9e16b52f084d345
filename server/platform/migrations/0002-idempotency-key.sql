-- Answers of requests that came with an Idempotency-Key, kept 24 h; a claim without status is under way.
-- Only the hash of the key is kept.
create table idempotency_key (
  tenant text not null,
  scope text not null,
  key_hash text not null,
  fingerprint text not null,
  fence text not null,
  claimed_at timestamptz not null,
  expires_at timestamptz not null,
  status smallint,
  body text,
  primary key (tenant, scope, key_hash)
);
create index idempotency_key_expiry on idempotency_key (expires_at);

alter table idempotency_key enable row level security;
alter table idempotency_key force row level security;
create policy idempotency_key_app on idempotency_key to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy idempotency_key_worker on idempotency_key to cauce_worker using (true) with check (true);
grant select, insert, update, delete on idempotency_key to cauce_app, cauce_worker;
