import { eventKey } from '#events/append.ts'
import { dataOf } from '#events/cloudevents-out.ts'
import { type Found, PAGE_BYTES, readPage } from '#platform/bounded-page.ts'
import type { EventForm, Json, LogEvent } from '#platform/event.ts'
import type { Database, Db } from '#platform/work.ts'

type Row = {
  position: number
  tenant: string
  id: string
  source: string
  type: string
  subject: string
  shard: number
  form: EventForm
  occurred_at: Date
  received_at: Date
  encounter_id: string | null
  traceparent: string | null
  cause: string | null
  hops: number
  origin: string
  raw: string
}

const TOLD = `position, tenant, id, source, type, subject, shard, form, occurred_at, received_at, encounter_id,
  traceparent, cause, hops, origin`
const COLUMNS = `${TOLD}, raw`
/** The text is not read where it is too large for a page: its size is known without that. */
const LISTED = `${TOLD}, octet_length(raw) as size, case when octet_length(raw) <= ${PAGE_BYTES} then raw end as raw`
const LISTED_SIZE = 'coalesce(octet_length(q.raw), 0) + 500'

const toEvent = (row: Row): LogEvent => ({ ...told(row), raw: row.raw, data: dataOf(row.form, row.raw) })

/** An event as lists show it: without its content where that is too large for a page. */
export type ListedEvent = Omit<LogEvent, 'raw' | 'data'> & {
  raw: string | null
  data: Json
  /** Bytes of the text, when it is left out. */
  omitted: number | null
}

type ListedRow = Omit<Row, 'raw'> & { raw: string | null; size: number }

const toListed = (row: ListedRow): ListedEvent => ({
  ...told(row),
  raw: row.raw,
  data: row.raw === null ? null : dataOf(row.form, row.raw),
  omitted: row.raw === null ? row.size : null,
})

function told(row: Omit<Row, 'raw'>): EventHead {
  return {
    position: row.position,
    tenant: row.tenant,
    id: row.id,
    source: row.source,
    type: row.type,
    subject: row.subject,
    shard: row.shard,
    form: row.form,
    occurredAt: row.occurred_at.getTime(),
    receivedAt: row.received_at.getTime(),
    encounterId: row.encounter_id,
    traceparent: row.traceparent,
    cause: row.cause,
    hops: row.hops,
    origin: row.origin,
  }
}

/**
 * The log after a position, in order: at most `rows`, and only the first of them that are `bytes` together, so that
 * large events do not fill the memory. Served by the primary key of each partition; the size of a text is known
 * without reading it.
 */
export async function readAfter(db: Db, after: number, rows: number, bytes: number): Promise<LogEvent[]> {
  const found = await db.query<Row>(
    `select ${COLUMNS} from (
       select e.*, sum(octet_length(raw)) over (order by position) - octet_length(raw) as before from (
         select ${COLUMNS} from event_log where position > $1 order by position limit $2) e) sized
     where before < $3 order by position`,
    [after, rows, bytes],
  )
  return found.map(toEvent)
}

/**
 * Events by their positions, of any tenant: for deliveries and retries that point to their event. One that an operator
 * edited is as the newest edit has it.
 */
export async function eventsAt(db: Db, positions: readonly number[]): Promise<LogEvent[]> {
  const rows = await db.query<Row>(
    `select ${TOLD}, coalesce((
       select x.raw from event_edit x where x.tenant = e.tenant and x.position = e.position order by x.at desc limit 1), raw) as raw
     from event_log e where position = any($1::bigint[]) order by position`,
    [positions],
  )
  return rows.map(toEvent)
}

/** What is told of an event beside its content. */
export type EventHead = Omit<LogEvent, 'raw' | 'data'>

/** As {@link eventsAt}, without the contents of those that have more than `most` bytes. */
export async function listedAt(db: Db, positions: readonly number[], most: number): Promise<ListedEvent[]> {
  if (positions.length === 0) return []
  const rows = await db.query<ListedRow>(
    `select ${TOLD}, size, case when size <= $2 then coalesce(edited, raw) end as raw from (
       select e.*, x.raw as edited, octet_length(coalesce(x.raw, e.raw)) as size
       from event_log e left join lateral (
         select raw from event_edit where tenant = e.tenant and position = e.position order by at desc limit 1) x on true
       where e.position = any($1::bigint[])) sized
     order by position`,
    [positions, most],
  )
  return rows.map(toListed)
}

/** What is told of events beside their contents, by their positions. */
export async function headsAt(db: Db, positions: readonly number[]): Promise<EventHead[]> {
  if (positions.length === 0) return []
  const rows = await db.query<Omit<Row, 'raw'>>(
    `select ${TOLD} from event_log where position = any($1::bigint[]) order by position`,
    [positions],
  )
  return rows.map(told)
}

export type SubjectSince = { tenant: string; subject: string; type: string; after: number }

/** Events of a wish, in order. */
export type Since = {
  events: LogEvent[]
  /** Others follow after this position; null: these are all. */
  next: number | null
}

/**
 * For each wish events of one type and subject after a position: at most `rows`, and of all wishes together only the first
 * that are `bytes`, at least one. One statement for all.
 */
export async function eventsSince(
  db: Db,
  wanted: readonly SubjectSince[],
  rows: number,
  bytes: number,
): Promise<Since[]> {
  const lists = wanted.map(({ after }): Since & { found: number; last: number } => ({
    ...{ events: [], next: null, found: 0, last: after },
  }))
  if (wanted.length === 0) return lists
  const read = await db.query<Omit<Row, 'raw'> & { raw: string | null; n: number; found: number }>(
    `select n, found, ${TOLD}, case when fits then raw end as raw from (
       select ranked.*, count(*) over (partition by n)::int as found,
         sum(octet_length(raw)) over (order by rank, n) <= $3 or row_number() over (order by rank, n) = 1 as fits
       from (
         select w.n, e.*, row_number() over (partition by w.n order by e.position) as rank
         from jsonb_to_recordset($1::jsonb) as w (n int, tenant text, subject text, type text, after bigint)
         cross join lateral (
           select ${COLUMNS} from event_log
           where tenant = w.tenant and subject = w.subject and position > w.after and type = w.type
           order by position limit $2) e) ranked) sized
     where fits or rank = 1 order by n, position`,
    [JSON.stringify(wanted.map((wish, n) => ({ ...wish, n }))), rows, bytes],
  )
  for (const { n, found, raw, ...row } of read) {
    const list = lists[n]
    if (list === undefined) continue
    list.found = found
    if (raw === null) continue
    list.events.push(toEvent({ ...row, raw }))
    list.last = row.position
  }
  return lists.map(({ events, found, last }) => ({
    events,
    next: events.length < found || found === rows ? last : null,
  }))
}

export type EncounterBefore = { tenant: string; encounterId: string; before: number }

/**
 * For each wish the last events of some types that tell of an encounter before a position, in order: one statement
 * for all. Served by event_log_subject, read backwards from the position; what tells of it under another subject has
 * an index of its own.
 */
export async function encounterEventsBefore(
  db: Db,
  wanted: readonly EncounterBefore[],
  types: readonly string[],
  limit: number,
): Promise<LogEvent[][]> {
  const lists: LogEvent[][] = wanted.map(() => [])
  if (wanted.length === 0) return lists
  const rows = await db.query<Row & { n: number }>(
    `select w.n, e.* from jsonb_to_recordset($1::jsonb) as w (n int, tenant text, encounter text, before bigint)
     cross join lateral (
       select * from (
         (select ${COLUMNS} from event_log
          where tenant = w.tenant and subject = w.encounter and position < w.before
            and encounter_id = w.encounter and type = any($2::text[])
          order by position desc limit $3)
         union all
         (select ${COLUMNS} from event_log
          where tenant = w.tenant and encounter_id = w.encounter and encounter_id is distinct from subject
            and position < w.before and type = any($2::text[])
          order by position desc limit $3)) found
       order by position desc limit $3) e
     order by w.n, e.position`,
    [
      JSON.stringify(
        wanted.map(({ tenant, encounterId, before }, n) => ({ n, tenant, encounter: encounterId, before })),
      ),
      types,
      limit,
    ],
  )
  for (const row of rows) lists[row.n]?.push(toEvent(row))
  return lists
}

/** A page of the events of one type after a position, in order, whatever their subject. */
export async function typeEvents(
  db: Db,
  tenant: string,
  type: string,
  after: number,
  limit: number,
): Promise<Found<LogEvent>> {
  const { rows, more } = await readPage<Row>(
    db,
    `select ${COLUMNS} from event_log where tenant = $1 and type = $2 and position > $3 order by position`,
    [tenant, type, after],
    limit,
    'octet_length(q.raw)',
  )
  return { rows: rows.map(toEvent), more }
}

/**
 * The last position that is committed: all before it are too. What the sequence says may belong to a transaction
 * that is under way, whose events are still to appear.
 */
export async function readHead(db: Db): Promise<number> {
  const [row] = await db.query<{ position: number }>('select position from event_log order by position desc limit 1')
  return row?.position ?? 0
}

/** Nodes may differ by this in what time it is. */
export const SKEW_MS = 60_000

/**
 * The last position received before `at` (domain ms), by bisection over the primary key: positions follow time, but
 * for the milliseconds by which nodes differ.
 */
export async function positionBefore(db: Db, at: number): Promise<number> {
  let low = 0
  let high = await readHead(db)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = await db.query<{ position: number; late: boolean }>(
      `select position, received_at >= to_timestamp($2::double precision / 1000) as late
       from event_log where position > $1 order by position limit 1`,
      [middle, at],
    )
    if (row === undefined || row.late) high = middle
    else low = row.position
  }
  return low
}

/** Events of a tenant in a range of positions (after, upTo], in order, without their contents; the range bounds the cost. */
export async function tenantHeads(
  db: Db,
  tenant: string,
  range: { after: number; upTo: number },
  limit: number,
): Promise<EventHead[]> {
  const rows = await db.query<Omit<Row, 'raw'>>(
    `select ${TOLD} from event_log where tenant = $1 and position > $2 and position <= $3 order by position limit $4`,
    [tenant, range.after, range.upTo, limit],
  )
  return rows.map(told)
}

/**
 * The position that was drawn last, when no append is under way: whatever was drawn before it is visible or was rolled
 * back. The lock is that of append_events.
 */
export function settledHead(database: Database): Promise<number> {
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [7205002])
    const [row] = await tx.query<{ last: number }>('select last_value as last from event_position')
    return row?.last ?? 0
  })
}

export async function ensurePartitions(db: Db): Promise<void> {
  await db.query('select ensure_event_partitions(4000000, 1)')
}

export async function storeSources(db: Db, sources: readonly { tenant: string; source: string }[]): Promise<void> {
  await db.query(
    `insert into event_source (tenant, source)
     select tenant, source from jsonb_to_recordset($1::jsonb) as s (tenant text, source text) on conflict do nothing`,
    [JSON.stringify(sources)],
  )
}

export type TimeRange = {
  /** At or after, and before (domain ms). */
  from?: number
  to?: number
  /** Where in the log those are that were received when they occurred: after, and up to. */
  after: number
  upTo: number
}

export type EventFilter = {
  /** The types to look for; undefined: whatever their type. */
  types?: readonly string[]
  subject?: string
  encounterId?: string
  /** When they occurred. */
  time?: TimeRange
  /** Before this position. */
  before?: number
}

/**
 * The types of a tenant's events that begin with a prefix, at most `limit`, found by leaps over the index: each costs
 * one look, however many events have it.
 */
export async function typesOf(db: Db, tenant: string, prefix: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ type: string }>(
    `with recursive found as (
       (select type from event_log where tenant = $1 and type >= $2 and type < $3 order by type limit 1)
       union all
       select (select e.type from event_log e where e.tenant = $1 and e.type > found.type and e.type < $3
         order by e.type limit 1)
       from found where found.type is not null)
     select type from found where type is not null limit $4`,
    [tenant, prefix, `${prefix}\u{10ffff}`, limit],
  )
  return rows.map(({ type }) => type)
}

const AWAY = `(received_at - occurred_at > interval '1 hour' or received_at - occurred_at < interval '-1 hour')`
const AWAY_MS = 3_600_000

/** @param log reads the log of all tenants: where a time lies in it is told by everybody's events */
export async function timeRange(log: Db, from: number | undefined, to: number | undefined): Promise<TimeRange> {
  return {
    from,
    to,
    after: from === undefined ? 0 : await positionBefore(log, from - AWAY_MS - SKEW_MS),
    upTo: to === undefined ? Number.MAX_SAFE_INTEGER : await positionBefore(log, to + AWAY_MS + SKEW_MS),
  }
}

/**
 * The newest first. What bounds the cost is always an index: a subject or conversation has its own; else each type is
 * looked up apart, and a range of time is a range of positions, but for the events that were received at quite
 * another time than they occurred.
 */
export async function listEvents(
  db: Db,
  tenant: string,
  filter: EventFilter,
  limit: number,
): Promise<Found<ListedEvent>> {
  const values: unknown[] = [tenant]
  const bind = (value: unknown) => `$${values.push(value)}`
  const { types, subject, encounterId, time, before } = filter
  const { from, to } = time ?? {}
  const where: string[] = []
  if (subject !== undefined) where.push(`subject = ${bind(subject)}`)
  if (encounterId !== undefined) {
    const id = bind(encounterId)
    where.push(`position in (
      select position from event_log where tenant = $1 and subject = ${id} and encounter_id = ${id}
      union all
      select position from event_log where tenant = $1 and encounter_id = ${id} and encounter_id is distinct from subject)`)
  }
  if (from !== undefined) where.push(`occurred_at >= to_timestamp(${bind(from)}::double precision / 1000)`)
  if (to !== undefined) where.push(`occurred_at < to_timestamp(${bind(to)}::double precision / 1000)`)
  if (before !== undefined) where.push(`position < ${bind(before)}`)
  // One more than is shown says that there is more.
  const most = bind(limit + 1)
  const newest = (more: readonly string[]) =>
    `(select position from event_log where ${['tenant = $1', ...where, ...more].join(' and ')}
      order by position desc limit ${most})`

  const parts: string[] = []
  const wanted = types === undefined ? undefined : bind(types)
  const anyType = wanted === undefined ? [] : [`type = any(${wanted}::text[])`]
  if (wanted === undefined || subject !== undefined || encounterId !== undefined) parts.push(newest(anyType))
  else {
    const near = ['type = wanted.type']
    if (time !== undefined) {
      near.push(`not ${AWAY}`, `position > ${bind(time.after)}`, `position <= ${bind(time.upTo)}`)
      // By `position + 0`, the order that event_log_away alone serves.
      parts.push(`(select position from event_log where ${['tenant = $1', ...where, AWAY, ...anyType].join(' and ')}
        order by position + 0 desc limit ${most})`)
    }
    parts.push(
      `(select near.position from unnest(${wanted}::text[]) as wanted (type) cross join lateral ${newest(near)} near)`,
    )
  }
  const { rows, more } = await readPage<ListedRow>(
    db,
    `select ${LISTED} from event_log
     where position in (select position from (${parts.join(' union all ')}) found order by position desc limit ${most})
     order by position desc`,
    values,
    limit,
    LISTED_SIZE,
  )
  return { rows: rows.map(toListed), more }
}

/** The sources of a tenant after one of them, in order. */
export async function sourcesAfter(db: Db, tenant: string, after: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ source: string }>(
    'select source from event_source where tenant = $1 and source > $2 order by source limit $3',
    [tenant, after, limit],
  )
  return rows.map((row) => row.source)
}

/** Of the events with any of the given keys (one id in several sources) that of the source, else the newest. */
export async function eventByKeys(
  db: Db,
  tenant: string,
  keys: readonly string[],
  source: string,
): Promise<LogEvent | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from event_log
     where position = any(array(select position from event_key where tenant = $1 and key = any($2::uuid[])))
     order by source = $3 desc, position desc limit 1`,
    [tenant, keys, source],
  )
  return row && toEvent(row)
}

/** Of the given events, of any tenants, the ids of those that the log has. For the worker. Served by the key of event_key. */
export async function idsInLog(
  db: Db,
  events: readonly { tenant: string; source: string; id: string }[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set()
  const rows = await db.query<{ n: number }>(
    `select wanted.n::int as n from unnest($1::text[], $2::uuid[]) with ordinality as wanted (tenant, key, n)
     cross join lateral (
       select 1 from event_key k where k.tenant = wanted.tenant and k.key = wanted.key offset 0) known`,
    [events.map(({ tenant }) => tenant), events.map(({ source, id }) => eventKey(source, id))],
  )
  return new Set(rows.map(({ n }) => (events[n - 1] as { id: string }).id))
}

/** Most events that are shown as caused by others, in one generation. */
const MOST_CAUSED = 200

/**
 * Events that name one of the given causes: an event's id, `run:<id>` or `notification:<id>`. All are named; of their contents the first come
 * that have room.
 * @param room bytes
 */
export async function eventsCausedBy(
  db: Db,
  tenant: string,
  causes: readonly string[],
  room: number,
): Promise<ListedEvent[]> {
  const rows = await db.query<ListedRow>(
    `select ${TOLD}, size, case when sum(size) over (order by position) <= $3 then raw end as raw from (
       select ${COLUMNS}, octet_length(raw) as size from event_log
       where tenant = $1 and cause = any($2::text[]) order by position limit ${MOST_CAUSED}) caused
     order by position`,
    [tenant, causes, room],
  )
  return rows.map(toListed)
}
