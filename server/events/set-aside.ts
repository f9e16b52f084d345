import { scheduleRetries } from '#events/retries.ts'
import { typesOf } from '#events/store.ts'
import { type Found, PAGE_BYTES, readPage } from '#platform/bounded-page.ts'
import type { Db, Tx } from '#platform/work.ts'

export type OutboxStatus = 'pending' | 'published' | 'failed'
export type OutboxFilter = {
  status?: OutboxStatus
  types?: readonly string[]
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
  const { status, types, olderThan, before } = filter
  const where = ['o.tenant = $1']
  if (status !== undefined) where.push(`o.status = ${bind(status)}`)
  if (types !== undefined) where.push(`o.event_type = any(${bind(types)}::text[])`)
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
    const wanted = types ?? (await typesOf(tx, tenant, '', MAX_TYPES + 1))
    found =
      wanted.length > MAX_TYPES
        ? newest()
        : `select o.position from unnest(${bind(wanted)}::text[]) as wanted (type)
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

export type RetryFilter = {
  ids?: readonly string[]
  source?: string
  position?: number
  consumer?: string
  /** What went wrong, word for word; a group of failures is one consumer's. */
  error?: string
  types?: readonly string[]
  olderThan?: number
}

const CHOSEN = `select x.consumer, x.position, x.subject, x.shard, x.event_id, x.attempts, x.error, x.at
from event_exception x join event_log e on e.position = x.position
where x.tenant = $1 and x.status = 'failed'
  and ($2::text[] is null or x.event_id = any($2))
  and ($3::text is null or x.consumer = $3)
  and ($4::text[] is null or e.type = any($4))
  and ($5::double precision is null or e.received_at < to_timestamp($5 / 1000))
  and ($6::bigint is null or x.position = $6)
  and ($7::text is null or coalesce(x.error, '') = $7)
  and ($8::text is null or e.source = $8)
for update of x`

type Chosen = {
  consumer: string
  position: number
  subject: string
  shard: number
  event_id: string
  attempts: number
  error: string | null
  at: Date
}

/** Who settles set-aside events, when (wall ms) and why. */
export type Settler = { at: number; actor: string; reason?: string }

/** Keeps of set-aside events that they were, and what became of them. */
function keepSettled(
  tx: Tx,
  tenant: string,
  rows: readonly Chosen[],
  outcome: 'retried' | 'discarded',
  { at, actor, reason }: Settler,
): void {
  void tx.query(
    `insert into event_settled (tenant, position, consumer, attempts, error, set_aside_at, outcome, at, actor, reason)
     select $1, position, consumer, attempts, error, at, $3, to_timestamp($4::double precision / 1000), $5, $6
     from jsonb_to_recordset($2::jsonb) as c (consumer text, position bigint, attempts smallint, error text, at timestamptz)`,
    [tenant, JSON.stringify(rows), outcome, at, actor, reason ?? null],
  )
}

async function chosen(tx: Tx, tenant: string, filter: RetryFilter): Promise<Chosen[]> {
  return tx.query<Chosen>(CHOSEN, [
    tenant,
    filter.ids ?? null,
    filter.consumer ?? null,
    filter.types ?? null,
    filter.olderThan ?? null,
    filter.position ?? null,
    filter.error ?? null,
    filter.source ?? null,
  ])
}

/** Ids of the events concerned, each once. */
const idsOf = (rows: readonly Chosen[]): string[] => [...new Set(rows.map((row) => row.event_id))]

/** Gives set-aside events back to their consumers, each from its first attempt. @returns the ids of which */
export async function retrySetAside(tx: Tx, tenant: string, filter: RetryFilter, by: Settler): Promise<string[]> {
  const rows = await chosen(tx, tenant, filter)
  if (rows.length === 0) return []
  const { at } = by
  keepSettled(tx, tenant, rows, 'retried', by)
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
  return idsOf(rows)
}

/** Gives set-aside events up: they count as handled. The log keeps them. @returns the ids of which */
export async function dropSetAside(tx: Tx, tenant: string, filter: RetryFilter, by: Settler): Promise<string[]> {
  const rows = await chosen(tx, tenant, filter)
  if (rows.length === 0) return []
  keepSettled(tx, tenant, rows, 'discarded', by)
  await tx.query(
    `delete from event_exception x using jsonb_to_recordset($2::jsonb) as c (consumer text, position bigint)
     where x.tenant = $1 and x.consumer = c.consumer and x.position = c.position and x.status = 'failed'`,
    [tenant, JSON.stringify(rows)],
  )
  return idsOf(rows)
}

export type FailureGroup = {
  consumer: string
  error: string
  count: number
  oldest: Date
  newest: Date
  /** The newest, up to 20; so `events`, with what they are. */
  eventIds: string[]
  events: { id: string; source: string; type: string; subject: string; occurredAt: Date }[]
}

/** Set-aside events grouped by what went wrong, the largest group first. */
export async function groupFailures(tx: Tx, tenant: string): Promise<FailureGroup[]> {
  const groups = await tx.query<Omit<FailureGroup, 'events'> & { positions: number[] }>(
    `select consumer, coalesce(error, '') as error, count(*) as count, min(at) as oldest, max(at) as newest,
       (array_agg(event_id order by position desc))[1:20] as "eventIds",
       to_json((array_agg(position order by position desc))[1:20]) as positions
     from event_exception where tenant = $1 and status = 'failed'
     group by consumer, error order by count(*) desc limit 200`,
    [tenant],
  )
  const heads = await tx.query<FailureGroup['events'][number] & { position: number }>(
    `select position, id, source, type, subject, occurred_at as "occurredAt" from event_log where position = any($1::bigint[])`,
    [[...new Set(groups.flatMap(({ positions }) => positions))]],
  )
  const at = new Map(heads.map(({ position, ...head }) => [position, head]))
  return groups.map(({ positions, ...group }) => ({ ...group, events: positions.flatMap((one) => at.get(one) ?? []) }))
}

/** Where the set-aside events of an id stand in the log: one, unless several systems used the id. */
export async function placesOf(tx: Tx, tenant: string, id: string): Promise<{ position: number; source: string }[]> {
  return tx.query(
    `select distinct x.position, e.source from event_exception x join event_log e on e.position = x.position
     where x.tenant = $1 and x.event_id = $2 and x.status = 'failed'`,
    [tenant, id],
  )
}

export type Edit = { at: Date; actor: string; reason: string; raw: string }

/** Keeps what an operator made of an event; whoever reads it again reads that. */
export function keepEdit(tx: Tx, tenant: string, position: number, { at, actor, reason, raw }: Edit): void {
  void tx.query('insert into event_edit (tenant, position, at, actor, reason, raw) values ($1, $2, $3, $4, $5, $6)', [
    tenant,
    position,
    at,
    actor,
    reason,
    raw,
  ])
}

/** The text is null where it is too large for an answer. */
export type ListedEdit = Omit<Edit, 'raw'> & { raw: string | null }

/** Edits of one event that are shown: the last ones. */
const MOST_EDITS = 20

/** What was made of an event, in order; of the texts those that are a page together, that of the last ones first. */
export async function editsOf(tx: Tx, tenant: string, position: number): Promise<ListedEdit[]> {
  return tx.query(
    `select at, actor, reason, case when bytes <= ${PAGE_BYTES} then raw end as raw from (
       select *, sum(octet_length(raw)) over (order by at desc) as bytes from (
         select * from event_edit where tenant = $1 and position = $2 order by at desc limit ${MOST_EDITS}) last) sized
     order by at`,
    [tenant, position],
  )
}

export type Settled = {
  attempts: number
  error: string | null
  setAsideAt: Date
  outcome: 'retried' | 'discarded'
  at: Date
  actor: string
  reason: string | null
}
export type Progress = {
  name: string
  state: 'passed' | 'ahead' | 'retrying' | 'waiting' | 'failed' | 'discarded'
  attempts: number
  error: string | null
  /** Of an exception: when it is tried again, or was given up. */
  at: Date | null
  /** Each time that it was set aside here and an operator did something with it, in order. */
  settled: Settled[]
}

/** Of what operators did with an event so much is shown: the last. */
const MOST_SETTLED = 50

/** How far each consumer is with an event, by the cursors of its shard, what could not be handled and what operators did with that. */
export async function progressOf(
  db: Db,
  tenant: string,
  { position, shard }: { position: number; shard: number },
): Promise<Progress[]> {
  const [consumers, settled] = await Promise.all([
    db.query<Omit<Progress, 'settled'>>(
      `select c.consumer as name, coalesce(x.attempts, 0)::int as attempts, x.error, x.at,
         case when x.status is not null then x.status when c.position >= $3 then 'passed' else 'ahead' end as state
       from consumer_cursor c left join event_exception x
         on x.tenant = $1 and x.position = $3 and x.consumer = c.consumer
       where c.shard = $2 order by c.consumer`,
      [tenant, shard, position],
    ),
    db.query<Settled & { consumer: string }>(
      `select consumer, attempts, error, set_aside_at as "setAsideAt", outcome, at, actor, reason
       from event_settled where tenant = $1 and position = $2 order by at desc limit ${MOST_SETTLED}`,
      [tenant, position],
    ),
  ])
  const of = Map.groupBy(settled.reverse(), ({ consumer }) => consumer)
  return consumers.map((each) => {
    const mine = (of.get(each.name) ?? []).map(({ consumer: _, ...one }) => one)
    const discarded = each.state === 'passed' && mine.at(-1)?.outcome === 'discarded'
    return { ...each, state: discarded ? 'discarded' : each.state, settled: mine }
  })
}

/** More are counted as so many. */
export const MOST_COUNTED = 10_000

/** Set-aside events of all tenants, one for each consumer that gave up. The table holds what went wrong and nothing else. */
export async function countSetAside(db: Db): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from (select 1 from event_exception where status = 'failed' limit ${MOST_COUNTED}) failed`,
  )
  return row?.n ?? 0
}

export type LogStanding = { ahead: number; setAside: number; quarantined: number }

/**
 * How many of a tenant's newest events somebody who must has not read, those that are tried again and those held back behind them
 * too; how many were set aside; and how many lie in quarantine: each up to {@link MOST_COUNTED}. Indexes: the log's key,
 * event_exception's key, event_quarantine_seq.
 */
export async function logStanding(db: Db, tenant: string): Promise<LogStanding> {
  const [row] = await db.query<LogStanding>(
    `select (select count(*) from (
        (select e.position from (select position, shard from event_log
            where tenant = $1 and position > (select min(position) from consumer_cursor where required)
            order by position desc limit ${MOST_COUNTED}) e
          where exists (select 1 from consumer_cursor c where c.shard = e.shard and c.required and c.position < e.position))
        union (select position from event_exception where tenant = $1 and status <> 'failed' limit ${MOST_COUNTED})
        limit ${MOST_COUNTED}) a)::int as ahead,
      (select count(*) from (select distinct position from event_exception
        where tenant = $1 and status = 'failed' limit ${MOST_COUNTED}) x)::int as "setAside",
      (select count(*) from (select 1 from event_quarantine
        where tenant collate "C" = $1 limit ${MOST_COUNTED}) q)::int as quarantined`,
    [tenant],
  )
  return row ?? { ahead: 0, setAside: 0, quarantined: 0 }
}
