import type { Candidate } from '#flows/again/refusals.ts'
import { type Action, type RunFilter, STATUSES_FOR } from '#flows/bulk/filter.ts'
import { standsAt } from '#flows/runs/shown/store.ts'
import type { Problem } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Db, Tx } from '#platform/work.ts'

/** A run that could not be changed; `messages` says why in both languages. */
export type Refusal = { id: string; why: string; messages: Sentence | undefined }

export const refusal = (id: string, { message, messages }: Problem): Refusal => ({ id, why: message, messages })

export type BulkRow = {
  tenant: string
  id: string
  flowId: string
  action: Action
  filter: RunFilter
  /** What the people sought were known by when it was asked; null: nobody was sought. */
  subjects: string[] | null
  reason: string | null
  exclude: string[]
  perSecond: number
  state: 'running' | 'done'
  total: number
  done: number
  refused: number
  refusals: Refusal[]
  afterAt: Date | null
  afterId: string | null
  startedBy: string
  startedAt: Date
  endedAt: Date | null
  until: Date
}

const COLUMNS = `tenant, id, flow_id as "flowId", action, filter, subjects, reason, exclude, per_second as "perSecond", state, total, done,
  refused, refusals, after_at as "afterAt", after_id as "afterId", started_by as "startedBy", started_at as "startedAt",
  ended_at as "endedAt", until`

/** @returns false when it is there already */
export async function insertBulk(tx: Tx, row: BulkRow): Promise<boolean> {
  const rows = await tx.query(
    `insert into flow_bulk (tenant, id, flow_id, action, filter, reason, exclude, per_second, state, total, refusals,
       started_by, started_at, until, subjects)
     values ($1, $2, $3, $4, $5::json, $6, $7::uuid[], $8, $9, $10, '[]', $11, $12, $13, $14::text[]) on conflict do nothing returning 1`,
    [
      row.tenant,
      row.id,
      row.flowId,
      row.action,
      JSON.stringify(row.filter),
      row.reason,
      row.exclude,
      row.perSecond,
      row.state,
      row.total,
      row.startedBy,
      row.startedAt,
      row.until,
      row.subjects,
    ],
  )
  return rows.length > 0
}

/** @param lock keeps others from changing it until the transaction ends */
export async function readBulk(db: Db, tenant: string, id: string, lock = false): Promise<BulkRow | undefined> {
  const [row] = await db.query<BulkRow>(
    `select ${COLUMNS} from flow_bulk where tenant = $1 and id = $2 ${lock ? 'for update' : ''}`,
    [tenant, id],
  )
  return row
}

/** Writes how far it has come. */
export function saveBulk(tx: Tx, row: BulkRow): void {
  void tx.query(
    `update flow_bulk set state = $3, done = $4, refused = $5, refusals = $6::json, after_at = $7, after_id = $8, ended_at = $9
     where tenant = $1 and id = $2`,
    [
      row.tenant,
      row.id,
      row.state,
      row.done,
      row.refused,
      JSON.stringify(row.refusals),
      row.afterAt,
      row.afterId,
      row.endedAt,
    ],
  )
}

/** Of runs `r`: $1 tenant, $2 flow, then what `values` gives. The state is read of those only that the rest leaves. */
const MATCHES = `r.status = any($3::text[]) and r.id <> all($4::uuid[])
  and ($5::int is null or r.version = $5) and ($6::text is null or r.key = $6)
  and ($11::text is null or r.outcome = $11) and ($12::text[] is null or r.subject in (select unnest($12)) or r.named in (select unnest($12)))
  and case when $7::text is null and $8::text is null then true else
    ($7::text is null or ${standsAt('$7', 'r')})
    and ($8::text is null or position($8 in r.state::json->'failure'->>'cause') > 0) end`
const SPAN = `r.tenant collate "C" = $1 and r.flow_id = $2
  and ($9::timestamptz is null or r.started_at >= $9) and r.started_at < $10::timestamptz`

export type Chosen = Pick<BulkRow, 'tenant' | 'flowId' | 'action' | 'filter' | 'subjects' | 'exclude' | 'until'>

function values({ tenant, flowId, action, filter, subjects, exclude, until }: Chosen): unknown[] {
  const asked = filter.status
  const statuses = STATUSES_FOR[action].filter((status) => asked === undefined || status === asked)
  const end = filter.until === undefined ? until : new Date(Math.min(Date.parse(filter.until), until.getTime()))
  const { version = null, key = null, nodeId = null, cause = null, since = null, outcome = null } = filter
  return [tenant, flowId, statuses, exclude, version, key, nodeId, cause, since, end, outcome, subjects]
}

/** How many there are, counted up to `most`. */
export async function countChosen(db: Db, chosen: Chosen, most: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from (select 1 from flow_run r where ${SPAN} and ${MATCHES} limit $13) q`,
    [...values(chosen), most],
  )
  return row?.n ?? 0
}

export type ChosenRun = {
  id: string
  version: number
  status: string
  subject: string
  named: string | null
  key: string | null
  startedAt: Date
}

/** The first of them, the newest first. */
export const firstChosen = (db: Db, chosen: Chosen, limit: number): Promise<ChosenRun[]> =>
  db.query<ChosenRun>(
    `select r.id, r.version, r.status, r.subject, r.named, r.key, r.started_at as "startedAt" from flow_run r
     where ${SPAN} and ${MATCHES} order by r.started_at desc, r.id desc limit $13`,
    [...values(chosen), limit],
  )

/** One that failed, with what says whether it can be tried again. */
export type FailedRun = ChosenRun &
  Candidate & {
    /** Of the event that began it; null: it keeps that itself. */
    position: number | null
    /** Another run of its key is under way. */
    isTaken: boolean
  }

/** The first of them that failed, the newest first. */
export const failedOnes = (db: Db, chosen: Chosen, limit: number): Promise<FailedRun[]> =>
  db.query<FailedRun>(
    `select r.id, r.flow_id as "flowId", r.version, r.status, r.subject, r.named, r.key, r.started_at as "startedAt",
       case when r.state::json->'event' is null then r.event_position end as position,
       r.state::json->'failure'->>'nodeId' as "nodeId", (r.state::json->'stuck'->>'visit')::int as visit,
       r.state::json->>'final' as final,
       r.slot = '' and r.key is not null and exists (
         select from flow_run w where w.key = r.key and w.flow_id = r.flow_id and w.tenant || '' = r.tenant and w.slot = ''
           and w.status = 'waiting') as "isTaken"
     from flow_run r where ${SPAN} and ${MATCHES} order by r.started_at desc, r.id desc limit $13`,
    [...values(chosen), limit],
  )

export type Slice = { ids: string[]; last: { at: Date; id: string } | null; looked: number }

/** The next of them: as many runs are looked at as `window` says, whatever they are, so that each step ends. */
export async function nextChosen(
  db: Db,
  row: BulkRow,
  { limit, window }: { limit: number; window: number },
): Promise<Slice> {
  const rows = await db.query<{ id: string; at: Date; fits: boolean; looked: number }>(
    `with looked as materialized (
       select r.id, r.started_at as at, ${MATCHES} as fits, row_number() over (order by r.started_at desc, r.id desc) as n
       from (
         select * from flow_run r where ${SPAN} and ($13::timestamptz is null or (r.started_at, r.id) < ($13, $14::uuid))
         order by r.started_at desc, r.id desc limit $15) r),
     taken as (select n from looked where fits order by n limit $16),
     bound as (select case when count(*) = $16 then max(n) else (select coalesce(max(n), 0) from looked) end as n from taken)
     select l.id, l.at, l.fits, (select n from bound)::int as looked from looked l, bound
     where l.n <= bound.n and (l.fits or l.n = bound.n) order by l.n`,
    [...values(row), row.afterAt, row.afterId, window, limit],
  )
  const last = rows.at(-1)
  return {
    ids: rows.filter(({ fits }) => fits).map(({ id }) => id),
    last: last === undefined ? null : { at: last.at, id: last.id },
    looked: last?.looked ?? 0,
  }
}
