-- Why a subscription is disabled is a code from now on; the sentence for it is made where it is shown.
update subscription set status_reason = case status_reason
  when 'the receiver answered 410 Gone' then 'gone' when 'disabled by its owner' then 'owner'
  when 'disabled in the backup' then 'backup' else status_reason end
where status_reason is not null;

alter table subscription
  -- Delays between the attempts; null: the standard ones.
  add column retry_delays_s integer[],
  -- Wall times. The first failed attempt since one went well, written once it is sure that the endpoint is failing; and
  -- the one that went well after it, until that is told.
  add column failing_since timestamptz,
  add column well_at timestamptz,
  -- How many of the warnings were given in this episode, and when the last one was.
  add column warnings smallint not null default 0,
  add column warned_at timestamptz,
  -- Probes of an endpoint that was disabled because it failed: how many were sent, and when the next one is due.
  add column probes smallint not null default 0,
  add column next_probe_at timestamptz,
  -- When it was last enabled after it had been disabled: what was before says nothing of its health.
  add column enabled_at timestamptz;

-- The public half of an ed25519 secret: what the owner gives to the receiver, and the only half that is ever read back.
alter table subscription_secret add column public_key text;
grant select (public_key) on subscription_secret to cauce_app;
