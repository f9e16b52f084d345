-- Times of a queue for what the silence is like, beside its own: {"withBot": {"warningMin": 30, "closeMin": null}}.
alter table queue add column thresholds jsonb not null default '{}';

-- What tells one silence from another. Of encounters that were there before, what can be known of it.
alter table encounter
  add column wrote boolean not null default false,
  add column last_speaker text check (last_speaker in ('patient', 'agent', 'bot')),
  add column last_move text check (last_move in ('transfer', 'return'));
update encounter
set wrote = true, last_speaker = case when awaiting_since > last_patient_at then 'agent' else 'patient' end
where last_patient_at is not null and status <> 'closed';
