import { rowSet } from '#platform/row-set.ts'
import { storable } from '#platform/storable.ts'
import type { Db } from '#platform/work.ts'
import type { Outcome } from '../outcome.ts'
import { FEW, keyOf } from '../store.ts'

const OUTCOMES = rowSet(`tenant text, id uuid, lease bigint, ended text, next double precision, number integer,
  failures smallint, at double precision, verdict text, latency real, request text, status smallint, headers jsonb,
  body text, error text`)

// What was asked is kept for a replay, but not of a call that was answered to somebody: it may hold credentials.
const MARK = `with outcome as (select * from ${OUTCOMES.from('$1')} as outcome where ${FEW}),
gone as (
  delete from delivery d using outcome o
  where o.ended is not null and ${keyOf('o')} and d.lease = o.lease
  returning d.tenant, d.id, o.at, o.number, d.channel, d.target, o.verdict, o.latency, o.request, o.status, o.headers,
    o.body, o.error, o.next, o.ended, d.created_at, d.event_position, d.event_id,
    case when o.ended = 'delivered' and d.notify is not null then null else d.request end as content,
    d.traceparent, d.cause, d.notify),
again as (
  update delivery d set lease = null, attempts = o.number, failures = o.failures, due_at = to_timestamp(o.next / 1000)
  from outcome o
  where o.ended is null and ${keyOf('o')} and d.lease = o.lease
  returning d.tenant, d.id, o.at, o.number, d.channel, d.target, o.verdict, o.latency, o.request, o.status, o.headers,
    o.body, o.error, o.next, null::text, null::timestamptz, null::bigint, null::text, null::jsonb, null::text,
    null::text, null::jsonb),
touched as (select * from gone union all select * from again),
kept as (
  insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, latency_ms, request, status,
    headers, body, error, next_at, ended, created_at, event_position, event_id, content, traceparent, cause, notify)
  select tenant, id, to_timestamp(at / 1000), number, channel, target, verdict, latency, request, status,
    headers, body, error, to_timestamp(next / 1000), ended, created_at, event_position, event_id, content, traceparent,
    cause, notify
  from touched)`

const MARK_ANY = `${MARK}
select case when (select count(*) from touched) = $2::bigint then null
  else (select coalesce(array_agg(id::text), '{}') from touched) end as marked`
const MARK_ALL = `${MARK}
select assert_rows((select count(*) from touched), $2::bigint)`

const clean = (text: string | undefined, most: number): string | undefined =>
  text === undefined || text === '' ? undefined : storable(text, most)

/** Most characters of an answer's body that the attempt log keeps. */
const KEPT_BODY = 4_096

function rowsOf(outcomes: readonly Outcome[]): string {
  return OUTCOMES.json(
    outcomes.map(({ delivery, attempt, ...outcome }) => ({
      tenant: delivery.tenant,
      id: delivery.id,
      lease: outcome.hold.lease,
      ended: outcome.ended,
      next: outcome.nextAt,
      number: outcome.attempts,
      failures: outcome.failures,
      at: outcome.at,
      verdict: outcome.verdict,
      latency: outcome.latencyMs,
      request: clean(outcome.summary ?? undefined, 2_100),
      status: attempt.status,
      headers: attempt.headers,
      body: clean(attempt.body, KEPT_BODY),
      error: clean(attempt.error, 500),
    })),
  )
}

/**
 * Records attempts and moves what has ended to the history, all in one statement. Rows that another run holds by
 * now are left alone.
 * @returns null when all rows were still held, else the ids that were
 */
export async function markAny(db: Db, outcomes: readonly Outcome[]): Promise<readonly string[] | null> {
  const [row] = await db.query<{ marked: string[] | null }>(MARK_ANY, [rowsOf(outcomes), outcomes.length])
  return row?.marked ?? null
}

/** As `markAny`, but fails with the row guard's error when one of the rows is in other hands. */
export async function markAll(db: Db, outcomes: readonly Outcome[]): Promise<void> {
  await db.query(MARK_ALL, [rowsOf(outcomes), outcomes.length])
}

/** Which of the rows are still held by the run that sent them. */
export async function stillHeld(db: Db, outcomes: readonly Outcome[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(
    `with outcome as (
       select * from jsonb_to_recordset($1::jsonb) as o (tenant text, id uuid, lease bigint) where ${FEW})
     select d.id from outcome o join delivery d on ${keyOf('o')} and d.lease = o.lease`,
    [
      JSON.stringify(
        outcomes.map(({ delivery, hold }) => ({ tenant: delivery.tenant, id: delivery.id, lease: hold.lease })),
      ),
    ],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Makes the days ahead of the attempt log and drops those past keeping. */
export async function lookAfterDays(db: Db, now: number, keepDays: number): Promise<void> {
  await db.query('select delivery_days($1::date, $2, $3)', [new Date(now).toISOString().slice(0, 10), 3, keepDays])
}
