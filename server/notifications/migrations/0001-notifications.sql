-- One message to one person; the newest state stands here, every change in notification_state.
create table notification (
  tenant text not null,
  id uuid not null,
  -- The person: a contact or a user; both null when it goes to a bare address.
  user_kind text check (user_kind in ('contact', 'user')),
  user_id text,
  -- Where the channel reached the person last; for a bare address the address itself from the start.
  address text,
  -- The channel in hand, or the last one tried.
  channel text,
  -- How many channels of the request's order are done with.
  tried smallint not null default 0,
  template text,
  template_version integer,
  locale text,
  -- What was said: title, body, html, link, data. Null until a channel took it.
  payload jsonb,
  -- What was asked (NotifyRequest); null once nothing can be decided any more.
  request jsonb,
  category text,
  status text not null check (status in ('held', 'queued', 'sent', 'failed', 'suppressed', 'cancelled')),
  reason text,
  dedupe_key text,
  cause text,
  send_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  read_at timestamptz,
  primary key (tenant, id)
) with (fillfactor = 80);
create unique index notification_dedupe on notification (tenant, dedupe_key) where dedupe_key is not null;
-- The condition holds for every row. Only lists state it, so that a look-up by id, planned while the table was
-- small, can never take this index and read a whole tenant.
create index notification_created on notification (tenant, created_at desc, id desc) where created_at > '-infinity';
-- The inbox: one person's messages, newest first, and the count of those unread.
create index notification_inbox on notification (tenant, user_kind, user_id, created_at desc, id desc)
  where channel = 'inbox' and status = 'sent';
create index notification_unread on notification (tenant, user_kind, user_id)
  where channel = 'inbox' and status = 'sent' and read_at is null;
create index notification_cause on notification (tenant, cause) where cause is not null;

-- Each change, and why. Nobody updates or deletes it but retention, which removes the notification whole.
create table notification_state (
  tenant text not null,
  notification_id uuid not null,
  seq bigint generated always as identity,
  at timestamptz not null,
  status text not null,
  channel text,
  template_version integer,
  address text,
  reason text,
  -- What was said on a channel that failed: the row of the notification then tells of the next one.
  payload jsonb,
  primary key (tenant, notification_id, seq),
  foreign key (tenant, notification_id) references notification (tenant, id) on delete cascade
);

-- Versions are never changed: what was sent can be shown with the words it had.
create table notification_template (
  tenant text not null,
  key text not null,
  channel text not null check (channel in ('inbox', 'push', 'email')),
  locale text not null,
  version integer not null check (version > 0),
  title text,
  body text not null,
  html text,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant, key, channel, locale, version)
);

alter table notification enable row level security;
alter table notification force row level security;
create policy notification_app on notification to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy notification_worker on notification to cauce_worker using (true) with check (true);
grant select, insert, update, delete on notification to cauce_app, cauce_worker;

alter table notification_state enable row level security;
alter table notification_state force row level security;
create policy notification_state_app on notification_state to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy notification_state_worker on notification_state to cauce_worker using (true) with check (true);
grant select, insert on notification_state to cauce_app, cauce_worker;

alter table notification_template enable row level security;
alter table notification_template force row level security;
create policy notification_template_app on notification_template to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy notification_template_worker on notification_template to cauce_worker using (true) with check (true);
grant select, insert on notification_template to cauce_app, cauce_worker;
