-- The conversation that it is about, if any: what asked for it may be forgotten before the notification is.
alter table notification add column encounter_id text;
-- What a conversation's people were told, newest first.
create index notification_encounter on notification (encounter_id, tenant collate "C", created_at desc, id desc)
  where encounter_id is not null;
