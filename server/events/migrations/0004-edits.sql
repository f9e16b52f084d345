-- What operators made of events that no consumer could handle. The log keeps what came; whoever reads such an event
-- again from then on reads the newest edit of it.
create table event_edit (
  tenant text not null,
  position bigint not null,
  at timestamptz not null,
  actor text not null,
  reason text not null,
  -- The whole text, in the form in which the event came.
  raw text not null,
  primary key (tenant, position, at)
);
alter table event_edit enable row level security;
alter table event_edit force row level security;
create policy event_edit_app on event_edit to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy event_edit_worker on event_edit to cauce_worker using (true) with check (true);
grant select, insert on event_edit to cauce_app, cauce_worker;
