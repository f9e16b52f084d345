-- Timers that have ended, to be forgotten in their time.
create index timer_ended on timer (tenant, updated_at) where status <> 'scheduled';
