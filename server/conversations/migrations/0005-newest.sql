-- The newest conversations first, as people look at them. Nothing here changes with a message or a sign of life.
create index encounter_opened on encounter (tenant collate "C", opened_at desc, encounter_id desc);
