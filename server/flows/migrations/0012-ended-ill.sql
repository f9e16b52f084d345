-- Runs that failed or were called off, which are few: found without walking those that ended well.
create index flow_run_ill on flow_run (tenant collate "C", flow_id, status, started_at desc, id desc)
  where status in ('failed', 'cancelled');
