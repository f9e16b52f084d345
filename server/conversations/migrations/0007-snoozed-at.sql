-- Since when it rests: what happened before, and is only heard of now, does not end the rest.
alter table encounter add column snoozed_at timestamptz;
