-- What came of who entered an arm. Flows with a goal and no split have one row a run too, with an empty node and arm:
-- the flow as a whole.
alter table flow_split
  -- Value of the flow's key: the event of the goal finds the row by it. Null: the version has no goal.
  add column key text,
  -- Log position of the event that the run had seen last: what came before is no return.
  add column position bigint not null default 0,
  -- End of the window in which what happens counts, domain time.
  add column until timestamptz,
  -- A winner took all but the holdout when this was entered: it is no part of the comparison any more.
  add column promoted boolean not null default false,
  -- Domain times; null: not yet, or not within the window.
  add column sent_at timestamptz,
  add column delivered_at timestamptz,
  add column followed_at timestamptz,
  add column goal_at timestamptz,
  add column closed_at timestamptz;
alter table flow_split set (fillfactor = 75);

-- The event of a goal looks for those of its key that have not reached it. The key leads, and whose window is over is
-- passed over, so that a person of many entries costs no more than those that still count.
create index flow_split_goal on flow_split (key, flow_id, tenant collate "C", until) where goal_at is null and key is not null;
-- What happens in a conversation looks for those of it.
create index flow_split_encounter on flow_split (encounter_id, tenant collate "C", until) where encounter_id is not null;
