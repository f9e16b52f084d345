import type { Db, Tx } from '#platform/work.ts'
import { type CancelledRow, cancel, keyOf } from '../store.ts'

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

/** How many of a target's deliveries have not been tried yet since they were put back, by replay. Index: delivery_paced. */
export async function waitingReplays(db: Db, tenant: string, target: string): Promise<Map<string, number>> {
  const rows = await db.query<{ replay: string; waiting: number }>(
    `select replay::text as replay, count(*)::int as waiting from delivery
     where tenant collate "C" = $1 and target = $2 and spacing_ms is not null and failures = 0 and replay is not null
     group by replay`,
    [tenant, target],
  )
  return new Map(rows.map(({ replay, waiting }) => [replay, waiting]))
}

// What a run has in hand, or had when it died, may have been begun. What went well before it was put back did not become undone.
const CANCEL_PACED = cancel(
  `where d.tenant = $1 and d.id = any (array(
     select d.id from delivery d
     where d.tenant collate "C" = $1 and d.target = $3 and d.spacing_ms is not null and d.failures = 0 and d.replay = any($4::uuid[])
       and coalesce(d.lease, 0) = 0
     for update skip locked))`,
  '$2',
  {
    ended: `case when exists (
      select 1 from delivery_attempt a where a.tenant = gone.tenant and a.delivery_id = gone.id and a.verdict = 'delivered')
      then 'delivered' else 'cancelled' end`,
    error: '$5::text',
  },
)

/** Ends what waits of these replays; see `cancelPaced`. */
export const cancelPacedRows = (
  tx: Tx,
  tenant: string,
  of: { target: string; replays: readonly string[]; reason: string },
  now: number,
): Promise<CancelledRow[]> => tx.query(CANCEL_PACED, [tenant, now, of.target, of.replays, of.reason])
