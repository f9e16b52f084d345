-- Switches that are turned while the program runs; without a row the setting holds.
create table mqtt_switch (
  name text primary key,
  value boolean not null,
  changed_at timestamptz not null,
  changed_by text not null
);

alter table mqtt_switch enable row level security;
alter table mqtt_switch force row level security;
create policy mqtt_switch_app on mqtt_switch to cauce_app using (true) with check (true);
create policy mqtt_switch_worker on mqtt_switch to cauce_worker using (true) with check (true);
grant select, insert, update on mqtt_switch to cauce_app, cauce_worker;
