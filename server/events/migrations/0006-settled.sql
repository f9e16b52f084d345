-- What operators did with events that a consumer had set aside: gave them back to it, or gave them up. What could not be
-- handled is gone from event_exception then; this stays, so that nobody takes the event for one that went well at once.
create table event_settled (
  tenant text not null,
  position bigint not null,
  consumer text not null,
  attempts smallint not null,
  error text,
  set_aside_at timestamptz not null,
  outcome text not null check (outcome in ('retried', 'discarded')),
  at timestamptz not null,
  actor text not null,
  reason text,
  primary key (tenant, position, consumer, at)
);
alter table event_settled enable row level security;
alter table event_settled force row level security;
create policy event_settled_app on event_settled to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy event_settled_worker on event_settled to cauce_worker using (true) with check (true);
grant select, insert on event_settled to cauce_app, cauce_worker;
