import { deletePortion } from '#platform/purge.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

/* What is over and was kept long enough, of all tenants, the oldest first. Times are domain milliseconds where nothing else is said. */

/** A flow whose runs are counted from a moment on, also when they are over. */
export type Counted = { tenant: string; flowId: string; since: number }

// Steps are found by a probe for each run, also where this is planned while their table is empty.
// Each run is held before it goes: one that is tried again just now is not over any more. Served by flow_run_ended.
const RUNS = `with old as materialized (
  select tenant, id from flow_run r
  where ended_at < ${momentOf(1)} and not exists (
    select from jsonb_to_recordset($2::jsonb) as c (tenant text, "flowId" uuid, since double precision)
    where c.tenant = r.tenant and c."flowId" = r.flow_id and r.started_at >= to_timestamp(c.since / 1000))
  order by ended_at limit $3
  for update skip locked
), steps as (
  delete from flow_step where ctid = any(array(
    select s.ctid from old cross join lateral (
      select st.ctid from flow_step st where st.tenant = old.tenant and st.run_id = old.id offset 0) s))
), runs as (
  delete from flow_run r using old where r.tenant = old.tenant and r.id = old.id returning 1
)
select count(*)::int as gone from runs`

/** Forgets runs that ended before a moment, with their steps. @returns how many */
export async function purgeRuns(tx: Tx, before: number, counted: readonly Counted[], portion: number): Promise<number> {
  const [row] = await tx.query<{ gone: number }>(RUNS, [before, JSON.stringify(counted), portion])
  return row?.gone ?? 0
}

/** Published flows that let so many begin within a span, with that span as their authors wrote it. */
export const ratedFlows = (db: Db): Promise<{ tenant: string; flowId: string; per: string }[]> =>
  db.query(
    `select f.tenant, f.id as "flowId", v.graph->'settings'->'rate'->>'per' as per
     from flow f join flow_version v on v.tenant = f.tenant and v.flow_id = f.id and v.version = f.published
     where v.graph->'settings'->'rate'->>'per' is not null`,
  )

/** Forgets questions that were answered, or that nobody need answer since, before a moment. @returns how many */
export const purgeApprovals = (tx: Tx, before: number, portion: number): Promise<number> =>
  deletePortion(tx, 'flow_approval', `decided_at < ${momentOf(1)} order by decided_at`, [before], portion)

/** Forgets work on many runs that was done before a moment of the wall. @returns how many */
export const purgeBulks = (tx: Tx, before: number, portion: number): Promise<number> =>
  deletePortion(tx, 'flow_bulk', `ended_at < ${momentOf(1)} order by ended_at`, [before], portion)

/**
 * Forgets what came of people whose window ended before a moment, but for those among whom a winner is looked for: its sample
 * was fixed beforehand. @returns how many
 */
export const purgeEntries = (tx: Tx, before: number, portion: number): Promise<number> =>
  deletePortion(
    tx,
    'flow_split',
    `until < ${momentOf(1)} and not exists (
       select from flow_winner w
       where w.tenant = old.tenant and w.flow_id = old.flow_id and w.version = old.version and w.node = old.node
         and w.state = 'running')
     order by until`,
    [before],
    portion,
  )
