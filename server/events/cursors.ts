import type { LogEvent } from '#platform/event.ts'
import type { Db, Tx } from '#platform/work.ts'

const LOAD = 'select shard, position from consumer_cursor where consumer = $1 and shard = any($2::smallint[])'
const CREATE = `insert into consumer_cursor (consumer, shard, position, required, moved_at)
select $1, shard, 0, $3, to_timestamp($4::double precision / 1000) from unnest($2::smallint[]) as shard
on conflict (consumer, shard) do update set required = excluded.required`
// Compare and set: when another node took the shard and moved on, nothing matches and the batch is decided again.
const MOVE = `with moved as (
  update consumer_cursor c set position = move.position, moved_at = to_timestamp($3::double precision / 1000)
  from jsonb_to_recordset($2::jsonb) as move (shard smallint, before bigint, position bigint)
  where c.consumer = $1 and c.shard = move.shard and c.position = move.before
  returning 1)
select assert_rows((select count(*) from moved), $4::bigint)`

export type Move = { shard: number; before: number; position: number }

/** The stored positions of a consumer in some shards; missing ones begin at the start of the log. */
export async function loadCursors(
  db: Db,
  consumer: { name: string; required: boolean },
  shards: readonly number[],
  at: number,
): Promise<Map<number, number>> {
  await db.query(CREATE, [consumer.name, shards, consumer.required, at])
  return readCursors(db, consumer.name, shards)
}

export async function readCursors(db: Db, consumer: string, shards: readonly number[]): Promise<Map<number, number>> {
  const rows = await db.query<{ shard: number; position: number }>(LOAD, [consumer, shards])
  return new Map(rows.map(({ shard, position }) => [shard, position]))
}

export function moveCursors(tx: Tx, consumer: string, moves: readonly Move[], at: number): void {
  void tx.query(MOVE, [consumer, JSON.stringify(moves), at, moves.length])
}

// ---- Exceptions: events that could not be handled, and those of the same subject that wait behind them.

const BLOCKED = `select distinct tenant, subject from event_exception
where consumer = $1 and shard = any($2::smallint[]) and status <> 'failed'`
const PARK = `insert into event_exception (consumer, tenant, position, event_id, subject, shard, status, attempts, error, at)
select $1, tenant, position, id, subject, shard, status, attempts, error, to_timestamp($3::double precision / 1000)
from jsonb_to_recordset($2::jsonb) as parked (tenant text, position bigint, id text, subject text, shard smallint, status text, attempts smallint, error text)
on conflict (tenant, consumer, position) do nothing`
// Served by event_exception_subject.
const FIRST = `select position, attempts from event_exception
where tenant = $2 and consumer = $1 and subject = $3 and status <> 'failed' order by position limit 1`
const RESOLVED = `with gone as (delete from event_exception where tenant = $2 and consumer = $1 and position = $3 returning 1)
select assert_rows((select count(*) from gone), 1)`
const FAILED_AGAIN = `update event_exception set attempts = $4, error = $5, status = $6, at = to_timestamp($7::double precision / 1000)
where tenant = $2 and consumer = $1 and position = $3`

export type Parked = { event: LogEvent; status: 'retrying' | 'waiting'; error: string | null }

export const subjectKey = (tenant: string, subject: string) => `${tenant}\n${subject}`

export async function loadBlocked(db: Db, consumer: string, shards: readonly number[]): Promise<Set<string>> {
  const rows = await db.query<{ tenant: string; subject: string }>(BLOCKED, [consumer, shards])
  return new Set(rows.map(({ tenant, subject }) => subjectKey(tenant, subject)))
}

export function park(tx: Tx, consumer: string, parked: readonly Parked[], at: number): void {
  const rows = parked.map(({ event, status, error }) => ({
    tenant: event.tenant,
    position: event.position,
    id: event.id,
    subject: event.subject,
    shard: event.shard,
    status,
    attempts: status === 'retrying' ? 1 : 0,
    error,
  }))
  void tx.query(PARK, [consumer, JSON.stringify(rows), at])
}

/** The event of a subject that must succeed, or be set aside, before the later ones. */
export async function firstParked(
  db: Db,
  consumer: string,
  tenant: string,
  subject: string,
): Promise<{ position: number; attempts: number } | undefined> {
  return (await db.query<{ position: number; attempts: number }>(FIRST, [consumer, tenant, subject]))[0]
}

export function resolveParked(tx: Tx, consumer: string, tenant: string, position: number): void {
  void tx.query(RESOLVED, [consumer, tenant, position])
}

export function failParked(
  tx: Tx,
  consumer: string,
  tenant: string,
  position: number,
  failure: { attempts: number; error: string; status: 'retrying' | 'failed'; at: number },
): void {
  void tx.query(FAILED_AGAIN, [consumer, tenant, position, failure.attempts, failure.error, failure.status, failure.at])
}
