import { type Run, waitsOf } from '#flows/run.ts'
import { isChanged, isNew, namedBeside, type RunRecord, storedState } from '#flows/runs/record.ts'
import { rowSet } from '#platform/row-set.ts'
import type { Db, Tx } from '#platform/work.ts'

type Row = {
  tenant: string
  id: string
  flow_id: string
  version: number
  slot: string
  subject: string
  event_id: string
  event_position: number
  hops: number
  root: string | null
  traceparent: string | null
  revision: number
  state: string
}

const COLUMNS = `r.tenant, r.id, r.flow_id, r.version, r.slot, r.subject, r.event_id, r.event_position, r.hops,
  r.root, r.traceparent, r.revision, r.state`

/** A run as it was read, with nothing done to it yet. */
export const recordOf = (tenant: string, row: Omit<Row, 'tenant'>, run: Run): RunRecord => ({
  tenant,
  flowId: row.flow_id,
  version: row.version,
  onlyOne: row.slot === '',
  subject: row.subject,
  eventId: row.event_id,
  eventPosition: row.event_position,
  hops: row.hops,
  root: row.root,
  traceparent: row.traceparent,
  revision: row.revision,
  loaded: run,
  person: null,
  parkedBefore: waitsOf(run),
  run,
  size: row.state.length,
  effects: [],
  steps: [],
  entries: [],
  met: false,
  lookAgain: false,
})

const toRecord = (row: Row): RunRecord => recordOf(row.tenant, row, JSON.parse(row.state) as Run)

export type KeyWanted = { tenant: string; flowId: string; key: string }

// One probe of flow_run_key for each, never a join with all that waits: `tenant || ''` keeps the planner from every
// index that begins with the tenant.
const BY_KEY = `select ${COLUMNS}
from jsonb_to_recordset($1::jsonb) as wanted (tenant text, "flowId" uuid, key text)
cross join lateral (
  select * from flow_run r
  where r.key = wanted.key and r.flow_id = wanted."flowId" and r.tenant || '' = wanted.tenant and r.status = 'waiting'
  offset 0) r
order by r.started_at, r.id`

/** The waiting runs of some flows under some keys, the oldest first. */
export async function runsByKey(db: Db, wanted: readonly KeyWanted[]): Promise<RunRecord[]> {
  if (wanted.length === 0) return []
  return (await db.query<Row>(BY_KEY, [JSON.stringify(wanted)])).map(toRecord)
}

export type PersonWanted = { tenant: string; flowId: string; person: string }

// One probe of flow_run_person for each, as in BY_KEY.
const BY_PERSON = `select ${COLUMNS}
from jsonb_to_recordset($1::jsonb) as wanted (tenant text, "flowId" uuid, person text)
cross join lateral (
  select * from flow_run r
  where r.person = wanted.person and r.flow_id = wanted."flowId" and r.tenant || '' = wanted.tenant
    and r.status = 'waiting' and r.person is not null
  offset 0) r
order by r.started_at, r.id`

/** The waiting runs of some flows about some people, of flows whose runs are found so; the oldest first. */
export async function runsByPerson(db: Db, wanted: readonly PersonWanted[]): Promise<RunRecord[]> {
  if (wanted.length === 0) return []
  return (await db.query<Row>(BY_PERSON, [JSON.stringify(wanted)])).map(toRecord)
}

/** Waiting runs by id. */
export async function runsById(db: Db, ids: readonly { tenant: string; id: string }[]): Promise<RunRecord[]> {
  if (ids.length === 0) return []
  const rows = await db.query<Row>(
    `select ${COLUMNS} from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
     join flow_run r on r.tenant = wanted.tenant and r.id = wanted.id and r.status = 'waiting'`,
    [JSON.stringify(ids)],
  )
  return rows.map(toRecord)
}

const LOCKED = `select ${COLUMNS}
from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
join flow_run r on r.tenant = wanted.tenant and r.id = wanted.id and r.status = 'waiting'
order by r.tenant, r.id
for update of r`

/** Waiting runs by id, locked until the transaction ends, always in the same order. */
export async function lockRuns(tx: Tx, ids: readonly { tenant: string; id: string }[]): Promise<RunRecord[]> {
  if (ids.length === 0) return []
  return (await tx.query<Row>(LOCKED, [JSON.stringify(ids)])).map(toRecord)
}

/** The next runs of a flow that wait and are of another version, by id, locked until the transaction ends. */
export async function lockOthers(
  tx: Tx,
  { tenant, flowId, version, after }: { tenant: string; flowId: string; version: number; after: string | null },
  limit: number,
): Promise<RunRecord[]> {
  const rows = await tx.query<Row>(
    `select ${COLUMNS} from flow_run r
     where r.tenant collate "C" = $1 and r.flow_id = $2 and r.status = 'waiting' and r.version <> $3
       and ($4::uuid is null or r.id > $4)
     order by r.id limit $5 for update of r`,
    [tenant, flowId, version, after, limit],
  )
  return rows.map(toRecord)
}

const INSERT = `with made as (
  insert into flow_run (tenant, id, flow_id, version, key, slot, subject, status, event_id, event_position, started_at,
    ended_at, outcome, revision, hops, traceparent, state, steps, root, person, named)
  select e->>0, (e->>1)::uuid, (e->>2)::uuid, (e->>3)::int, e->>4, e->>5, e->>6, e->>7, e->>8, (e->>9)::bigint,
    to_timestamp((e->>10)::double precision / 1000), to_timestamp((e->>11)::double precision / 1000), e->>12, 1,
    (e->>13)::smallint, e->>14, e->>15, e->>16, (e->>17)::uuid, e->>18, e->>19
  from jsonb_array_elements($1::jsonb) as e
  on conflict do nothing
  returning 1)
select assert_rows((select count(*) from made), $2::bigint)`

const CHANGES =
  rowSet(`tenant text, id uuid, version int, revision int, status text, ended double precision, outcome text,
  hops smallint, state text, steps text, person text`)

const UPDATE = `with changed as (
  update flow_run r set version = c.version, status = c.status, ended_at = to_timestamp(c.ended / 1000), outcome = c.outcome,
    revision = r.revision + 1, hops = c.hops, state = c.state, person = coalesce(c.person, r.person),
    steps = case when c.steps is null then r.steps else left(r.steps, -1) || ',' || substr(c.steps, 2) end
  from ${CHANGES.from('$1')} as c
  where r.tenant = c.tenant and r.id = c.id and r.revision = c.revision
  returning 1)
select assert_rows((select count(*) from changed), $2::bigint)`

const STEPS = `insert into flow_step (tenant, run_id, revision, steps)
select s.tenant, s.id, s.revision, s.steps
from jsonb_to_recordset($1::jsonb) as s (tenant text, id uuid, revision int, steps text)`

// Waits for whoever holds the row: a run that is about to park is seen after it has.
const UNCHANGED = `with same as (
  select 1 from flow_run r
  join jsonb_to_recordset($1::jsonb) as c (tenant text, id uuid, revision int)
    on r.tenant = c.tenant and r.id = c.id and r.revision = c.revision
  order by r.tenant, r.id
  for share of r)
select assert_rows((select count(*) from same), $2::bigint)`

/** New runs in one statement. Another run of the same key elsewhere raises CA001. */
export function insertRuns(tx: Tx, records: readonly RunRecord[]): void {
  if (records.length === 0) return
  const rows = records.map((record) => {
    const { run } = record
    const state = storedState(record)
    record.size = state.length
    return [
      record.tenant,
      run.id,
      record.flowId,
      record.version,
      run.key,
      record.onlyOne ? '' : run.id,
      record.subject,
      run.status,
      record.eventId,
      record.eventPosition,
      run.startedAt,
      run.endedAt,
      run.outcome,
      record.hops,
      record.traceparent,
      state,
      JSON.stringify(record.steps),
      record.root,
      record.person,
      namedBeside(record),
    ]
  })
  void tx.query(INSERT, [JSON.stringify(rows), rows.length])
}

/** The steps of the first advances go into the run's own row, which is written anyway; later ones would make it long. */
const IN_ROW = 3
const inRow = ({ revision, steps }: RunRecord): boolean => revision < IN_ROW && steps.length > 0

/** Rows are written in the order in which others lock them, so that two transactions do not wait in a circle. */
const inOrder = (records: readonly RunRecord[]): RunRecord[] =>
  [...records].sort((a, b) => (a.tenant === b.tenant ? (a.run.id < b.run.id ? -1 : 1) : a.tenant < b.tenant ? -1 : 1))

/** Whether a write failed because another run of the same key came to be under way since that was looked up. */
export const isKeyTaken = (error: unknown): boolean =>
  (error as { constraint?: unknown } | null)?.constraint === 'flow_run_key'

/** Changed runs and their steps. A run that changed since it was read raises CA001. */
export function updateRuns(tx: Tx, records: readonly RunRecord[]): void {
  if (records.length === 0) return
  const rows = inOrder(records).map((record) => {
    const state = storedState(record)
    record.size = state.length
    return {
      tenant: record.tenant,
      id: record.run.id,
      version: record.version,
      revision: record.revision,
      status: record.run.status,
      ended: record.run.endedAt,
      outcome: record.run.outcome,
      hops: record.hops,
      state,
      person: record.person,
      steps: inRow(record) ? JSON.stringify(record.steps) : null,
    }
  })
  const steps = records
    .filter((record) => record.steps.length > 0 && !inRow(record))
    .map(({ tenant, run, revision, steps: made }) => ({
      tenant,
      id: run.id,
      revision: revision + 1,
      steps: JSON.stringify(made),
    }))
  void tx.query(UPDATE, [CHANGES.json(rows), rows.length])
  if (steps.length > 0) void tx.query(STEPS, [JSON.stringify(steps)])
}

/** Raises CA001 when one of these runs changed since it was read. */
export function assertUnchanged(tx: Tx, records: readonly RunRecord[]): void {
  if (records.length === 0) return
  const rows = records.map(({ tenant, run, revision }) => ({ tenant, id: run.id, revision }))
  void tx.query(UNCHANGED, [JSON.stringify(rows), rows.length])
}

/** For some runs the one that began the cascade each belongs to; runs that are not there are absent. */
export async function rootsOf(
  db: Db,
  wanted: readonly { tenant: string; id: string }[],
): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map()
  const rows = await db.query<{ tenant: string; id: string; root: string }>(
    `select r.tenant, r.id, coalesce(r.root, r.id) as root
     from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
     join flow_run r on r.tenant = wanted.tenant and r.id = wanted.id`,
    [JSON.stringify(wanted.map(({ tenant, id }) => ({ tenant, id })))],
  )
  return new Map(rows.map(({ tenant, id, root }) => [`${tenant}\n${id}`, root]))
}

export const newRecordsFirst = (records: readonly RunRecord[]) => ({
  fresh: records.filter(isNew),
  changed: records.filter((record) => !isNew(record) && isChanged(record)),
  met: records.filter((record) => !isChanged(record) && record.met),
})
