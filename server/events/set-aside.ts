import { scheduleRetries } from '#events/retries.ts'
import { typesOf } from '#events/store.ts'
import { type Found, PAGE_BYTES, readPage } from '#platform/bounded-page.ts'
import type { Tx } from '#platform/work.ts'

export type OutboxStatus = 'pending' | 'published' | 'failed'
export type OutboxFilter = {
  status?: OutboxStatus
  type?: string
  /** Received before (domain ms), and the position up to which such may stand. */
  olderThan?: { at: number; upTo: number }
  before?: number
}
export type OutboxRow = {
  position: number
  id: string
  event_type: string
  /** Null where it is too large for a page; `size` are its bytes. */
  raw: string | null
  size: number
  status: OutboxStatus
  created_at: Date
  error: string | null
}

/** A tenant with more is large enough for its events to be met by walking back. */
const MAX_TYPES = 1_000
const PASSED = 'select min(position) as passed from consumer_cursor where required'
/**
 * The log as the source documents show it, the newest first. Pending and failed events are found from the cursors
 * and the exceptions, the others by their types: never by walking the log.
 */
export async function listOutbox(
  tx: Tx,
  tenant: string,
  filter: OutboxFilter,
  limit: number,
): Promise<Found<OutboxRow>> {
  const values: unknown[] = [tenant]
  const bind = (value: unknown) => `$${values.push(value)}`
  const { status, type, olderThan, before } = filter
  const where = ['o.tenant = $1']
  if (status !== undefined) where.push(`o.status = ${bind(status)}`)
  if (type !== undefined) where.push(`o.event_type = ${bind(type)}`)
  if (olderThan !== undefined) {
    where.push(`o.created_at < to_timestamp(${bind(olderThan.at)}::double precision / 1000)`)
    where.push(`o.position <= ${bind(olderThan.upTo)}`)
  }
  if (before !== undefined) where.push(`o.position < ${bind(before)}`)
  // One more than is shown says that there is more.
  const most = bind(limit + 1)
  const newest = (...more: string[]) =>
    `(select o.position from outbox_event o where ${[...where, ...more].join(' and ')} order by o.position desc limit ${most})`
  const exceptions = (state: string) =>
    `(select o.position from (select distinct position from event_exception where tenant = $1 and ${state}) x
      cross join lateral (select o.position from outbox_event o where ${[...where, 'o.position = x.position'].join(' and ')} limit 1) o
      order by o.position desc limit ${most})`

  let found: string
  if (status === 'failed') found = exceptions(`status = 'failed'`)
  else if (status === 'pending') {
    const [row] = await tx.query<{ passed: number | null }>(PASSED)
    // Where nothing must have read an event, none is pending.
    const passed = bind(row?.passed ?? Number.MAX_SAFE_INTEGER)
    found = `${newest(`o.position > ${passed}`)} union all ${exceptions(`status <> 'failed' and position <= ${passed}`)}`
  } else {
    const types = type === undefined ? await typesOf(tx, tenant, '', MAX_TYPES) : [type]
    found =
      types.length === MAX_TYPES
        ? newest()
        : `select o.position from unnest(${bind(types)}::text[]) as wanted (type)
           cross join lateral ${newest('o.event_type = wanted.type')} o`
  }
  return readPage<OutboxRow>(
    tx,
    `select o.position, o.id, o.event_type, octet_length(e.raw) as size,
       case when octet_length(e.raw) <= ${PAGE_BYTES} then e.raw end as raw, o.status, o.created_at,
       (select string_agg(x.consumer || ': ' || x.error, '; ') from event_exception x
        where x.tenant = o.tenant and x.position = o.position and x.error is not null) as error
     from outbox_event o join event_log e on e.position = o.position
     where o.position in (select position from (${found}) found order by position desc limit ${most})
     order by o.position desc`,
    values,
    limit,
    'coalesce(octet_length(q.raw), 0) + 500',
  )
}

export type RetryFilter = { ids?: readonly string[]; consumer?: string; type?: string; olderThan?: number }

const CHOSEN = `select x.consumer, x.position, x.subject, x.shard, x.event_id, x.error
from event_exception x join event_log e on e.position = x.position
where x.tenant = $1 and x.status = 'failed'
  and ($2::text[] is null or x.event_id = any($2))
  and ($3::text is null or x.consumer = $3)
  and ($4::text is null or e.type = $4)
  and ($5::double precision is null or e.received_at < to_timestamp($5 / 1000))`

type Chosen = {
  consumer: string
  position: number
  subject: string
  shard: number
  event_id: string
  error: string | null
}

async function chosen(tx: Tx, tenant: string, filter: RetryFilter): Promise<Chosen[]> {
  return tx.query<Chosen>(CHOSEN, [
    tenant,
    filter.ids ?? null,
    filter.consumer ?? null,
    filter.type ?? null,
    filter.olderThan ?? null,
  ])
}

/** Gives set-aside events back to their consumers, each from its first attempt. @returns how many */
export async function retrySetAside(tx: Tx, tenant: string, filter: RetryFilter, at: number): Promise<number> {
  const rows = await chosen(tx, tenant, filter)
  if (rows.length === 0) return 0
  await tx.query(
    `update event_exception x set status = 'retrying', attempts = 0, at = to_timestamp($3::double precision / 1000)
     from jsonb_to_recordset($2::jsonb) as c (consumer text, position bigint)
     where x.tenant = $1 and x.consumer = c.consumer and x.position = c.position and x.status = 'failed'`,
    [tenant, JSON.stringify(rows), at],
  )
  scheduleRetries(
    tx,
    rows.map((row) => ({ ...row, tenant })),
    at,
  )
  return new Set(rows.map((row) => row.event_id)).size
}

/** Forgets set-aside events: they count as handled. The log keeps them. @returns how many */
export async function dropSetAside(tx: Tx, tenant: string, filter: RetryFilter): Promise<number> {
  const rows = await chosen(tx, tenant, filter)
  if (rows.length === 0) return 0
  await tx.query(
    `delete from event_exception x using jsonb_to_recordset($2::jsonb) as c (consumer text, position bigint)
     where x.tenant = $1 and x.consumer = c.consumer and x.position = c.position and x.status = 'failed'`,
    [tenant, JSON.stringify(rows)],
  )
  return new Set(rows.map((row) => row.event_id)).size
}

export type FailureGroup = {
  consumer: string
  error: string
  count: number
  oldest: Date
  newest: Date
  eventIds: string[]
}

/** Set-aside events grouped by what went wrong, the largest group first. */
export async function groupFailures(tx: Tx, tenant: string): Promise<FailureGroup[]> {
  return tx.query<FailureGroup>(
    `select consumer, coalesce(error, '') as error, count(*) as count, min(at) as oldest, max(at) as newest,
       (array_agg(event_id order by position desc))[1:20] as "eventIds"
     from event_exception where tenant = $1 and status = 'failed'
     group by consumer, error order by count(*) desc limit 200`,
    [tenant],
  )
}
