-- Replays that were begun: how much each was to send. What still waits of it stands in the deliveries; the rows go when another is
-- begun after all was sent.
create table subscription_replay (
  tenant text not null,
  subscription text not null,
  id uuid not null,
  started_at timestamptz not null,
  -- As it was counted in the beginning, and what was put back so far; `walks`: the log is still looked through for more.
  counted integer not null,
  put_back integer not null,
  walks boolean not null,
  primary key (tenant, subscription, id),
  foreign key (tenant, subscription) references subscription (tenant, id) on delete cascade
);
alter table subscription_replay enable row level security;
alter table subscription_replay force row level security;
create policy subscription_replay_app on subscription_replay to cauce_app
  using (tenant = (select nullif(current_setting('cauce.tenant', true), '')))
  with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy subscription_replay_worker on subscription_replay to cauce_worker using (true) with check (true);
grant select, insert, update, delete on subscription_replay to cauce_app, cauce_worker;
