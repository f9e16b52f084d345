-- Since when a person's words are unanswered: the first one since ours. Null: the last word is ours, or nobody's.
alter table encounter add column unanswered_since timestamptz;
update encounter e
set unanswered_since = coalesce((
    select min(m.created_at) from message m
    where m.tenant = e.tenant and m.encounter_id = e.encounter_id and m.author = 'patient' and m.seq > coalesce((
      select max(o.seq) from message o
      where o.tenant = e.tenant and o.encounter_id = e.encounter_id and o.author in ('agent', 'bot')), 0)),
  e.last_patient_at, e.opened_at)
where e.last_speaker = 'patient' and e.status <> 'closed';

-- Who waits for us, the longest first. Of what stands in the index a message changes `waits_since` alone, and that only where
-- the turn goes from the person to one of us or back: further words, and all that is said with the bot, stay heap-only updates.
-- Those that rest are in it: a rest ends without anybody writing.
alter table encounter add column waits_since timestamptz
  generated always as (case when status <> 'closed' and handling <> 'bot' then unanswered_since end) stored;
create index encounter_waits on encounter (tenant collate "C", waits_since, encounter_id, queue_id, channel)
  where waits_since is not null;
