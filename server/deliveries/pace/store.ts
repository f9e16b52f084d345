import type { Db } from '#platform/work.ts'
import { keyOf } from '../store.ts'

// Each as far behind the one before it as it asks for, and none earlier than it was due. `spent` is what those before
// it take, so the latest of (due - spent) says from where on there is no more pause. Index: delivery_paced.
const PUT_OFF = `with paced as (
  select tenant, id, due, spacing_ms, mine from (
    select d.tenant, d.id, extract(epoch from d.due_at)::double precision * 1000 as due, d.spacing_ms, coalesce(d.lease, 0) <> 0 as mine
    from delivery d
    where d.tenant collate "C" = $1 and d.target = $2 and d.spacing_ms is not null
      and (coalesce(d.lease, 0) = 0 or d.lease = $3::bigint and d.id = any($4::uuid[]))
    for update skip locked) free),
spent as (
  select *, sum(spacing_ms) over turns - spacing_ms as spent from paced window turns as (order by due, id)),
turn as (
  select *, spent + max(greatest(due, $5::double precision) - spent) over (order by due, id) as at from spent)
update delivery d set lease = null, due_at = to_timestamp(turn.at / 1000),
  since = case when d.failures = 0 then to_timestamp(turn.at / 1000) else d.since end
from turn
where turn.tenant || '' = turn.tenant and ${keyOf('turn')} and (turn.mine or turn.at > turn.due)
returning turn.at`

/**
 * Gives rows of a target back that this run has in hand, and draws out what waits with a pace: from that moment on,
 * each as far behind the one before it as was asked for.
 * @returns when the last one's turn is
 */
export async function putOff(
  db: Db,
  of: { tenant: string; target: string },
  ids: readonly string[],
  lease: number,
  from: number,
): Promise<number> {
  const rows = await db.query<{ at: number }>(PUT_OFF, [of.tenant, of.target, lease, ids, from])
  return rows.reduce((last, { at }) => Math.max(last, at), from)
}

/**
 * When the last of those that were put back for a target with a pace has its first turn; undefined when none waits for
 * one. Index: delivery_paced.
 */
export async function pacedUntil(db: Db, tenant: string, target: string): Promise<number | undefined> {
  const [row] = await db.query<{ at: number }>(
    `select extract(epoch from due_at)::double precision * 1000 as at from delivery
     where tenant collate "C" = $1 and target = $2 and spacing_ms is not null and failures = 0
     order by due_at desc limit 1`,
    [tenant, target],
  )
  return row?.at
}
