-- What a setting gave at the last start, hashed as a password is: the same again changes nothing.
create table access_setting (
  name text primary key,
  hash text not null
);
grant select, insert, update on access_setting to cauce_worker;
