-- What runs there were about somebody or something, the newest first. The subject leads, as the key does elsewhere: no look-up
-- by key can take this one and read a whole tenant.
create index flow_run_subject on flow_run (subject, tenant collate "C", started_at desc, id desc);
