import { PLACES, stepAt } from '#flows/places.ts'
import type { Failure } from '#flows/run.ts'
import type { Memory, Seen } from '#flows/watch/judge.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

export type Watched = { tenant: string; flowId: string; name: string; memory: Memory | null; seen: Seen }

type Row = {
  tenant: string
  flowId: string
  name: string
  begins: boolean
  lastStart: Date | null
  failed: number
  failedBefore: number
  lastAt: Date | null
  days: Memory['days'] | null
  told: Memory['told'] | null
}

/** Failures counted at most. */
const COUNTED = 100_000

/**
 * How it stands with all flows of all tenants that are published, have runs under way or are in trouble: some probes of an index
 * for each.
 */
export async function watchedFlows(db: Db, now: number, windowMs: number, dayMs: number): Promise<Watched[]> {
  const rows = await db.query<Row>(
    `select f.tenant, f.id as "flowId", f.name, f.published is not null as begins, w.last_at as "lastAt", w.days, w.told,
       (select r.started_at from flow_run r where r.tenant collate "C" = f.tenant and r.flow_id = f.id
        order by r.started_at desc limit 1) as "lastStart",
       (select count(*)::int from (select 1 from flow_run r where r.tenant collate "C" = f.tenant and r.flow_id = f.id
          and r.status = 'failed' and r.ended_at > ${momentOf(1)} limit ${COUNTED}) q) as failed,
       (select count(*)::int from (select 1 from flow_run r where r.tenant collate "C" = f.tenant and r.flow_id = f.id
          and r.status = 'failed' and r.ended_at > ${momentOf(2)} and r.ended_at <= ${momentOf(1)} limit ${COUNTED}) q) as "failedBefore"
     from flow f left join flow_watch w on w.tenant = f.tenant and w.flow_id = f.id
     where f.published is not null or w.told::text <> '{}'
       or exists (select 1 from flow_run r where r.tenant collate "C" = f.tenant and r.flow_id = f.id and r.status = 'waiting')
     order by f.tenant, f.id`,
    [now - windowMs, now - windowMs - dayMs],
  )
  return rows.map(({ tenant, flowId, name, begins, lastStart, failed, failedBefore, lastAt, days, told }) => ({
    ...{ tenant, flowId, name },
    seen: { begins, lastStart: lastStart?.getTime() ?? null, failed, failedBefore, overdue: null },
    memory: days === null || told === null ? null : { lastAt: lastAt?.getTime() ?? null, days, told },
  }))
}

export type CommonFailure = { failure: Failure; runs: number }

/** The latest failures that are looked at for what most of them have in common. */
const LOOKED_AT = 1_000

/**
 * Where most of a flow's latest failures happened, with the commonest cause there and how many failed at that step; undefined: none
 * has failed since. Served by flow_run_burst.
 */
export async function commonFailure(
  db: Db,
  { tenant, flowId }: Pick<Watched, 'tenant' | 'flowId'>,
  since: number,
): Promise<CommonFailure | undefined> {
  const [row] = await db.query<CommonFailure>(
    `select (array_agg(failure))[1] as failure, (sum(count(*)) over (partition by failure->>'nodeId'))::int as runs
     from (select state::json->'failure' as failure from flow_run
       where tenant collate "C" = $2 and flow_id = $3 and status = 'failed' and ended_at > ${momentOf(1)}
       order by ended_at desc limit ${LOOKED_AT}) q
     group by failure->>'nodeId', failure->>'cause' order by runs desc, count(*) desc limit 1`,
    [since, tenant, flowId],
  )
  return row
}

/** Runs of a flow that should have gone on, with the one that waits longest, the step at which it stands and since when. */
export type Overdue = { runs: number; runId: string; nodeId: string; dueAt: number }

/** By tenant and flow the runs that should have gone on before a moment. Reads all that wait. */
export async function overdueRuns(db: Db, before: number): Promise<Map<string, Overdue>> {
  const rows = await db.query<Overdue & { tenant: string; flowId: string }>(
    // Each state is parsed once, and none is kept: `offset 0` holds the two apart.
    `with late as (
       select tenant, flow_id, id, ${stepAt('place')} as node, (place->>'wakeAt')::double precision as at
       from flow_run cross join lateral (select state::json as s offset 0) read cross join lateral ${PLACES}
       where status = 'waiting' and (place->>'wakeAt')::double precision < $1
     )
     select tenant, flow_id as "flowId", count(distinct id)::int as runs, min(at) as "dueAt",
       (array_agg(id order by at, id))[1] as "runId", (array_agg(node order by at, id))[1] as "nodeId"
     from late group by 1, 2`,
    [before],
  )
  return new Map(rows.map(({ tenant, flowId, ...late }) => [`${tenant}\n${flowId}`, late]))
}

export type Remembered = { tenant: string; flowId: string; memory: Memory }

export function remember(tx: Tx, all: readonly Remembered[]): void {
  if (all.length === 0) return
  const rows = all.map(({ tenant, flowId, memory: { lastAt, days, told } }) => ({ tenant, flowId, lastAt, days, told }))
  void tx.query(
    `insert into flow_watch (tenant, flow_id, last_at, days, told)
     select m.tenant, m."flowId", to_timestamp(m."lastAt" / 1000), m.days, m.told
     from jsonb_to_recordset($1::jsonb) as m (tenant text, "flowId" uuid, "lastAt" double precision, days json, told json)
     on conflict (tenant, flow_id) do update set last_at = excluded.last_at, days = excluded.days, told = excluded.told`,
    [JSON.stringify(rows)],
  )
}

/** Of flows that are not published only what is wrong with them is remembered. */
export function forgetOthers(tx: Tx): void {
  void tx.query(
    `delete from flow_watch w where w.told::text = '{}' and not exists (
       select from flow f where f.tenant = w.tenant and f.id = w.flow_id and f.published is not null)`,
  )
}
