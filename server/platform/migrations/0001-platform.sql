-- Due rows: all that waits and is only database. Claimed by (kind, due_at) in batches.
create table due (
  kind text not null,
  tenant text not null,
  key text not null,
  due_at timestamptz not null,
  payload jsonb,
  attempts smallint not null default 0,
  error text,
  primary key (tenant, kind, key)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index due_at on due (kind, due_at);

-- Due rows whose handler failed for good, kept for an operator.
create table due_failed (
  kind text not null,
  tenant text not null,
  key text not null,
  due_at timestamptz not null,
  payload jsonb,
  error text not null,
  failed_at timestamptz not null,
  primary key (tenant, kind, key)
);

alter table due enable row level security;
alter table due force row level security;
create policy due_app on due to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy due_worker on due to cauce_worker using (true) with check (true);
alter table due_failed enable row level security;
alter table due_failed force row level security;
create policy due_failed_app on due_failed to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy due_failed_worker on due_failed to cauce_worker using (true) with check (true);
grant select, insert, update, delete on due, due_failed to cauce_app, cauce_worker;

-- Secrets that the program makes for itself (token signing, link signing). Never readable by requests.
create table platform_secret (
  name text primary key,
  value bytea not null
);
grant select, insert on platform_secret to cauce_worker;

-- Where scaled time began, so that it never goes back over a restart.
create table platform_clock (
  one boolean primary key default true check (one),
  scale double precision not null,
  wall timestamptz not null,
  domain timestamptz not null
);
grant select, insert, update on platform_clock to cauce_worker;

-- Guards raise inside the database: a pipelined COMMIT cannot see that no row matched.
create function assert_rows(actual bigint, expected bigint) returns void language plpgsql as $$
begin
  if actual is distinct from expected then
    raise exception 'row guard: % of % rows matched', actual, expected using errcode = 'CA001';
  end if;
end $$;
grant execute on function assert_rows(bigint, bigint) to cauce_app, cauce_worker;
