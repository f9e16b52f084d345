-- What went well stays known of its target while it is sent once more: a replay takes `ended` back, not the verdict.
-- Ended ones are found in it as before; an attempt that went well has one entry, as it had.
drop index delivery_attempt_target;
create index delivery_attempt_target on delivery_attempt (target, tenant collate "C", at)
  where ended is not null or verdict = 'delivered';
