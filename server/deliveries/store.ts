import type { Json } from '#platform/event.ts'
import { rowSet } from '#platform/row-set.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Delivery, DeliveryDraft, NotifyOn } from './delivery.ts'
import type { Paced } from './pace/pace.ts'

/**
 * Statements are planned while the table may be small, and the plan is kept. Told by this that a list holds one
 * row, the planner takes the index for each row of it, which stays right however the table grows.
 */
export const FEW = "tenant || '' = tenant"

/**
 * The row of `delivery` (d) with the key of a row of a list. "= any" can be searched for in an index, but neither
 * hashed nor merged: what is left to the planner is one probe of the primary key for each row of the list, also when
 * it sees an empty table. Not for the id as well: before PostgreSQL 17 only the first column is searched so.
 */
export const keyOf = (list: string) => `d.tenant = any(array[${list}.tenant]) and d.id = ${list}.id`

/** A redo may come this long after the delivery ended; later the same id would be a new delivery. */
const REDO_MS = 3_600_000

// The probe of the history is a scalar subquery so that it stays one index probe a row: as an anti-join a cached
// plan made while the day was empty would read the whole day. "coalesce" keeps the planner from the partial
// indexes, which begin with the tenant or the time; the upper bound spares the days ahead.
const NOT_ENDED = `where (select 1 from delivery_attempt a
    where a.tenant = draft.tenant and a.delivery_id = draft.id and coalesce(a.ended, '') <> ''
      and a.at >= to_timestamp(($2::double precision - ${REDO_MS}) / 1000)
      and a.at <= to_timestamp(($2::double precision + ${REDO_MS}) / 1000) limit 1) is null`

const DRAFTS = rowSet(`tenant text, id uuid, channel text, target text, due double precision, event_position bigint,
  event_id text, request jsonb, traceparent text, cause text, notify jsonb, mine boolean, spacing double precision, replay uuid`)

const insertText = (isOnlyWriter: boolean) => `with draft as (select * from ${DRAFTS.from('$1')} as draft),
written as (
  insert into delivery (tenant, id, channel, target, due_at, since, created_at, lease,
    event_position, event_id, request, traceparent, cause, notify, spacing_ms, replay)
  select tenant, id, channel, target, to_timestamp(due / 1000), to_timestamp(due / 1000),
    to_timestamp($2::double precision / 1000), case when mine then $3::bigint end,
    event_position, event_id, request, traceparent, cause, notify, spacing, replay
  from draft
  ${isOnlyWriter ? '' : NOT_ENDED}
  on conflict (tenant, id) do nothing
  returning id)
select case when (select count(*) from written) = $4::bigint then null
  else (select coalesce(array_agg(id::text), '{}') from written) end as written`

const INSERT = insertText(false)
const INSERT_ONCE = insertText(true)

/**
 * Writes drafts in one statement. Resolves to null when all were new, else to the ids that were written.
 * A draft that waits or ended within the last hour is left alone.
 */
export async function insertRows(
  tx: Tx,
  drafts: readonly DeliveryDraft[],
  options: { now: number; lease: number | null; taken: readonly boolean[] | null; once: boolean },
): Promise<readonly string[] | null> {
  const rows = drafts.map((draft, i) => ({
    tenant: draft.tenant,
    id: draft.id,
    channel: draft.channel,
    target: draft.target,
    due: draft.dueAt ?? options.now,
    event_position: draft.eventPosition,
    event_id: draft.eventId,
    request: draft.request,
    traceparent: draft.traceparent,
    cause: draft.cause,
    notify: draft.notifyOn,
    mine: options.taken?.[i],
    spacing: draft.spacingMs,
    replay: draft.replay,
  }))
  const [answer] = await tx.query<{ written: string[] | null }>(options.once ? INSERT_ONCE : INSERT, [
    DRAFTS.json(rows),
    options.now,
    options.lease,
    drafts.length,
  ])
  return answer?.written ?? null
}

type Row = {
  tenant: string
  id: string
  channel: string
  target: string
  event_position: number | null
  event_id: string | null
  request: Json
  traceparent: string | null
  cause: string | null
  notify: NotifyOn | null
  attempts: number
  failures: number
  created: number
  since: number
  due: number
  spacing: number | null
  takenOver: boolean
}

/** A row as it was claimed: when it was due, and the pace it keeps. */
export type Claimed = Delivery & Paced

const COLUMNS = `d.tenant, d.id, d.channel, d.target, d.event_position, d.event_id, d.request, d.traceparent, d.cause,
  d.notify, d.attempts, d.failures, (extract(epoch from d.created_at) * 1000)::double precision as created,
  (extract(epoch from d.since) * 1000)::double precision as since,
  (extract(epoch from d.due_at) * 1000)::double precision as due, d.spacing_ms as spacing`

const claimedOf = (row: Row): Claimed => ({
  tenant: row.tenant,
  id: row.id,
  channel: row.channel,
  target: row.target,
  eventPosition: row.event_position,
  eventId: row.event_id,
  request: row.request,
  traceparent: row.traceparent,
  cause: row.cause,
  notifyOn: row.notify,
  attempts: row.attempts,
  failures: row.failures,
  createdAt: row.created,
  since: row.since,
  dueAt: row.due,
  spacingMs: row.spacing,
  takenOver: row.takenOver,
})

// Rows leased to a run that lives at `$2` are skipped; there are at most 2,000 for each node. Index: delivery_due.
const FREE = `(d.lease is null or not exists (
  select 1 from delivery_node n where n.id = d.lease and n.lease_until > to_timestamp($2::double precision / 1000)))`

// `limit` keeps the inner query from being merged with the outer one, which would read all targets' rows.
const CLAIM = `with wanted as (
  select * from jsonb_to_recordset($1::jsonb) as wanted (tenant text, target text, most integer, before double precision, untried double precision)
  where ${FEW}),
picked as (
  select p.tenant, p.id, p.lease from wanted cross join lateral (
    select d.tenant, d.id, d.lease from delivery d
    where d.tenant collate "C" = wanted.tenant and d.target = wanted.target
      and d.due_at <= to_timestamp($2::double precision / 1000)
      and (wanted.before is null or d.since < to_timestamp(case d.failures when 0 then wanted.untried else wanted.before end / 1000))
      and ${FREE}
    order by d.due_at limit wanted.most
    for update skip locked) p)
update delivery d set lease = $3::bigint from picked
where ${keyOf('picked')}
  and exists (select 1 from delivery_node n where n.id = $3::bigint and n.lease_until > to_timestamp($2::double precision / 1000))
returning ${COLUMNS}, picked.lease is not null as "takenOver"`

/**
 * `before`: only rows whose schedule began earlier (wall ms), for giving up what waited behind an open breaker; `untried`: the
 * same of those that were not tried in it.
 */
export type Wanted = { tenant: string; target: string; most: number; before: number | null; untried: number | null }

/** Leases due rows of the given targets to this run, oldest first, at most `most` of each. */
export async function claimRows(db: Db, wanted: readonly Wanted[], now: number, lease: number): Promise<Claimed[]> {
  return (await db.query<Row>(CLAIM, [JSON.stringify(wanted), now, lease])).map(claimedOf)
}

/** A run that is none: such rows are free, and somebody who died may have begun them. */
const NO_RUN = 0

/** Gives rows back that this run has in hand and will not send; they are due as before. */
export async function releaseRows(
  db: Db,
  rows: readonly Pick<Delivery, 'tenant' | 'id' | 'takenOver'>[],
  lease: number,
): Promise<void> {
  const keys = JSON.stringify(rows.map(({ tenant, id, takenOver = false }) => ({ tenant, id, takenOver })))
  await db.query(
    `with gone as (
       select * from jsonb_to_recordset($1::jsonb) as gone (tenant text, id uuid, "takenOver" boolean) where ${FEW})
     update delivery d set lease = case when gone."takenOver" then ${NO_RUN} end from gone
     where ${keyOf('gone')} and d.lease = $2::bigint`,
    [keys, lease],
  )
}

/** Of rows whose commit went unanswered, those that are there and leased to this run. */
export async function leasedOf(
  db: Db,
  drafts: readonly Pick<DeliveryDraft, 'tenant' | 'id'>[],
  lease: number,
): Promise<ReadonlySet<string>> {
  const keys = JSON.stringify(drafts.map(({ tenant, id }) => ({ tenant, id })))
  const rows = await db.query<{ id: string }>(
    `with draft as (select * from jsonb_to_recordset($1::jsonb) as draft (tenant text, id uuid) where ${FEW})
     select d.id from draft join delivery d on ${keyOf('draft')} and d.lease = $2::bigint`,
    [keys, lease],
  )
  return new Set(rows.map((row) => row.id))
}

/** The rows of these targets that are leased to this run and were due by `dueBy` (wall ms). */
export const leasedOfTargets = (
  db: Db,
  targets: readonly Pick<Wanted, 'tenant' | 'target'>[],
  dueBy: number,
  lease: number,
): Promise<Pick<Delivery, 'tenant' | 'id'>[]> =>
  db.query(
    `select p.tenant, p.id::text as id
     from (select * from jsonb_to_recordset($1::jsonb) as wanted (tenant text, target text) where ${FEW}) wanted
     cross join lateral (
       select d.tenant, d.id from delivery d
       where d.tenant collate "C" = wanted.tenant and d.target = wanted.target
         and d.due_at <= to_timestamp($2::double precision / 1000) and d.lease = $3::bigint
       offset 0) p`,
    [JSON.stringify(targets), dueBy, lease],
  )

// A skip scan: one index probe for each target that has rows, one more for its first free row. Index: delivery_due.
const SCAN = `with recursive seen as (
  (select tenant, target from delivery order by target, tenant collate "C" limit 1)
  union all
  select next.tenant, next.target from seen cross join lateral (
    select d.tenant, d.target from delivery d
    where (d.target, d.tenant collate "C") > (seen.target, seen.tenant)
    order by d.target, d.tenant collate "C" limit 1) next)
select seen.tenant, seen.target, first.channel, (extract(epoch from first.due_at) * 1000)::double precision as due,
  (extract(epoch from first.since) * 1000)::double precision as since, first.failures as tried,
  (extract(epoch from t.open_until) * 1000)::double precision as open_until, t.opens, t.failures
from seen
cross join lateral (
  select d.channel, d.due_at, d.since, d.failures from delivery d
  where d.tenant collate "C" = seen.tenant and d.target = seen.target
    and d.due_at <= to_timestamp($1::double precision / 1000) and ${FREE}
  order by d.due_at limit 1) first
left join delivery_target t on t.tenant = seen.tenant and t.target = seen.target`

export type TargetWork = {
  tenant: string
  target: string
  channel: string
  due: number
  since: number
  /** Failed attempts of the first of them. */
  tried: number
  open_until: number | null
  opens: number | null
  failures: number | null
}

/** The targets that have a free row due before `horizon`, each with its breaker. */
export async function scanTargets(db: Db, horizon: number, now: number): Promise<TargetWork[]> {
  return db.query<TargetWork>(SCAN, [horizon, now])
}

export type TargetState = {
  tenant: string
  target: string
  failures: number
  opens: number
  open_until: number
  opened_at: number
}

/** Writes opened breakers; `closed` ones lose their row. */
export async function saveTargets(
  db: Db,
  opened: readonly TargetState[],
  closed: readonly { tenant: string; target: string }[],
): Promise<void> {
  if (opened.length > 0) {
    await db.query(
      `insert into delivery_target (tenant, target, failures, opens, open_until, opened_at)
       select tenant, target, failures, opens, to_timestamp(open_until / 1000), to_timestamp(opened_at / 1000)
       from jsonb_to_recordset($1::jsonb) as t (tenant text, target text, failures integer, opens integer,
         open_until double precision, opened_at double precision)
       on conflict (tenant, target) do update set failures = excluded.failures, opens = excluded.opens,
         open_until = excluded.open_until`,
      [JSON.stringify(opened)],
    )
  }
  if (closed.length > 0) {
    await db.query(
      `delete from delivery_target t using jsonb_to_recordset($1::jsonb) as c (tenant text, target text)
       where t.tenant = c.tenant and t.target = c.target`,
      [JSON.stringify(closed)],
    )
  }
}

// `offset 0` keeps the tenant a column of the list: as a constant it would be searched for by itself.
/** The statement that ends rows. `why`: as what they end, and what is said of it. */
export const cancel = (
  which: string,
  at = '$3',
  why = { ended: "'cancelled'", error: 'null' },
) => `with gone as (delete from delivery d ${which} returning d.*)
insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, ended, created_at,
  event_position, event_id, content, traceparent, cause, notify, error)
select tenant, id, to_timestamp(${at}::double precision / 1000), attempts, channel, target, 'cancelled', ${why.ended},
  created_at, event_position, event_id, request, traceparent, cause, notify, ${why.error}
from gone
returning tenant, delivery_id as id, number as attempts, notify`
const CANCEL_TARGET = cancel(
  // A list, not a join: a plan that is kept from when the table was empty would compare each row with each.
  `where d.tenant = $1 and d.id = any (array(
     select id from delivery where tenant collate "C" = $1 and target = $2 order by due_at limit $4 for update))`,
)
const CANCEL_IDS = cancel(
  `using (select $1::text as tenant, id from unnest($2::uuid[]) as id offset 0) key where ${keyOf('key')}`,
)

// Whoever holds a row just now, as a claim does or the mark of an attempt, is not waited for: it is in hand.
const CANCEL_WAITING = cancel(
  `using (
     select p.tenant, p.id from (
       select * from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid) where ${FEW}) wanted
     cross join lateral (
       select d.tenant, d.id from delivery d where ${keyOf('wanted')} and ${FREE} limit 1 for update skip locked) p) key
   where ${keyOf('key')}`,
  '$2',
)

const LOCK_UNBEGUN = `select p.id from (select $1::text as tenant, id from unnest($2::uuid[]) as id offset 0) key
cross join lateral (
  select d.id from delivery d where ${keyOf('key')} and d.attempts = 0 and d.lease is null limit 1
  for update skip locked) p`

/** Locks those of the rows that no run has in hand, or had when it died, before an attempt of them; see `holdUnbegun`. */
export const lockUnbegun = async (tx: Tx, tenant: string, ids: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set((await tx.query<{ id: string }>(LOCK_UNBEGUN, [tenant, ids])).map(({ id }) => id))

export type CancelledRow = { tenant: string; id: string; attempts: number; notify: NotifyOn | null }

/** Ends those of the rows that nobody has in hand; see `cancelWaiting`. */
export const cancelFreeRows = (
  tx: Tx,
  keys: readonly { tenant: string; id: string }[],
  now: number,
): Promise<CancelledRow[]> =>
  tx.query(CANCEL_WAITING, [JSON.stringify(keys.map(({ tenant, id }) => ({ tenant, id }))), now])

/** Ends rows that have not left; see `cancelDeliveries`. */
export async function cancelRows(
  tx: Tx,
  tenant: string,
  which: { target: string; most: number } | { ids: readonly string[] },
  now: number,
): Promise<CancelledRow[]> {
  return 'target' in which
    ? tx.query(CANCEL_TARGET, [tenant, which.target, now, which.most])
    : tx.query(CANCEL_IDS, [tenant, which.ids, now])
}
