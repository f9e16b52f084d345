import { type Found, readPage } from '#platform/bounded-page.ts'
import { deletePortion, type Purged } from '#platform/purge.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Status, Timer } from './timer.ts'

const ms = (column: string, name: string) => `(extract(epoch from t.${column}) * 1000)::double precision as "${name}"`

const COLUMNS = `t.tenant, t.id, t.status, ${ms('due_at', 'dueAt')}, ${ms('counts_from', 'countsFrom')},
  t.delay_ms as "delayMs", t.calendar_id as "calendarId", t.callback_url as "callbackUrl", t.event, t.payload, t.error,
  t.attempts, t.traceparent, t.hops, t.cause, t.created_by as "createdBy", ${ms('created_at', 'createdAt')},
  ${ms('updated_at', 'updatedAt')}, ${ms('fired_at', 'firedAt')}`

/**
 * Statements are planned while the table may be small, and the plan is kept. Told by this that a list holds one
 * row, the planner takes the index for each row of it, which stays right however the table grows.
 */
const FEW = (list: string) => `${list}.tenant || '' = ${list}.tenant`

/** @returns false when a timer of that id exists */
export async function insertTimer(tx: Tx, timer: Timer): Promise<boolean> {
  const rows = await tx.query(
    `insert into timer (tenant, id, status, due_at, counts_from, delay_ms, calendar_id, callback_url, event, payload,
      traceparent, hops, cause, created_by, created_at, updated_at)
    select t.tenant, t.id, 'scheduled', to_timestamp(t.due / 1000), to_timestamp(t.counts / 1000), t.delay, t.calendar,
      t.url, t.event, t.payload, t.traceparent, t.hops, t.cause, t.by, to_timestamp(t.at / 1000), to_timestamp(t.at / 1000)
    from jsonb_to_record($1::jsonb) as t (tenant text, id text, due double precision, counts double precision,
      delay bigint, calendar text, url text, event jsonb, payload jsonb, traceparent text, hops smallint,
      cause text, by text, at double precision)
    on conflict do nothing returning 1`,
    [
      JSON.stringify({
        tenant: timer.tenant,
        id: timer.id,
        due: timer.dueAt,
        counts: timer.countsFrom,
        delay: timer.delayMs,
        calendar: timer.calendarId,
        url: timer.callbackUrl,
        event: timer.event,
        payload: timer.payload,
        traceparent: timer.traceparent,
        hops: timer.hops,
        cause: timer.cause,
        by: timer.createdBy,
        at: timer.createdAt,
      }),
    ],
  )
  return rows.length === 1
}

export async function findTimer(db: Db, tenant: string, id: string): Promise<Timer | undefined> {
  const [row] = await db.query<Timer>(`select ${COLUMNS} from timer t where t.tenant = $1 and t.id = $2`, [tenant, id])
  return row
}

/** The given timers, locked in the order of their keys. */
export function lockTimers(tx: Tx, keys: readonly { tenant: string; id: string }[]): Promise<Timer[]> {
  const ordered = [...keys].sort((a, b) => (a.tenant < b.tenant || (a.tenant === b.tenant && a.id < b.id) ? -1 : 1))
  return tx.query<Timer>(
    `select ${COLUMNS} from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
    cross join lateral (
      select * from timer t where t.tenant = wanted.tenant and t.id = wanted.id limit 1 for update) t
    where ${FEW('wanted')}`,
    [JSON.stringify(ordered)],
  )
}

/** Issues the update of timers that the caller holds locked: what can change is time, status and end. */
export function updateTimers(tx: Tx, timers: readonly Timer[]): void {
  if (timers.length === 0) return
  void tx.query(
    `update timer t set status = n.status, due_at = to_timestamp(n."dueAt" / 1000),
      counts_from = to_timestamp(n."countsFrom" / 1000), delay_ms = n."delayMs", calendar_id = n."calendarId",
      error = n.error, attempts = n.attempts, updated_at = to_timestamp(n."updatedAt" / 1000),
      fired_at = to_timestamp(n."firedAt" / 1000)
    from jsonb_to_recordset($1::jsonb) as n (tenant text, id text, status text, "dueAt" double precision,
      "countsFrom" double precision, "delayMs" bigint, "calendarId" text, error text, attempts integer,
      "updatedAt" double precision, "firedAt" double precision)
    where ${FEW('n')} and t.tenant = n.tenant and t.id = n.id`,
    [JSON.stringify(timers)],
  )
}

/** Forgets some of those that ended before. Index: timer_ended. @returns how many, and whether others that ended are left */
export async function purgeTimers(tx: Tx, tenant: string, before: number, limit: number): Promise<Purged> {
  const ended = "tenant = $1 and status <> 'scheduled'"
  const which = `${ended} and updated_at < ${momentOf(2)} order by updated_at`
  const gone = await deletePortion(tx, 'timer', which, [tenant, before], limit)
  const left = await tx.query(`select from timer where ${ended} limit 1`, [tenant])
  return { gone, left: left.length > 0 }
}

/** By due time; served by timer_due with a status, else by timer_all. */
export function listTimers(
  db: Db,
  tenant: string,
  page: { status?: Status | undefined; after?: { dueAt: number; id: string } | undefined; limit: number },
): Promise<Found<Timer>> {
  const { status, after, limit } = page
  // Two statements: one for both could not use the index that begins with the status.
  return readPage<Timer>(
    db,
    `select ${COLUMNS} from timer t
    where t.tenant = $1 and t.due_at > '-infinity'
      and ($2::double precision is null or (t.due_at, t.id) > (to_timestamp($2 / 1000), $3))
      ${status === undefined ? '' : 'and t.status = $4'}
    order by t.due_at, t.id`,
    [tenant, after?.dueAt ?? null, after?.id ?? null, ...(status === undefined ? [] : [status])],
    limit,
  )
}
