-- Splits that look for a winner, by the rule that stands in the graph of the version.
create table flow_winner (
  tenant text not null,
  flow_id uuid not null,
  version int not null,
  node text not null,
  state text not null check (state in ('running', 'won', 'undecided', 'ended')),
  -- Of those that won.
  arm text,
  -- New entries all go its way, but for the holdout.
  promoted boolean not null default false,
  -- What was decided on: JSON array of arms with people and who of them came back.
  counts text not null default '[]',
  decided_at timestamptz,
  primary key (tenant, flow_id, version, node)
);

alter table flow_winner enable row level security;
alter table flow_winner force row level security;
create policy flow_winner_app on flow_winner to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flow_winner_worker on flow_winner to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flow_winner to cauce_app, cauce_worker;
