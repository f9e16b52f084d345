import type { Db } from '#platform/work.ts'
import { stateOf } from '../breaker.ts'
import { FEW } from '../store.ts'

/** What the attempts of a target say of its health; times are wall milliseconds. */
export type TargetRecord = {
  tenant: string
  target: string
  lastSuccessAt: number | null
  lastFailureAt: number | null
  /** HTTP status of the last failure, if there was an answer, and what went wrong. */
  lastStatus: number | null
  lastError: string | null
  /** The first failure after the last success and `since`; null: there was none. */
  failingSince: number | null
}

/** Deliveries looked through for the last one that went well. */
const LOOKED_THROUGH = 1_000

// By verdict, not by end: what a replay sends once more went well all the same.
// Indexes: delivery_attempt_target for the success, delivery_attempt_bad for both failures.
const OF = 'a.tenant collate "C" = w.tenant and a.target = w.target'
const BAD = `a.verdict in ('retry', 'throttle', 'permanent', 'dead')`
const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::double precision`
const RECORDS = `select w.tenant, w.target, ${MS('good.at')} as "lastSuccessAt", ${MS('bad.at')} as "lastFailureAt",
  bad.status as "lastStatus", bad.error as "lastError", ${MS('began.at')} as "failingSince"
from (select * from jsonb_to_recordset($1::jsonb) as w (tenant text, target text, since double precision)
  where ${FEW}) w
left join lateral (
  select e.at from (
    select a.at, a.verdict from delivery_attempt a where ${OF} and (a.ended is not null or a.verdict = 'delivered')
    order by a.at desc limit ${LOOKED_THROUGH}) e
  where e.verdict = 'delivered' order by e.at desc limit 1) good on true
left join lateral (
  select a.at, a.status, a.error from delivery_attempt a where ${OF} and ${BAD} order by a.at desc limit 1) bad on true
left join lateral (
  select a.at from delivery_attempt a where ${OF} and ${BAD}
    and a.at > coalesce(greatest(good.at, to_timestamp(w.since / 1000)), '-infinity')
  order by a.at limit 1) began on true`

/**
 * How targets fared, in one statement.
 * @param targets `since`: failures before this wall time are not taken for the beginning; null: all that are kept are
 */
export const recordsOf = (
  db: Db,
  targets: readonly { tenant: string; target: string; since: number | null }[],
): Promise<TargetRecord[]> => db.query(RECORDS, [JSON.stringify(targets)])

export type TargetStanding = TargetRecord & {
  breaker: { state: 'closed' | 'open' | 'half-open'; since: number | null; until: number | null }
  /** When the next of the deliveries that wait may be attempted; null: none waits. */
  nextAttemptAt: number | null
}

/** Everything that one target's page shows; for `since` see `recordsOf`. */
export async function standingOf(
  db: Db,
  { tenant, target, since }: { tenant: string; target: string; since: number | null },
  now: number,
): Promise<TargetStanding> {
  const standing = (await standingsOf(db, tenant, [{ target, since }], now)).get(target)
  if (standing === undefined) throw new Error(`nothing was read of ${target}`)
  return standing
}

/** Targets of one statement: each has a row of its own in every list. */
const TOGETHER = 200

/** The same of several targets of a tenant, by target. Indexes: delivery_target's key, delivery_due, and those of `recordsOf`. */
export async function standingsOf(
  db: Db,
  tenant: string,
  targets: readonly { target: string; since: number | null }[],
  now: number,
): Promise<ReadonlyMap<string, TargetStanding>> {
  const all = new Map<string, TargetStanding>()
  for (let from = 0; from < targets.length; from += TOGETHER) {
    const some = targets.slice(from, from + TOGETHER)
    const names = some.map(({ target }) => target)
    const [records, kept, next] = await Promise.all([
      recordsOf(
        db,
        some.map((each) => ({ ...each, tenant })),
      ),
      db.query<{ target: string; failures: number; opens: number; until: number; since: number }>(
        `select target, failures, opens, ${MS('open_until')} as until, ${MS('opened_at')} as since
         from delivery_target where tenant = $1 and target = any($2::text[])`,
        [tenant, names],
      ),
      db.query<{ target: string; due: number }>(
        `select w.target, ${MS('d.due_at')} as due from unnest($2::text[]) as w (target) cross join lateral (
           select due_at from delivery where tenant collate "C" = $1 and target = w.target order by due_at limit 1) d`,
        [tenant, names],
      ),
    ])
    const breakers = new Map(kept.map((row) => [row.target, row]))
    const dues = new Map(next.map(({ target, due }) => [target, due]))
    for (const record of records) {
      const breaker = breakers.get(record.target)
      const until = breaker?.until ?? null
      const due = dues.get(record.target)
      all.set(record.target, {
        ...record,
        breaker: {
          state: stateOf({ failures: breaker?.failures ?? 0, opens: breaker?.opens ?? 0, openUntil: until }, now),
          since: breaker?.since ?? null,
          until,
        },
        nextAttemptAt: due === undefined ? null : Math.max(due, until ?? 0),
      })
    }
  }
  return all
}
