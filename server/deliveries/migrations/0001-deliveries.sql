-- What has not left yet. Narrow, and short: what has ended moves to delivery_attempt.
create table delivery (
  tenant text not null,
  id uuid not null,
  channel text not null,
  target text not null,
  due_at timestamptz not null,
  -- When the present schedule began; a replay begins it anew.
  since timestamptz not null,
  created_at timestamptz not null,
  attempts integer not null default 0,
  failures smallint not null default 0,
  -- The run of a node (delivery_node) that has it in hand; also the fence of its mark.
  lease bigint,
  event_position bigint,
  event_id text,
  request jsonb,
  traceparent text,
  cause text,
  notify jsonb,
  primary key (tenant, id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
-- Plans are made while the table is empty, and kept. The other indexes have the tenant in another collation than the
-- key has, so that a look-up by the key cannot take one of them; who wants them compares with `tenant collate "C"`.
create index delivery_due on delivery (target, tenant collate "C", due_at);
create index delivery_cause on delivery (cause, tenant collate "C");

-- History, insert-only and by day: one row an attempt. The last one of a delivery has `ended` and what a replay
-- needs; a replay clears `ended` and puts the delivery back.
create table delivery_attempt (
  tenant text not null,
  delivery_id uuid not null,
  at timestamptz not null,
  number integer not null,
  channel text not null,
  target text not null,
  verdict text not null,
  latency_ms real,
  request text,
  status smallint,
  headers jsonb,
  body text,
  error text,
  next_at timestamptz,
  ended text check (ended in ('delivered', 'failed', 'cancelled')),
  created_at timestamptz,
  event_position bigint,
  event_id text,
  content jsonb,
  traceparent text,
  cause text,
  notify jsonb
) partition by range (at);
create index delivery_attempt_of on delivery_attempt (tenant, delivery_id);
create index delivery_attempt_target on delivery_attempt (target, tenant collate "C", at) where ended is not null;
create index delivery_attempt_ended on delivery_attempt (tenant collate "C", at) where ended is not null;
create index delivery_attempt_failed on delivery_attempt (tenant collate "C", at) where ended = 'failed';
create index delivery_attempt_cause on delivery_attempt (cause, tenant collate "C") where ended is not null;

-- One row while a target is not plainly well: its breaker is open or it asked for a pause.
create table delivery_target (
  tenant text not null,
  target text not null,
  failures integer not null,
  opens integer not null,
  open_until timestamptz not null,
  opened_at timestamptz not null,
  primary key (tenant, target)
) with (fillfactor = 80);

-- The runs of nodes. A row leased to a run whose lease is over is free again.
create table delivery_node (
  id bigint generated always as identity primary key,
  place text not null,
  pid integer not null,
  started_at timestamptz not null,
  lease_until timestamptz not null
) with (fillfactor = 50);
grant select, insert, update, delete on delivery_node to cauce_worker;

alter table delivery enable row level security;
alter table delivery force row level security;
create policy delivery_app on delivery to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy delivery_worker on delivery to cauce_worker using (true) with check (true);
alter table delivery_attempt enable row level security;
alter table delivery_attempt force row level security;
create policy delivery_attempt_app on delivery_attempt to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy delivery_attempt_worker on delivery_attempt to cauce_worker using (true) with check (true);
alter table delivery_target enable row level security;
alter table delivery_target force row level security;
create policy delivery_target_app on delivery_target to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy delivery_target_worker on delivery_target to cauce_worker using (true) with check (true);
grant select, insert, update, delete on delivery, delivery_attempt, delivery_target to cauce_app, cauce_worker;

-- Makes the days ahead and drops the days that are past keeping. Runs with the owner's rights, since the
-- program's roles own no table. A new day is attached, which does not wait for readers and writers of the others.
create function delivery_days(today date, ahead integer, keep integer) returns void
language plpgsql security definer set search_path from current set lock_timeout = '2s' as $$
declare
  day date;
  part text;
begin
  perform pg_advisory_xact_lock(7205020);
  for day in select generate_series(today, today + ahead, interval '1 day')::date loop
    part := 'delivery_attempt_' || to_char(day, 'YYYYMMDD');
    if to_regclass(part) is null then
      execute format('create table %I (like delivery_attempt including all)', part);
      execute format('alter table delivery_attempt attach partition %I for values from (%L) to (%L)', part,
        to_char(day, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(day + 1, 'YYYY-MM-DD') || ' 00:00:00+00');
    end if;
  end loop;
  begin
    for part in
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'delivery_attempt'::regclass
        and c.relname < 'delivery_attempt_' || to_char(today - keep, 'YYYYMMDD')
    loop
      execute format('drop table %I', part);
    end loop;
  exception when lock_not_available then
    -- Somebody reads history for long; the next call tries again.
    raise warning 'delivery_attempt is in use; its old days are dropped later';
  end;
end $$;
revoke execute on function delivery_days(date, integer, integer) from public;
grant execute on function delivery_days(date, integer, integer) to cauce_worker;
