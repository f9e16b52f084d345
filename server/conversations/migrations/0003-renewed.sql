-- When one of ours last took a warning back: what was meant for the silence before it is not said or done any more.
alter table encounter add column renewed_at timestamptz;
