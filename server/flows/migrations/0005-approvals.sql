-- What runs ask people to approve: who was asked, who answered and when.
create table flow_approval (
  tenant text not null,
  id uuid not null,
  flow_id uuid not null,
  run_id uuid not null,
  node text not null,
  visit int not null,
  -- Whom it was told to: a user of the tenant, or an address.
  to_user text,
  to_address text,
  text text not null,
  status text not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
  encounter_id text,
  contact_id text,
  -- Domain times.
  asked_at timestamptz not null,
  expires_at timestamptz,
  decided_at timestamptz,
  decided_by text,
  note text,
  primary key (tenant, id)
);
-- Lists, the newest first. The tenant in another collation, as in `flow_run_list`.
create index flow_approval_list on flow_approval (tenant collate "C", asked_at desc, id desc);
create index flow_approval_pending on flow_approval (tenant collate "C", asked_at desc, id desc) where status = 'pending';

alter table flow_approval enable row level security;
alter table flow_approval force row level security;
create policy flow_approval_app on flow_approval to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flow_approval_worker on flow_approval to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flow_approval to cauce_app, cauce_worker;
