import type { Run, Step } from '#flows/run.ts'
import type { Db } from '#platform/work.ts'

/** A run as it really went, up to a moment. Times are domain milliseconds. */
export type RealRun = {
  id: string
  version: number
  eventPosition: number
  subject: string
  startedAt: number
  endedAt: number | null
  outcome: string | null
  about: Run['about']
  failure: Run['failure']
  /** What it saw as its event; of one that is over only where somebody had changed that. */
  event: Run['event'] | undefined
  /** Where it began, if it went on from another run. */
  forked: Run['forked']
  /** The versions that it was moved away from. */
  moves: NonNullable<Run['moves']>
  status: Run['status']
  steps: Step[]
}

type Row = Omit<RealRun, 'about' | 'failure' | 'event' | 'forked' | 'moves' | 'steps'> & {
  state: string
  steps: string
}

const COLUMNS = `id::text, version, event_position as "eventPosition", subject, status, outcome,
  date_part('epoch', started_at) * 1000 as "startedAt", date_part('epoch', ended_at) * 1000 as "endedAt", state, steps`

const PAGE = 500

/** Runs of a flow that began in a time, the oldest first, some hundred at a time, each with all its steps. */
export async function* runsBegun(
  db: Db,
  tenant: string,
  flowId: string,
  time: { from: number; to: number },
): AsyncGenerator<RealRun[]> {
  let last = { at: time.from / 1_000, id: '00000000-0000-0000-0000-000000000000' }
  for (;;) {
    const rows: (Row & { at: number })[] = await db.query(
      `select ${COLUMNS}, date_part('epoch', started_at) as at from flow_run
       where tenant collate "C" = $1 and flow_id = $2 and (started_at, id) > (to_timestamp($3), $4::uuid)
         and started_at < to_timestamp($5::double precision / 1000)
       order by started_at, id limit $6`,
      [tenant, flowId, last.at, last.id, time.to, PAGE],
    )
    if (rows.length > 0) yield withSteps(rows, await laterSteps(db, tenant, rows))
    const end = rows.at(-1)
    if (end === undefined || rows.length < PAGE) return
    last = { at: end.at, id: end.id }
  }
}

/** One run with all its steps. */
export async function runWithSteps(
  db: Db,
  tenant: string,
  id: string,
): Promise<(RealRun & { flowId: string }) | undefined> {
  const rows = await db.query<Row & { flowId: string }>(
    `select ${COLUMNS}, flow_id::text as "flowId" from flow_run where tenant = $1 and id = $2`,
    [tenant, id],
  )
  const [run] = withSteps(rows, await laterSteps(db, tenant, rows))
  return run === undefined ? undefined : { ...run, flowId: rows[0]?.flowId ?? '' }
}

async function laterSteps(db: Db, tenant: string, runs: readonly { id: string }[]): Promise<Map<string, Step[]>> {
  const found = new Map<string, Step[]>()
  if (runs.length === 0) return found
  const rows = await db.query<{ id: string; steps: string }>(
    `select wanted.id::text, s.steps from unnest($2::uuid[]) as wanted (id)
     cross join lateral (
       select revision, steps from flow_step where tenant = $1 and run_id = wanted.id order by revision) s`,
    [tenant, runs.map(({ id }) => id)],
  )
  for (const { id, steps } of rows) {
    const list = found.get(id)
    const more = JSON.parse(steps) as Step[]
    if (list === undefined) found.set(id, more)
    else list.push(...more)
  }
  return found
}

const withSteps = (rows: readonly Row[], later: ReadonlyMap<string, Step[]>): RealRun[] =>
  rows.map(({ state, steps, startedAt, endedAt, ...row }) => {
    const { about, failure, event, forked, moves = [] } = JSON.parse(state) as Omit<Run, 'event'> & Partial<Run>
    return {
      ...row,
      about,
      failure,
      event,
      forked,
      moves,
      startedAt: Math.round(startedAt),
      endedAt: endedAt === null ? null : Math.round(endedAt),
      steps: [...(JSON.parse(steps) as Step[]), ...(later.get(row.id) ?? [])],
    }
  })

/** How far back runs are looked for that were under way at a moment. */
const BACK_MS = 31 * 86_400_000
const MOST = 100_000

/** Of the runs of a flow that were under way at a moment their keys, with the end of each (domain ms); null: none yet. */
export async function keysTaken(
  db: Db,
  tenant: string,
  flowId: string,
  at: number,
): Promise<{ id: string; key: string | null; silence: string | null; endedAt: number | null }[]> {
  return db.query(
    `select id::text, key, state::json->'about'->>'silence' as silence, date_part('epoch', ended_at) * 1000 as "endedAt"
     from flow_run
     where tenant collate "C" = $1 and flow_id = $2 and started_at >= to_timestamp(($3::double precision - $4::double precision) / 1000)
       and started_at < to_timestamp($3::double precision / 1000)
       and (ended_at is null or ended_at > to_timestamp($3::double precision / 1000))
     order by started_at desc limit $5`,
    [tenant, flowId, at, BACK_MS, MOST],
  )
}

/** Those of some runs that are of a flow. */
export async function runsOfFlow(db: Db, tenant: string, flowId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select r.id::text from unnest($3::uuid[]) as wanted (id)
     join flow_run r on r.tenant = $1 and r.id = wanted.id and r.flow_id = $2`,
    [tenant, flowId, ids],
  )
  return rows.map(({ id }) => id)
}
