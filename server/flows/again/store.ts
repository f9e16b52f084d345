import { encounterStates } from '#conversations/index.ts'
import { cloudEventView, eventsAt } from '#events/index.ts'
import type { Run, RunStatus } from '#flows/run.ts'
import type { Ended, RunRecord } from '#flows/runs/record.ts'
import { recordOf } from '#flows/runs/store.ts'
import type { Db } from '#platform/work.ts'

type Row = {
  id: string
  flow_id: string
  version: number
  key: string | null
  slot: string
  subject: string
  status: RunStatus
  event_id: string
  event_position: number
  started_at: Date
  ended_at: Date | null
  hops: number
  root: string | null
  traceparent: string | null
  revision: number
  state: string
}

/** A run as it stood when it was written last; `event` is null where it is no longer kept. */
export type Whole = { record: RunRecord; source: string } | { record: null; id: string }

/**
 * Runs by id, ended ones too, made whole again with the events that began them, and about the conversations that came to be after
 * those. Locked until the transaction ends, always in the same order.
 * @param lock false: they are only looked at
 */
export async function wholeRuns(tx: Db, tenant: string, ids: readonly string[], lock = true): Promise<Whole[]> {
  const rows = await tx.query<Row>(
    `select id, flow_id, version, key, slot, subject, status, event_id, event_position, started_at, ended_at, hops, root,
       traceparent, revision, state
     from flow_run where tenant = $1 and id = any($2::uuid[]) order by id ${lock ? 'for update' : ''}`,
    [tenant, ids],
  )
  const events = await eventsOf(tx, tenant, rows)
  const read = rows.map((row) => ({ row, state: JSON.parse(row.state) as Partial<Run> & Ended }))
  const met = await conversationsOf(
    tx,
    tenant,
    read.flatMap(({ row, state }) => (state.about.encounterId === null ? [row.subject] : [])),
  )
  return read.map(({ row, state }): Whole => {
    const logged = events.get(row.event_position)
    const event = state.event ?? logged?.view
    if (event === undefined) return { record: null, id: row.id }
    const run: Run = {
      ...state,
      about:
        state.about.encounterId === null && met.has(row.subject)
          ? { ...state.about, encounterId: row.subject }
          : state.about,
      id: row.id,
      status: row.status,
      event,
      key: row.key,
      startedAt: row.started_at.getTime(),
      endedAt: row.ended_at?.getTime() ?? null,
      parked: state.parked ?? null,
      last: state.last ?? null,
    }
    return { record: recordOf(tenant, row, run), source: event.source }
  })
}

/** Which of some subjects are conversations by now. */
async function conversationsOf(db: Db, tenant: string, subjects: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await encounterStates(
    db,
    subjects.map((encounterId) => ({ tenant, encounterId })),
  )
  return new Set(found.map(({ encounterId }) => encounterId))
}

async function eventsOf(db: Db, tenant: string, rows: readonly Row[]) {
  const positions = [...new Set(rows.filter(({ status }) => status !== 'waiting').map((row) => row.event_position))]
  const found = positions.length === 0 ? [] : await eventsAt(db, positions)
  return new Map(
    found
      .filter((event) => event.tenant === tenant)
      .map((event) => [event.position, { view: cloudEventView(event) }] as const),
  )
}
