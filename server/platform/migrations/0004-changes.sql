-- How often what nodes keep in memory was changed, by topic. Written in the commit of each change.
create table change (
  topic text primary key,
  version bigint not null
);
grant select, insert, update on change to cauce_app, cauce_worker;
