import { errorText } from '#platform/error-text.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Db, Tx } from '#platform/work.ts'

// Events that a consumer could not handle ('retrying', at last 'failed'), and those of the same subject that wait
// behind them ('waiting').

const BLOCKED = `select distinct tenant, subject from event_exception
where consumer = $1 and shard = any($2::smallint[]) and status <> 'failed'`
const PARK = `insert into event_exception (consumer, tenant, position, event_id, subject, shard, status, attempts, error, at)
select $1, tenant, position, id, subject, shard, status, attempts, error, to_timestamp($3::double precision / 1000)
from jsonb_to_recordset($2::jsonb) as parked (tenant text, position bigint, id text, subject text, shard smallint, status text, attempts smallint, error text)
on conflict (tenant, consumer, position) do nothing`
// Whom an event waits for must still be there when it is parked: nobody would come back for it otherwise.
const BEHIND = `select assert_rows(
  (select count(*) from jsonb_to_recordset($2::jsonb) as s (tenant text, subject text)
   cross join lateral (select 1 from event_exception x
     where x.tenant = s.tenant and x.consumer = $1 and x.subject = s.subject and x.status <> 'failed'
     order by x.position limit 1 for share) as first),
  $3::bigint)`
// Served by event_exception_subject.
const FIRST = `select position, attempts from event_exception
where tenant = $2 and consumer = $1 and subject = $3 and status <> 'failed' order by position limit $4`
const RESOLVED = `with gone as (
  delete from event_exception where tenant = $2 and consumer = $1 and position = any($3::bigint[]) and status <> 'failed' returning 1)
select assert_rows((select count(*) from gone), $4::bigint)`
const FAILED_AGAIN = `update event_exception set attempts = $4, error = $5, status = $6, at = to_timestamp($7::double precision / 1000)
where tenant = $2 and consumer = $1 and position = $3 and status <> 'failed'`
const STILL = `select s.n from jsonb_to_recordset($1::jsonb) as s (n int, consumer text, tenant text, subject text)
where exists (select 1 from event_exception x
  where x.tenant = s.tenant and x.consumer = s.consumer and x.subject = s.subject and x.status <> 'failed')`

export type Parked = { event: LogEvent; status: 'retrying' | 'waiting' | 'failed'; error: string | null }
export type Subject = { tenant: string; subject: string }

export const subjectKey = (tenant: string, subject: string) => `${tenant}\n${subject}`

export async function loadBlocked(db: Db, consumer: string, shards: readonly number[]): Promise<Set<string>> {
  const rows = await db.query<Subject>(BLOCKED, [consumer, shards])
  return new Set(rows.map(({ tenant, subject }) => subjectKey(tenant, subject)))
}

export function park(tx: Tx, consumer: string, parked: readonly Parked[], at: number): void {
  const waiting = parked.filter(({ status }) => status === 'waiting')
  if (waiting.length > 0) {
    const subjects = new Map(
      waiting.map(({ event: { tenant, subject } }) => [subjectKey(tenant, subject), { tenant, subject }]),
    )
    void tx.query(BEHIND, [consumer, JSON.stringify([...subjects.values()]), subjects.size])
  }
  const rows = parked.map(({ event, status, error }) => ({
    tenant: event.tenant,
    position: event.position,
    id: event.id,
    subject: event.subject,
    shard: event.shard,
    status,
    attempts: status === 'waiting' ? 0 : 1,
    error,
  }))
  void tx.query(PARK, [consumer, JSON.stringify(rows), at])
}

/** Sets an event aside at once: no further try can help it, and nobody waits behind it. */
export function setAside(tx: Tx, consumer: string, event: LogEvent, reason: string, at: number): void {
  park(tx, consumer, [{ event, status: 'failed', error: errorText(reason) }], at)
}

/** The events of a subject that must succeed, or be set aside, before the later ones, in order. */
export function firstParked(
  db: Db,
  consumer: string,
  { tenant, subject }: Subject,
  limit: number,
): Promise<{ position: number; attempts: number }[]> {
  return db.query(FIRST, [consumer, tenant, subject, limit])
}

/** Which of the given subjects have parked events, by their index. */
export async function stillParked(db: Db, subjects: readonly (Subject & { consumer: string })[]): Promise<Set<number>> {
  const wanted = subjects.map(({ consumer, tenant, subject }, n) => ({ n, consumer, tenant, subject }))
  const rows = await db.query<{ n: number }>(STILL, [JSON.stringify(wanted)])
  return new Set(rows.map(({ n }) => n))
}

/** Guarded: when somebody else handled one of them the transaction fails with a conflict. */
export function resolveParked(tx: Tx, consumer: string, tenant: string, positions: readonly number[]): void {
  void tx.query(RESOLVED, [consumer, tenant, positions, positions.length])
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
