import { dataOf } from '#events/cloudevents-out.ts'
import type { EventForm, LogEvent } from '#platform/event.ts'
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

const COLUMNS = `position, tenant, id, source, type, subject, shard, form, occurred_at, received_at, encounter_id,
  traceparent, cause, hops, origin, raw`

function toEvent(row: Row): LogEvent {
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
    raw: row.raw,
    data: dataOf(row.form, row.raw),
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

/** Events by their positions, of any tenant: for deliveries and retries that point to their event. */
export async function eventsAt(db: Db, positions: readonly number[]): Promise<LogEvent[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_log where position = any($1::bigint[]) order by position`,
    [positions],
  )
  return rows.map(toEvent)
}

export type SubjectSince = { tenant: string; subject: string; type: string; after: number }

/** For each wish the events of one type and subject after a position, in order: one statement for all. */
export async function eventsSince(db: Db, wanted: readonly SubjectSince[], limit: number): Promise<LogEvent[][]> {
  const lists: LogEvent[][] = wanted.map(() => [])
  if (wanted.length === 0) return lists
  const rows = await db.query<Row & { n: number }>(
    `select w.n, e.* from jsonb_to_recordset($1::jsonb) as w (n int, tenant text, subject text, type text, after bigint)
     cross join lateral (
       select ${COLUMNS} from event_log
       where tenant = w.tenant and subject = w.subject and position > w.after and type = w.type
       order by position limit $2) e
     order by w.n, e.position`,
    [JSON.stringify(wanted.map((wish, n) => ({ ...wish, n }))), limit],
  )
  for (const row of rows) lists[row.n]?.push(toEvent(row))
  return lists
}

/** The events of one type after a position, in order, whatever their subject. */
export async function typeEvents(
  db: Db,
  tenant: string,
  type: string,
  after: number,
  limit: number,
): Promise<LogEvent[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_log where tenant = $1 and type = $2 and position > $3 order by position limit $4`,
    [tenant, type, after, limit],
  )
  return rows.map(toEvent)
}

/**
 * The last position that is committed: all before it are too. What the sequence says may belong to a transaction
 * that is under way, whose events are still to appear.
 */
export async function readHead(db: Db): Promise<number> {
  const [row] = await db.query<{ position: number }>('select position from event_log order by position desc limit 1')
  return row?.position ?? 0
}

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

/** Events of a tenant in a range of positions (after, upTo], in order; the range bounds the cost. */
export async function tenantEvents(
  db: Db,
  tenant: string,
  range: { after: number; upTo: number },
  limit: number,
): Promise<LogEvent[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_log where tenant = $1 and position > $2 and position <= $3 order by position limit $4`,
    [tenant, range.after, range.upTo, limit],
  )
  return rows.map(toEvent)
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

export type EventFilter = {
  /** Exact type, or the literal words before the first wildcard of a pattern, for the range of the index. */
  type?: string
  typePrefix?: string
  subject?: string
  encounterId?: string
  from?: number
  to?: number
  before?: number
}

/** The newest first. `asTenant` bounds the rows; the tenant is named as well so that the indexes serve. */
export async function listEvents(db: Db, tenant: string, filter: EventFilter, limit: number): Promise<LogEvent[]> {
  const values: unknown[] = [tenant]
  const bind = (value: unknown) => `$${values.push(value)}`
  const where = ['tenant = $1']
  if (filter.type !== undefined) where.push(`type = ${bind(filter.type)}`)
  if (filter.typePrefix !== undefined) {
    where.push(`type >= ${bind(filter.typePrefix)} and type < ${bind(`${filter.typePrefix}\u{10ffff}`)}`)
  }
  if (filter.subject !== undefined) where.push(`subject = ${bind(filter.subject)}`)
  if (filter.encounterId !== undefined) {
    const id = bind(filter.encounterId)
    where.push(`position in (
      select position from event_log where tenant = $1 and subject = ${id} and encounter_id = ${id}
      union all
      select position from event_log where tenant = $1 and encounter_id = ${id} and encounter_id is distinct from subject)`)
  }
  if (filter.from !== undefined)
    where.push(`occurred_at >= to_timestamp(${bind(filter.from)}::double precision / 1000)`)
  if (filter.to !== undefined) where.push(`occurred_at < to_timestamp(${bind(filter.to)}::double precision / 1000)`)
  if (filter.before !== undefined) where.push(`position < ${bind(filter.before)}`)
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_log where ${where.join(' and ')} order by position desc limit ${bind(limit)}`,
    values,
  )
  return rows.map(toEvent)
}

export async function sourcesOf(db: Db, tenant: string): Promise<string[]> {
  const rows = await db.query<{ source: string }>('select source from event_source where tenant = $1 limit 10000', [
    tenant,
  ])
  return rows.map((row) => row.source)
}

/** Events with any of the given keys (the same id may exist in several sources), the newest first. */
export async function eventsByKeys(db: Db, tenant: string, keys: readonly string[]): Promise<LogEvent[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_log
     where position = any(array(select position from event_key where tenant = $1 and key = any($2::uuid[])))
     order by position desc`,
    [tenant, keys],
  )
  return rows.map(toEvent)
}

/** Events that name one of the given causes: an event's id, or `run:<id>`. */
export async function eventsCausedBy(db: Db, tenant: string, causes: readonly string[]): Promise<LogEvent[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_log where tenant = $1 and cause = any($2::text[]) order by position limit 200`,
    [tenant, causes],
  )
  return rows.map(toEvent)
}
