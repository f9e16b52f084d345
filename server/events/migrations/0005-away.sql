-- Events that were received much later or earlier than they occurred, in the order of the log. By `position + 0`, so that nothing
-- else serves that order: the planner takes a third of the log for away, and would walk all of it by its key to find a few.
drop index event_log_away;
create index event_log_away on event_log (tenant, (position + 0), occurred_at)
  where received_at - occurred_at > interval '1 hour' or received_at - occurred_at < interval '-1 hour';
