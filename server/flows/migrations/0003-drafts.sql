-- The latest saves of a draft: who saved what when, so that whoever comes second is told what the first one changed.
create table flow_draft (
  tenant text not null,
  flow_id uuid not null,
  revision int not null,
  graph json not null,
  saved_by text not null,
  saved_at timestamptz not null,
  primary key (tenant, flow_id, revision)
);

-- The version whose graph this one repeats: somebody went back to it.
alter table flow_version add column from_version int;

alter table flow_draft enable row level security;
alter table flow_draft force row level security;
create policy flow_draft_app on flow_draft to cauce_app using (tenant = (select nullif(current_setting('cauce.tenant', true), ''))) with check (tenant = (select nullif(current_setting('cauce.tenant', true), '')));
create policy flow_draft_worker on flow_draft to cauce_worker using (true) with check (true);
grant select, insert, update, delete on flow_draft to cauce_app, cauce_worker;
