-- One message to one person; the newest state stands here, every change in `states`.
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
  -- What was said: title, body, html, link, data, as JSON. Null until a channel took it.
  payload text,
  -- What was asked (NotifyRequest), as JSON; null once nothing can be decided any more.
  request text,
  category text,
  status text not null check (status in ('held', 'queued', 'sent', 'failed', 'suppressed', 'cancelled')),
  reason text,
  dedupe_key text,
  cause text,
  send_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  read_at timestamptz,
  -- Taken by the inbox. A column of its own, so that a change of channel or status touches no index.
  in_inbox boolean not null default false,
  -- Each change, when, and why: a JSON array that only grows. What was said on a channel that failed stands there.
  states text not null,
  primary key (tenant, id)
) with (fillfactor = 70);
-- Indexes beside the primary key hold the tenant in another collation. A look-up by key, planned while the table was
-- small, can then never take one of them and read a whole tenant; lists name the collation.
create unique index notification_dedupe on notification (dedupe_key, tenant collate "C") where dedupe_key is not null;
create index notification_created on notification (tenant collate "C", created_at desc, id desc);
-- One person's messages, newest first: their inbox among them, and the count of those unread.
create index notification_person on notification (tenant collate "C", user_kind, user_id, created_at desc, id desc)
  where user_id is not null;
create index notification_unread on notification (tenant collate "C", user_kind, user_id)
  where in_inbox and read_at is null;
create index notification_cause on notification (cause, tenant collate "C") where cause is not null;

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

alter table notification_template enable row level security;
alter table notification_template force row level security;
create policy notification_template_app on notification_template to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy notification_template_worker on notification_template to cauce_worker using (true) with check (true);
grant select, insert on notification_template to cauce_app, cauce_worker;
