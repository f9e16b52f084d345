-- One-shot timers: a time, and a call or an event when it has come. The waiting itself is a due row.
create table timer (
  tenant text not null,
  id text not null,
  status text not null check (status in ('scheduled', 'fired', 'failed', 'cancelled')),
  due_at timestamptz not null,
  -- What the delay counts from, and the delay, when the timer counts business time: the due time is made again
  -- when the calendar has changed meanwhile.
  counts_from timestamptz,
  delay_ms bigint,
  calendar_id text,
  callback_url text,
  event jsonb,
  payload jsonb,
  -- How the call ended; null while it is under way, and for events.
  error text,
  attempts integer,
  traceparent text,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  fired_at timestamptz,
  primary key (tenant, id),
  check ((callback_url is null) <> (event is null))
) with (fillfactor = 80);
-- The condition holds for every row. Only lists state it, so that a look-up by id, planned while the table was
-- small, can never take these indexes and read a whole tenant.
create index timer_due on timer (tenant, status, due_at, id) where due_at > '-infinity';
create index timer_all on timer (tenant, due_at, id) where due_at > '-infinity';

alter table timer enable row level security;
alter table timer force row level security;
create policy timer_app on timer to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy timer_worker on timer to cauce_worker using (true) with check (true);
grant select, insert, update, delete on timer to cauce_app, cauce_worker;
