import { headsAt } from '#events/index.ts'
import { PAGE_BYTES } from '#platform/bounded-page.ts'
import type { Json } from '#platform/event.ts'
import type { Cause } from '#platform/service.ts'
import type { Trace } from '#platform/trace-context.ts'
import type { Db, Tx } from '#platform/work.ts'
import { keyOf } from '../store.ts'
import { type AttemptRow, type DeliveryRow, type DeliveryView, type Status, viewOf } from './view.ts'

const LIVE = `d.id::text as id, d.channel, d.target, 'pending' as status, d.attempts, d.event_position, d.event_id, d.cause, d.created_at,
  d.due_at, greatest(d.due_at, (
    select t.open_until from delivery_target t where t.tenant = d.tenant and t.target = d.target)) as next_at,
  null::timestamptz as ended_at, last.status as last_status, last.error as last_error`
const LAST = `left join lateral (
  select a.status, a.error from delivery_attempt a
  where a.tenant = d.tenant and a.delivery_id = d.id order by a.number desc limit 1) last on true`
const ENDED = `a.delivery_id::text as id, a.channel, a.target, a.ended as status, a.number as attempts, a.event_position, a.event_id, a.cause,
  a.created_at, null::timestamptz as due_at, null::timestamptz as next_at, a.at as ended_at, a.status as last_status, a.error as last_error`

export type Filter = {
  status?: Status
  target?: string
  channel?: string
  eventId?: string
  /** Created (waiting ones) or ended at this moment or later; epoch milliseconds. */
  since?: number
  /** Before this moment. */
  until?: number
}
export type Place = { at: number; id: string }

/** Deliveries as they are shown: each with type and subject of its event, which only the log knows. */
export async function viewsOf(db: Db, rows: readonly DeliveryRow[]): Promise<DeliveryView[]> {
  const positions = new Set(rows.flatMap(({ event_position }) => event_position ?? []))
  const heads = new Map((await headsAt(db, [...positions])).map((head) => [head.position, head]))
  return rows.map((row) => viewOf(row, row.event_position === null ? undefined : heads.get(row.event_position)))
}

/** Conditions for what is asked for, beside the tenant (`$1`). An event is the cause of what is sent of it: by that there is an index. */
function narrowed(tenant: string, { target, channel, eventId }: Filter) {
  const values: unknown[] = [tenant]
  const bind = (value: unknown) => `$${values.push(value)}`
  const where = ['tenant = $1', 'tenant collate "C" = $1']
  if (target !== undefined) where.push(`target = ${bind(target)}`)
  if (channel !== undefined) where.push(`channel = ${bind(channel)}`)
  if (eventId !== undefined) {
    const id = bind(eventId)
    where.push(`event_id = ${id} and cause = ${id}`)
  }
  const moment = (ms: number) => `to_timestamp(${bind(ms)}::double precision / 1000)`
  return { values, bind, where, moment }
}

/** Deliveries that have not ended, by due time. */
export async function listWaiting(
  db: Db,
  tenant: string,
  filter: Filter,
  after: Place | undefined,
  limit: number,
): Promise<DeliveryRow[]> {
  const { values, bind, where, moment } = narrowed(tenant, filter)
  if (filter.since !== undefined) where.push(`created_at >= ${moment(filter.since)}`)
  if (filter.until !== undefined) where.push(`created_at < ${moment(filter.until)}`)
  if (after !== undefined) where.push(`(due_at, id) > (${moment(after.at)}, ${bind(after.id)}::uuid)`)
  return db.query(
    `select ${LIVE} from (
       select * from delivery where ${where.join(' and ')} order by due_at, id limit ${bind(limit)}) d ${LAST}
     order by d.due_at, d.id`,
    values,
  )
}

/** Deliveries that have ended, the latest first. Indexes (the tenant in collation "C"): delivery_attempt_target, _ended, _failed, _cause. */
export async function listEnded(
  db: Db,
  tenant: string,
  filter: Filter,
  before: Place | undefined,
  limit: number,
): Promise<DeliveryRow[]> {
  const { values, bind, where, moment } = narrowed(tenant, filter)
  where.push(filter.status === undefined ? 'ended is not null' : `ended = '${filter.status}'`)
  if (filter.since !== undefined) where.push(`at >= ${moment(filter.since)}`)
  if (filter.until !== undefined) where.push(`at < ${moment(filter.until)}`)
  if (before !== undefined) where.push(`(at, delivery_id) < (${moment(before.at)}, ${bind(before.id)}::uuid)`)
  return db.query(
    `select ${ENDED} from delivery_attempt a where ${where.join(' and ')}
     order by at desc, delivery_id desc limit ${bind(limit)}`,
    values,
  )
}

export async function findDelivery(db: Db, tenant: string, id: string): Promise<DeliveryRow | undefined> {
  const [row] = await db.query<DeliveryRow>(
    `select ${LIVE} from delivery d ${LAST} where d.tenant = $1 and d.id = $2::uuid
     union all
     select ${ENDED} from delivery_attempt a where a.tenant = $1 and a.delivery_id = $2::uuid and a.ended is not null
     limit 1`,
    [tenant, id],
  )
  return row
}

/** What a delivery carries, and its last attempt as it was described; null: it was not attempted. */
export type Carried = {
  target: string
  eventPosition: number | null
  content: Json
  traceparent: Trace | null
  request: string | null
  number: number | null
}

export async function carriedBy(db: Db, tenant: string, id: string): Promise<Carried | undefined> {
  const [row] = await db.query<Carried>(
    `select found.target, found.event_position as "eventPosition", found.content, found.traceparent, last.request, last.number
     from (
       select d.target, d.event_position, d.request as content, d.traceparent from delivery d where d.tenant = $1 and d.id = $2::uuid
       union all
       select a.target, a.event_position, a.content, a.traceparent from delivery_attempt a
       where a.tenant = $1 and a.delivery_id = $2::uuid and a.ended is not null
       limit 1) found
     left join lateral (
       select a.request, a.number from delivery_attempt a
       where a.tenant = $1 and a.delivery_id = $2::uuid and a.request is not null order by a.number desc limit 1) last on true`,
    [tenant, id],
  )
  return row
}

/** How deliveries stand; those never made, or no longer kept, are absent. */
export async function statesOf(db: Db, tenant: string, ids: readonly string[]): Promise<Map<string, Status>> {
  const rows = await db.query<{ id: string; status: Status }>(
    `select delivery_id::text as id, ended as status from delivery_attempt
     where tenant = $1 and delivery_id = any($2::uuid[]) and ended is not null
     union all
     select d.id::text, 'pending' from (select $1::text as tenant, id from unnest($2::uuid[]) as id offset 0) key
     join delivery d on ${keyOf('key')}`,
    [tenant, ids],
  )
  return new Map(rows.map((row) => [row.id, row.status]))
}

/** Attempts of a delivery that are shown: the last ones. */
const MOST_ATTEMPTS = 200
const SIZE = 'coalesce(octet_length(body), 0) + coalesce(octet_length(headers::text), 0)'

/**
 * The last attempts of a delivery, in order. Of what was answered comes what is a page together, that of the last ones
 * first.
 */
export async function attemptsOf(db: Db, tenant: string, id: string): Promise<AttemptRow[]> {
  return db.query(
    `select number, at, verdict, latency_ms, request, status, error, next_at, size > 0 and bytes > ${PAGE_BYTES} as truncated,
       case when bytes <= ${PAGE_BYTES} then headers end as headers, case when bytes <= ${PAGE_BYTES} then body end as body
     from (
       select *, ${SIZE} as size, sum(${SIZE}) over (order by at desc, number desc) as bytes from (
         select * from delivery_attempt where tenant = $1 and delivery_id = $2::uuid
         order by at desc, number desc limit ${MOST_ATTEMPTS}) last) sized
     order by at, number`,
    [tenant, id],
  )
}

/** What events, runs or notifications sent out. Indexes: delivery_cause, delivery_attempt_cause. */
export async function causedDeliveries(db: Db, tenant: string, causes: readonly Cause[]): Promise<DeliveryView[]> {
  const rows = await db.query<DeliveryRow>(
    `(select ${LIVE} from delivery d ${LAST} where d.tenant collate "C" = $1 and d.cause = any($2::text[]) limit 200)
     union all
     (select ${ENDED} from delivery_attempt a
      where a.tenant collate "C" = $1 and a.cause = any($2::text[]) and a.ended is not null limit 200)`,
    [tenant, causes.map(({ id }) => id)],
  )
  return viewsOf(db, rows)
}

/** Deliveries under way that are looked through for who waits for them. */
const MOST_AWAITED = 10_000

/**
 * Keys of the due rows of a kind that deliveries under way schedule when they end (`notifyOn`).
 * @returns undefined when too many are under way to look through them
 */
export async function awaitedKeys(db: Db, tenant: string, kind: string): Promise<string[] | undefined> {
  const [row] = await db.query<{ looked: number; keys: string[] | null }>(
    `select count(*)::int as looked, array_agg(notify ->> 'key') filter (where notify ->> 'kind' = $2) as keys
     from (select notify from delivery where tenant = $1 limit ${MOST_AWAITED + 1}) under_way`,
    [tenant, kind],
  )
  return row === undefined || row.looked > MOST_AWAITED ? undefined : (row.keys ?? [])
}

export type Selection = {
  ids?: readonly string[]
  exclude?: readonly string[]
  target?: string
  channel?: string
  /** Which ended ones; ids given by hand may have ended in any way. */
  status?: Exclude<Status, 'pending'>
  since?: number
  until?: number
}

// An answered call of somebody (`notify`) that went well is not repeated: its content is no longer kept.
const SELECTED = `from delivery_attempt
  where tenant = $1 and tenant collate "C" = $1 and ended is not null and ($2::text is null or ended = $2)
    and not (ended = 'delivered' and notify is not null)
    and ($3::uuid[] is null or delivery_id = any($3)) and delivery_id <> all($4::uuid[])
    and ($5::text is null or target = $5) and ($6::text is null or channel = $6)
    and ($7::double precision is null or at >= to_timestamp($7::double precision / 1000))
    and ($8::double precision is null or at < to_timestamp($8::double precision / 1000))`

const selected = (tenant: string, selection: Selection) => [
  tenant,
  selection.status ?? null,
  selection.ids ?? null,
  selection.exclude ?? [],
  selection.target ?? null,
  selection.channel ?? null,
  selection.since ?? null,
  selection.until ?? null,
]

export async function countReplay(db: Db, tenant: string, selection: Selection): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::integer as count ${SELECTED}`,
    selected(tenant, selection),
  )
  return row?.count ?? 0
}

/** The first of what `replay` would put back, in its order. */
export const firstOfReplay = (
  db: Db,
  tenant: string,
  selection: Selection,
  limit: number,
): Promise<{ id: string; eventId: string | null; eventPosition: number | null; endedAt: Date }[]> =>
  db.query(
    `select delivery_id::text as id, event_id as "eventId", event_position as "eventPosition", at as "endedAt"
     ${SELECTED} order by at, delivery_id limit $9`,
    [...selected(tenant, selection), limit],
  )

/**
 * Puts ended deliveries back, oldest first: the same id, a new schedule, attempts counted on.
 * @param spacingMs between one and the next, so that a replay is no flood, also when its receiver comes back late
 * @param options.replay as of a draft
 * @returns the targets that got work, and when (epoch ms), one entry for each delivery
 */
export async function replay(
  tx: Tx,
  tenant: string,
  selection: Selection,
  options: { now: number; limit: number; spacingMs: number; replay?: string },
): Promise<{ target: string; dueAt: number }[]> {
  return tx.query(
    `with chosen as (
       select tableoid, ctid, row_number() over (order by at, delivery_id) - 1 as place
       from (select tableoid, ctid, at, delivery_id ${SELECTED} order by at, delivery_id limit $10 for update skip locked) c),
     back as (
       update delivery_attempt a set ended = null from chosen
       where a.tableoid = chosen.tableoid and a.ctid = chosen.ctid
       returning a.*, chosen.place)
     insert into delivery (tenant, id, channel, target, due_at, since, created_at, attempts, failures, event_position,
       event_id, request, traceparent, cause, notify, spacing_ms, replay)
     select tenant, delivery_id, channel, target,
       to_timestamp(($9::double precision + place * $11::double precision) / 1000),
       to_timestamp(($9::double precision + place * $11::double precision) / 1000),
       created_at, number, 0, event_position, event_id, content, traceparent, cause, notify,
       nullif($11::double precision, 0), $12::uuid
     from back
     on conflict (tenant, id) do nothing
     returning target, (extract(epoch from due_at) * 1000)::double precision as "dueAt"`,
    [...selected(tenant, selection), options.now, options.limit, options.spacingMs, options.replay ?? null],
  )
}

/** Makes a delivery that waits due at once, its schedule unchanged. */
export async function hasten(tx: Tx, tenant: string, id: string, now: number): Promise<{ target: string } | undefined> {
  const [row] = await tx.query<{ target: string }>(
    `update delivery set due_at = least(due_at, to_timestamp($3::double precision / 1000))
     where tenant = $1 and id = $2::uuid returning target`,
    [tenant, id, now],
  )
  return row
}

/** More dead letters are counted as so many: whoever has them looks anyway. */
export const MOST_COUNTED = 100_000

/** Deliveries of all tenants that were given up. Served by delivery_attempt_failed alone. */
export async function countFailed(db: Db): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from (select 1 from delivery_attempt where ended = 'failed' limit ${MOST_COUNTED}) failed`,
  )
  return row?.n ?? 0
}

/** Targets of all tenants whose breaker is open. The table holds only those that are not plainly well. */
export async function countOpenBreakers(db: Db, at: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'select count(*)::int as n from delivery_target where open_until > to_timestamp($1::double precision / 1000)',
    [at],
  )
  return row?.n ?? 0
}
