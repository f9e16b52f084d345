-- Event types that a tenant registered; those that come with the program have a row when the tenant added to them.
create table event_type (
  tenant text not null,
  name text collate "C" not null,
  family text not null,
  owner text,
  description text not null,
  -- {reason, replacedBy, at}
  deprecated json,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant, name)
);

-- Their schemas: a version never changes. `json` keeps the order of the fields as they were written.
create table event_type_version (
  tenant text not null,
  type text collate "C" not null,
  major int not null,
  minor int not null,
  schema json not null,
  examples json not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant, type, major, minor)
);

-- Events kept apart because of their type or their schema: in no log, seen by no consumer, until they are released.
create table event_quarantine (
  tenant text not null,
  key uuid not null,
  -- The order in which they came.
  seq bigint not null generated always as identity,
  type text collate "C" not null,
  id text not null,
  reason text not null check (reason in ('unknown-type', 'invalid')),
  fault text not null,
  received_at timestamptz not null,
  -- Bytes of its text.
  size int not null,
  -- The event as it would have been appended; its data is in its own text.
  event json not null,
  primary key (tenant, key)
);
-- The tenant in another collation: a look-up by key, planned while the table was small, can then never take one of
-- these and read a whole tenant; lists name the collation of the index that serves them.
create index event_quarantine_seq on event_quarantine (tenant collate "C", seq);
create index event_quarantine_type on event_quarantine (tenant collate "POSIX", type, seq);
create index event_quarantine_age on event_quarantine (received_at, tenant);

do $$
declare wanted text;
begin
  foreach wanted in array array['event_type', 'event_type_version', 'event_quarantine'] loop
    execute format('alter table %I enable row level security', wanted);
    execute format('alter table %I force row level security', wanted);
    execute format('create policy %I on %I to cauce_app using (tenant = (select nullif(current_setting(''cauce.tenant'', true), ''''))) with check (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))', wanted || '_app', wanted);
    execute format('create policy %I on %I to cauce_worker using (true) with check (true)', wanted || '_worker', wanted);
  end loop;
end $$;
grant select, insert, update, delete on event_type, event_type_version, event_quarantine to cauce_app, cauce_worker;
