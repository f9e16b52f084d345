import { LOOKED_THROUGH, peopleMeant } from '#conversations/index.ts'
import { PLACES, stepAt } from '#flows/places.ts'
import type { Run, RunStatus, Step } from '#flows/run.ts'
import type { Ended } from '#flows/runs/record.ts'
import { type StepPage, type StepPlace, stepPage } from '#flows/timeline.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Cause } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

/* Runs as people see them. */

export type RunRow = {
  id: string
  flowId: string
  version: number
  status: RunStatus
  subject: string
  /** See `namedBeside`. */
  named: string | null
  key: string | null
  eventId: string
  startedAt: Date
  endedAt: Date | null
  outcome: string | null
  traceparent: string | null
  /** Where it waits, the first of its branches, or failed; null: neither. */
  nodeId: string | null
}

const SHOWN = `id, flow_id as "flowId", version, status, subject, named, key, event_id as "eventId", started_at as "startedAt",
  ended_at as "endedAt", outcome, traceparent,
  case status when 'waiting' then state::json #>> '{parked,node}' when 'failed' then state::json #>> '{failure,nodeId}' end
    as "nodeId"`

/** Where a page ended. */
export type RunPlace = { at: string; id: string }

export type RunFilter = {
  flowId: string
  status?: RunStatus
  subject?: string
  /** One of these, or its event names one of them. */
  subjects?: readonly string[]
  version?: number
  outcome?: string
  from?: string
  to?: string
  before?: RunPlace
}

/** Stated as the indexes state it: a plan that is kept for any status could not take them. */
const OF_STATUS: { readonly [status in RunStatus]: string } = {
  waiting: `status = 'waiting'`,
  completed: `status = 'completed'`,
  failed: `status = 'failed'`,
  cancelled: `status = 'cancelled'`,
}

/**
 * That a run waits at a step, in one of its branches, or failed there.
 * @param node the SQL of the step's id
 * @param run the alias of its row
 */
export const standsAt = (node: string, run: string): string =>
  `exists (select from (select ${run}.state::json as s offset 0) state
    where s #>> '{failure,nodeId}' = ${node} or exists (select from ${PLACES} where ${stepAt('place')} = ${node}))`

/** Conditions of those runs that are about one of some subjects: each kind has its own index, which both in one could not take. */
const aboutOneOf = (bound: string): string[][] => [
  [`subject = any(${bound}::text[])`],
  [`named = any(${bound}::text[])`, 'named is not null', `subject <> all(${bound}::text[])`],
]

/**
 * What is asked for with a filter, the newest first.
 * @param columns of `r`
 * @param bound what they call $3 and further
 */
function statementOf(tenant: string, filter: RunFilter, columns: string, bound: readonly unknown[] = []) {
  const values: unknown[] = [tenant, filter.flowId, ...bound]
  const where = ['tenant collate "C" = $1', 'flow_id = $2']
  const is = <V>(value: V | undefined, condition: (bound: string) => string) => {
    if (value !== undefined) where.push(condition(`$${values.push(value)}`))
  }
  if (filter.status !== undefined) where.push(OF_STATUS[filter.status])
  is(filter.subject, (subject) => `subject = ${subject}`)
  is(filter.version, (version) => `version = ${version}::int`)
  is(filter.outcome, (outcome) => `outcome = ${outcome}`)
  is(filter.from, (from) => `started_at >= ${from}::timestamptz`)
  is(filter.to, (to) => `started_at < ${to}::timestamptz`)
  if (filter.before !== undefined) {
    const { at, id } = filter.before
    where.push(`(started_at, id) < ($${values.push(at)}::timestamptz, $${values.push(id)}::uuid)`)
  }
  const kinds = filter.subjects === undefined ? [[]] : aboutOneOf(`$${values.push(filter.subjects)}`)
  const runs = kinds.map((kind) => `select ${columns} from flow_run r where ${[...where, ...kind].join(' and ')}`)
  return { text: `select * from (${runs.join(' union all ')}) r order by "startedAt" desc, id desc`, values }
}

/**
 * A flow's runs, the newest first. Served by flow_run_list; those that failed or were called off by flow_run_ill, those of
 * subjects by flow_run_subject and flow_run_named.
 */
export function listRuns(db: Db, tenant: string, filter: RunFilter, limit: number): Promise<Found<RunRow>> {
  const { text, values } = statementOf(tenant, filter, SHOWN)
  return readPage<RunRow>(db, text, values, limit)
}

/** What no index knows of a run: words that many people have, and where it stands (`standsAt`). */
export type Sought = { words?: string | undefined; nodeId?: string | undefined }

/**
 * The same of those that are as sought, among so many of the newest as one page looks through.
 * @returns `next`: where the following page begins; null when there is none
 */
export async function lookThroughRuns(
  db: Db,
  tenant: string,
  filter: RunFilter,
  { words, nodeId }: Sought,
  limit: number,
): Promise<{ rows: RunRow[]; next: RunPlace | null }> {
  const columns = `id, subject, named, started_at as "startedAt",
    case when $3::text is null then true else status in ('waiting', 'failed') and ${standsAt('$3', 'r')} end as stands`
  const { text, values } = statementOf(tenant, filter, columns, [nodeId ?? null])
  type Looked = Pick<RunRow, 'id' | 'subject' | 'named' | 'startedAt'> & { stands: boolean }
  const looked = await db.query<Looked>(`${text} limit ${LOOKED_THROUGH}`, values)
  const there = looked.filter(({ stands }) => stands)
  const found = words === undefined ? there : await aboutPeople(db, tenant, there, words)
  const ids = found.slice(0, limit).map(({ id }) => id)
  const { rows, more } = await readPage<RunRow>(
    db,
    `select ${SHOWN} from flow_run where tenant = $1 and id = any($2::uuid[]) order by started_at desc, id desc`,
    [tenant, ids],
    limit,
  )
  const last = more || found.length > limit ? rows.at(-1) : looked.length === LOOKED_THROUGH ? looked.at(-1) : undefined
  return { rows, next: last === undefined ? null : placeOfRun(last) }
}

async function aboutPeople<R extends Pick<RunRow, 'subject' | 'named'>>(
  db: Db,
  tenant: string,
  runs: readonly R[],
  words: string,
): Promise<R[]> {
  const people = await peopleMeant(db, tenant, runs, words)
  const sought = words.trim()
  return runs.filter(({ subject, named }, i) => people[i] !== null || subject === sought || named === sought)
}

export const placeOfRun = ({ startedAt, id }: Pick<RunRow, 'startedAt' | 'id'>): RunPlace => ({
  at: startedAt.toISOString(),
  id,
})

/** What runs of all flows there are about some things, the newest first. Served by flow_run_subject and flow_run_named. */
export const runsAbout = (
  db: Db,
  tenant: string,
  subjects: readonly string[],
  before: RunPlace | undefined,
  limit: number,
): Promise<Found<RunRow>> =>
  readPage<RunRow>(
    db,
    `select * from (${aboutOneOf('$2')
      .map(
        (kind) => `select ${SHOWN} from flow_run where ${kind.join(' and ')} and tenant collate "C" = $1
          and ($3::timestamptz is null or (started_at, id) < ($3, $4::uuid))`,
      )
      .join(' union all ')}) r
     order by "startedAt" desc, id desc`,
    [tenant, subjects, before?.at ?? null, before?.id ?? null],
    limit,
  )

export type RunDetail = RunRow & { state: Run | Ended; firstSteps: Step[] }

/** One run with its first steps. */
export async function readRun(db: Db, tenant: string, id: string): Promise<RunDetail | undefined> {
  const [row] = await db.query<RunRow & { state: string; steps: string }>(
    `select ${SHOWN}, state, steps from flow_run where tenant = $1 and id = $2`,
    [tenant, id],
  )
  if (row === undefined) return undefined
  const { state, steps, ...shown } = row
  return { ...shown, state: JSON.parse(state) as RunDetail['state'], firstSteps: JSON.parse(steps) as Step[] }
}

/** Revisions of which the steps stand in the run's own row. */
const OWN_ROW = 0
const ROWS = 200

/** A page of a run's timeline: a run that goes in circles for weeks has a long one. */
export async function readSteps(
  db: Db,
  tenant: string,
  { id, firstSteps }: Pick<RunDetail, 'id' | 'firstSteps'>,
  from?: StepPlace,
): Promise<StepPage> {
  const page = stepPage(from)
  if ((from === undefined || from.revision === OWN_ROW) && !page.add(OWN_ROW, firstSteps)) return page
  for (let after = Math.max(OWN_ROW, (from?.revision ?? OWN_ROW) - 1); ; ) {
    const { rows, more } = await readPage<{ revision: number; steps: string }>(
      db,
      'select revision, steps from flow_step where tenant = $1 and run_id = $2 and revision > $3 order by revision',
      [tenant, id, after],
      ROWS,
      'octet_length(q.steps)',
    )
    for (const row of rows) {
      if (!page.add(row.revision, JSON.parse(row.steps) as Step[])) return page
      after = row.revision
    }
    if (!more) return page
  }
}

/** Runs that some events started. */
export async function runsOfEvents(db: Db, tenant: string, events: readonly Pick<Cause, 'id'>[]): Promise<RunRow[]> {
  return db.query<RunRow>(
    `select ${SHOWN} from flow_run where tenant collate "C" = $1 and event_id = any($2::text[]) order by started_at limit 200`,
    [tenant, events.map(({ id }) => id)],
  )
}

/** A run that went on, or ended, with an event that came while it waited. */
export type ContinuedRun = Pick<RunRow, 'flowId' | 'version' | 'status' | 'outcome'> & {
  /** Its own among those of all events. */
  id: string
  runId: string
  /** The event's id. */
  cause: string
}

/** Of the runs about somebody, the newest that are looked through for those which an event moved. */
const MOST_LOOKED_THROUGH = 200

/**
 * Runs that went on or ended with some events: among the newest about whom the event is about, those one of whose steps names
 * it, or whose goal it reached, being what they saw last.
 */
export async function runsContinuedBy(db: Db, tenant: string, causes: readonly Cause[]): Promise<ContinuedRun[]> {
  const events = causes.flatMap(({ id, event }) =>
    event === undefined ? [] : [{ ...event, id, mark: `"output":{"event":${JSON.stringify(id)},"type":` }],
  )
  if (events.length === 0) return []
  const about = [...new Set(events.flatMap((event) => event.about))]
  const of = (column: string): string =>
    `(select * from flow_run where ${column} = any($2::text[]) and ${column} is not null and tenant collate "C" = $1
      order by started_at desc, id desc limit ${MOST_LOOKED_THROUGH})`
  return db.query<ContinuedRun>(
    `select r.id || ' ' || e.id as id, r.id as "runId", r.flow_id as "flowId", r.version, r.status, r.outcome, e.id as cause
     from (${of('subject')} union ${of('named')}) r
     join jsonb_to_recordset($3::jsonb) as e (id text, about jsonb, position bigint, mark text)
       on (e.about ? r.subject or e.about ? r.named) and r.event_position < e.position
     where strpos(r.steps, e.mark) > 0 or r.state::json ->> 'seen' = e.position::text
       or exists (select from flow_step s where s.tenant = $1 and s.run_id = r.id and strpos(s.steps, e.mark) > 0)
     order by e.position, r.started_at limit ${MOST_LOOKED_THROUGH}`,
    [tenant, about, JSON.stringify(events)],
  )
}
