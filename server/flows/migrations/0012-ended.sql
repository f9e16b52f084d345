-- What is over, to be forgotten in its time. The time leads: a look takes the oldest of all tenants at once.
create index flow_run_ended on flow_run (ended_at) where ended_at is not null;
create index flow_split_until on flow_split (until);
create index flow_approval_decided on flow_approval (decided_at) where decided_at is not null;
create index flow_bulk_ended on flow_bulk (ended_at) where ended_at is not null;

-- The watchdog counts the latest failures of each flow, however many there were before them.
create index flow_run_failed_at on flow_run (tenant collate "C", flow_id, ended_at) where status = 'failed';
