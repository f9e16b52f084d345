import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

/** That a run entered an arm. Times are domain milliseconds. */
export type EntryRow = {
  tenant: string
  flowId: string
  node: string
  runId: string
  version: number
  arm: string
  holdout: boolean
  promoted: boolean
  unit: string
  contactId: string | null
  encounterId: string | null
  key: string | null
  position: number
  at: number
  until: number
}

const INSERT = `insert into flow_split (tenant, flow_id, node, run_id, version, arm, holdout, promoted, unit, contact_id,
  encounter_id, key, position, at, until)
select tenant, flow, node, run, version, arm, holdout, promoted, unit, contact, encounter, key, position,
  to_timestamp(at / 1000), to_timestamp(until / 1000)
from jsonb_to_recordset($1::jsonb) as s (tenant text, flow uuid, node text, run uuid, version int, arm text,
  holdout boolean, promoted boolean, unit text, contact text, encounter text, key text, position bigint,
  at double precision, until double precision)
on conflict (tenant, run_id, node) do nothing`

/** Notes entries; a run that comes by again goes the same way and is noted once. */
export function insertEntries(tx: Tx, rows: readonly EntryRow[]): void {
  if (rows.length === 0) return
  const named = rows.map(({ flowId, runId, contactId, encounterId, ...row }) => ({
    ...row,
    flow: flowId,
    run: runId,
    contact: contactId,
    encounter: encounterId,
  }))
  void tx.query(INSERT, [JSON.stringify(named)])
}

/** When the goal of a run came within its window, whether or not the run still went on; null: it did not. */
export async function goalOf(db: Db, tenant: string, runId: string): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    'select min(goal_at) as at from flow_split where tenant = $1 and run_id = $2',
    [tenant, runId],
  )
  return row?.at ?? null
}

/** Something was said to whom a run is about; `delivered`: its provider took it. */
export type Reached = { tenant: string; runId: string; at: number; delivered: boolean }

// Rows are locked in one order, whoever else notes something of them at the same moment. `tenant || '' = tenant` tells the
// planner of a short list: planned while the table was empty it would else read the whole table for each of these.
const REACHED = `with wanted as (
  select tenant, run, min(at) as at, bool_or(delivered) as delivered
  from jsonb_to_recordset($1::jsonb) as w (tenant text, run uuid, at double precision, delivered boolean)
  where tenant || '' = tenant
  group by tenant, run
), held as (
  select s.tenant, s.run_id, s.node, to_timestamp(w.at / 1000) as moment, w.delivered
  from wanted w join flow_split s on s.tenant = w.tenant and s.run_id = w.run
  where (s.sent_at is null or (w.delivered and s.delivered_at is null)) and s.until >= to_timestamp(w.at / 1000)
  order by s.tenant, s.run_id, s.node
  for update of s
)
update flow_split s set sent_at = coalesce(s.sent_at, h.moment),
  delivered_at = case when h.delivered then coalesce(s.delivered_at, h.moment) else s.delivered_at end
from held h where s.tenant = h.tenant and s.run_id = h.run_id and s.node = h.node`

/** Notes what was said, the first time it was. */
export function noteReached(tx: Tx, rows: readonly Reached[]): void {
  if (rows.length === 0) return
  const named = rows.map(({ runId, ...row }) => ({ ...row, run: runId }))
  void tx.query(REACHED, [JSON.stringify(named)])
}

/** The event of the goal that some versions of a flow have, with its key by their expression. */
export type GoalReached = {
  tenant: string
  flowId: string
  versions: readonly number[]
  key: string
  position: number
  at: number
}

/** Of one key so many entries reach the goal by one event; who has more within one window is no person. */
const MOST = 100

const GOAL = `with wanted as (
  select * from jsonb_to_recordset($1::jsonb) as w (tenant text, flow uuid, versions int[], key text, position bigint,
    at double precision)
), found as (
  select s.tenant, s.run_id, s.node, min(w.at) as at
  from wanted w cross join lateral (
    select tenant, run_id, node from flow_split s
    where s.key = w.key and s.flow_id = w.flow and s.tenant || '' = w.tenant and s.goal_at is null
      and s.until >= to_timestamp(w.at / 1000) and s.position < w.position and s.version = any(w.versions)
    order by s.until limit ${MOST}) s
  group by s.tenant, s.run_id, s.node
), held as (
  select s.tenant, s.run_id, s.node, f.at
  from found f join flow_split s on s.tenant = f.tenant and s.run_id = f.run_id and s.node = f.node
  order by s.tenant, s.run_id, s.node
  for update of s
)
update flow_split s set goal_at = greatest(s.at, to_timestamp(h.at / 1000))
from held h where s.tenant = h.tenant and s.run_id = h.run_id and s.node = h.node and s.goal_at is null`

/** Notes that goals were reached within their windows, in whichever arm and whether or not the run still goes on. */
export function noteGoals(tx: Tx, rows: readonly GoalReached[]): void {
  if (rows.length === 0) return
  const named = rows.map(({ flowId, ...row }) => ({ ...row, flow: flowId }))
  void tx.query(GOAL, [JSON.stringify(named)])
}

/** A link into a conversation was followed, or the conversation was closed. */
export type InConversation = {
  tenant: string
  encounterId: string
  what: 'followed' | 'closed'
  position: number
  at: number
}

const IN_CONVERSATION = `with wanted as (
  select tenant, encounter, min(at) filter (where what = 'followed') as followed,
    min(at) filter (where what = 'closed') as closed, max(position) as position
  from jsonb_to_recordset($1::jsonb) as w (tenant text, encounter text, what text, position bigint, at double precision)
  group by tenant, encounter
), held as (
  select s.tenant, s.run_id, s.node, to_timestamp(w.followed / 1000) as followed, to_timestamp(w.closed / 1000) as closed
  from wanted w cross join lateral (
    select tenant, run_id, node from flow_split s
    where s.encounter_id = w.encounter and s.tenant || '' = w.tenant and s.position < w.position
      and s.until >= to_timestamp(least(w.followed, w.closed) / 1000)
      and ((w.followed is not null and s.followed_at is null) or (w.closed is not null and s.closed_at is null))
    order by s.until limit ${MOST}) found
  join flow_split s on s.tenant = found.tenant and s.run_id = found.run_id and s.node = found.node
  order by s.tenant, s.run_id, s.node
  for update of s
)
update flow_split s set
  -- greatest() passes over nulls: without the case, what did not happen would have happened at the entry.
  followed_at = coalesce(s.followed_at, case when h.followed is not null then greatest(s.at, h.followed) end),
  closed_at = coalesce(s.closed_at, case when h.closed is not null then greatest(s.at, h.closed) end)
from held h where s.tenant = h.tenant and s.run_id = h.run_id and s.node = h.node`

/** Notes what happened in conversations, the first time it did within the window of an entry. */
export function noteInConversations(tx: Tx, rows: readonly InConversation[]): void {
  if (rows.length === 0) return
  const named = rows.map(({ encounterId, ...row }) => ({ ...row, encounter: encounterId }))
  void tx.query(IN_CONVERSATION, [JSON.stringify(named)])
}

/** What came of the people of one arm of one version. */
export type ArmRow = {
  version: number
  arm: string
  holdout: boolean
  promoted: boolean
  entered: number
  sent: number
  delivered: number
  followed: number
  recovered: number
  closed: number
  /** People whose window is over, and how many of them reached the goal within it. */
  observed: number
  observedRecovered: number
  /** From entry to goal, of all who reached it; null: nobody did. */
  medianMs: number | null
  p90Ms: number | null
}

export type ReportWanted = {
  flowId: string
  node: string
  version: number | null
  from: number
  to: number
  now: number
}

/** Entries that a report looks at: the newest of its period. */
export const MOST_ENTRIES = 500_000

/**
 * The people whom a report counts: each once in a version, by the first entry in the period. Whoever comes more often says nothing
 * new about an arm that was chosen once. $1 tenant, $2 flow, $3 node, $4 and $5 the period, $6 the version or null. Served by
 * flow_split_report.
 * @param columns of flow_split besides whom and where
 */
export const peopleCounted = (columns: string): string => `entries as (
  select version, unit, arm, holdout, at, run_id, ${columns}
  from flow_split
  where tenant collate "C" = $1 and flow_id = $2 and node = $3 and at >= ${momentOf(4)} and at < ${momentOf(5)}
    and ($6::int is null or version = $6)
  order by at desc limit ${MOST_ENTRIES}
), people as (
  select distinct on (version, unit) * from entries order by version, unit, at, run_id
)`

const REPORT = `with ${peopleCounted(`promoted, until <= ${momentOf(7)} as is_over, sent_at is not null as sent,
    delivered_at is not null as delivered, followed_at is not null as followed, closed_at is not null as closed,
    date_part('epoch', goal_at - at) * 1000 as ms`)}
select version, arm, holdout, coalesce(promoted, false) as promoted, (select count(*) from entries)::int as entries,
  count(*)::int as entered, (count(*) filter (where sent))::int as sent,
  (count(*) filter (where delivered))::int as delivered, (count(*) filter (where followed))::int as followed,
  count(ms)::int as recovered, (count(*) filter (where closed))::int as closed,
  (count(*) filter (where is_over))::int as observed, (count(ms) filter (where is_over))::int as "observedRecovered",
  grouping(promoted) as "allPhases",
  round((percentile_disc(array[0.5, 0.9]) within group (order by ms))[1])::float8 as "medianMs",
  round((percentile_disc(array[0.5, 0.9]) within group (order by ms))[2])::float8 as "p90Ms"
from people
group by grouping sets ((version, arm, holdout), (version, arm, holdout, promoted))
order by version desc, arm`

/**
 * What came of the people of each arm, by version: the whole of each, and apart what was entered before and after a winner
 * was promoted.
 */
export async function reportRows(
  db: Db,
  tenant: string,
  { flowId, node, version, from, to, now }: ReportWanted,
): Promise<{ entries: number; all: ArmRow[]; phases: ArmRow[] }> {
  const rows = await db.query<ArmRow & { allPhases: number; entries: number }>(REPORT, [
    tenant,
    flowId,
    node,
    from,
    to,
    version,
    now,
  ])
  const of = (allPhases: number) =>
    rows.flatMap(({ allPhases: which, entries: _entries, ...row }) => (which === allPhases ? [row] : []))
  return { entries: rows[0]?.entries ?? 0, all: of(1), phases: of(0) }
}
