-- The run at which a cascade began: of runs that events of other runs started. Null: the run began it itself.
alter table flow_run add column root uuid;
