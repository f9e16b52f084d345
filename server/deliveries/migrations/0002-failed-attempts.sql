-- How a target fares: its last failed attempt, and its first one since something went well. An attempt that went well
-- stands in no part of this index, so it costs a healthy target nothing.
create index delivery_attempt_bad on delivery_attempt (target, tenant collate "C", at)
  where verdict in ('retry', 'throttle', 'permanent', 'dead');
