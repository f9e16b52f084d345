-- Business calendars: several openings a day, holidays, a zone.
create table calendar (
  tenant text not null,
  calendar_id text not null,
  definition jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant, calendar_id)
);

-- Queues. Times in minutes; null: never. Bare: seen in events of others, not yet configured.
create table queue (
  tenant text not null,
  queue_id text not null,
  name text,
  brand text,
  product text,
  service text,
  continuity boolean not null default false,
  warning_min int,
  close_min int,
  close_inactive boolean not null default false,
  extension_min int not null default 0,
  calendar_id text,
  warning_texts jsonb not null default '{}',
  reopen_closed boolean not null default false,
  bare boolean not null default false,
  version bigint not null default 1,
  updated_at timestamptz not null,
  primary key (tenant, queue_id)
);
create index queue_calendar on queue (tenant collate "C", calendar_id) where calendar_id is not null;

create table contact (
  tenant text not null,
  contact_id text not null,
  name text,
  locale text,
  time_zone text,
  addresses jsonb not null default '{}',
  attributes jsonb not null default '{}',
  bare boolean not null default false,
  version bigint not null default 1,
  updated_at timestamptz not null,
  primary key (tenant, contact_id)
);

-- Warning and closing texts of a tenant, one list: small, read whole, replaced whole.
create table conversation_text (
  tenant text not null,
  items jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant)
);

/*
 * Conversations. No foreign keys to queue and contact: neither is ever deleted, and rows known only through
 * events are written in bulk. Indexes hold only what a message or sign of life does not change, and pages keep
 * room, so that these stay heap-only updates.
 */
create table encounter (
  tenant text not null,
  encounter_id text not null,
  queue_id text,
  contact_id text,
  brand_id text,
  channel text,
  bare boolean not null default false,
  status text not null default 'open' check (status in ('open', 'warned', 'closed')),
  handling text not null default 'queued' check (handling in ('queued', 'assigned', 'bot', 'snoozed')),
  assignee jsonb,
  snoozed_until timestamptz,
  opened_at timestamptz not null,
  clock_from timestamptz not null,
  last_patient_at timestamptz,
  awaiting_since timestamptz,
  warned_at timestamptz,
  expired_at timestamptz,
  closed_at timestamptz,
  close_reason text,
  extra_ms bigint not null default 0,
  round int not null default 0,
  message_count int not null default 0,
  armed_at timestamptz,
  version bigint not null default 1,
  primary key (tenant, encounter_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
-- The tenant in another collation: a look-up by key, planned while the table was small, can then never take one of
-- these and read a whole tenant; lists name the collation.
create index encounter_open on encounter (tenant collate "C", queue_id, encounter_id) where status <> 'closed';
-- Who is warned now, for screens.
create index encounter_warned on encounter (tenant collate "C", encounter_id) where status = 'warned';
create index encounter_contact on encounter (tenant collate "C", contact_id, encounter_id);

-- What was said. No foreign key: whoever writes holds the encounter's row lock, from which `seq` comes.
create table message (
  tenant text not null,
  encounter_id text not null,
  seq int not null,
  message_id uuid not null,
  author text not null check (author in ('patient', 'agent', 'bot', 'system')),
  text text not null,
  created_at timestamptz not null,
  primary key (tenant, encounter_id, seq)
);

-- One-use links that were used, and by which opened page: that page may go on.
create table link_use (
  tenant text not null,
  nonce uuid not null,
  page uuid not null,
  encounter_id text not null,
  used_at timestamptz not null,
  primary key (tenant, nonce)
);

-- Links that were followed by a person (a page that ran, not a preview that was fetched).
create table link_visit (
  tenant text not null,
  encounter_id text not null,
  page uuid not null,
  nonce uuid not null,
  contact_id text,
  visited_at timestamptz not null,
  primary key (tenant, encounter_id, page)
);

do $$
declare wanted text;
begin
  foreach wanted in array array['calendar', 'queue', 'contact', 'conversation_text', 'encounter', 'message', 'link_use', 'link_visit'] loop
    execute format('alter table %I enable row level security', wanted);
    execute format('alter table %I force row level security', wanted);
    execute format('create policy %I on %I to cauce_app using (tenant = (select nullif(current_setting(''cauce.tenant'', true), ''''))) with check (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))', wanted || '_app', wanted);
    execute format('create policy %I on %I to cauce_worker using (true) with check (true)', wanted || '_worker', wanted);
    execute format('grant select, insert, update, delete on %I to cauce_app, cauce_worker', wanted);
  end loop;
end $$;
