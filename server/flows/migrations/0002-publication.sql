-- The request that published a version: its repeat, when the answer was lost, finds the version instead of making another.
alter table flow_version add column publication uuid;
