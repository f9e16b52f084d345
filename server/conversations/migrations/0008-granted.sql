-- When somebody last gave it more time by hand: what flows meant to close because of the silence stays open.
alter table encounter add column granted_at timestamptz;
