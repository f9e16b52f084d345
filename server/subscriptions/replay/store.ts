import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

/** A replay that was begun, as it is stored. */
export type Begun = { id: string; startedAt: Date; counted: number; putBack: number; walks: boolean }

type Of = { tenant: string; subscription: string }

/** Those that were begun and not forgotten yet, the oldest first. */
export const begunReplays = (db: Db, { tenant, subscription }: Of): Promise<Begun[]> =>
  db.query(
    `select id::text as id, started_at as "startedAt", counted, put_back as "putBack", walks from subscription_replay
     where tenant = $1 and subscription = $2 order by started_at, id`,
    [tenant, subscription],
  )

/** @returns false when it was begun before: a repeat of the same request */
export async function beginReplay(
  tx: Tx,
  { tenant, subscription }: Of,
  begun: Pick<Begun, 'id' | 'counted' | 'putBack' | 'walks'>,
  wall: number,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into subscription_replay (tenant, subscription, id, started_at, counted, put_back, walks)
     values ($1, $2, $3::uuid, ${momentOf('$4')}, $5, $6, $7) on conflict do nothing returning 1`,
    [tenant, subscription, begun.id, wall, begun.counted, begun.putBack, begun.walks],
  )
  return rows.length > 0
}

/** Holds a replay that goes on until the transaction ends; false: it was stopped, or is over. */
export async function holdWalking(tx: Tx, { tenant, subscription }: Of, id: string): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from subscription_replay where tenant = $1 and subscription = $2 and id = $3::uuid and walks for update`,
    [tenant, subscription, id],
  )
  return rows.length > 0
}

/** One step of a replay: so much was put back, and whether it goes on. */
export function noteStep(tx: Tx, { tenant, subscription }: Of, id: string, putBack: number, walks: boolean): void {
  void tx.query(
    `update subscription_replay set put_back = put_back + $4, walks = $5
     where tenant = $1 and subscription = $2 and id = $3::uuid`,
    [tenant, subscription, id, putBack, walks],
  )
}

export function forgetReplays(tx: Tx, { tenant, subscription }: Of, ids: readonly string[]): void {
  if (ids.length === 0) return
  void tx.query('delete from subscription_replay where tenant = $1 and subscription = $2 and id = any($3::uuid[])', [
    tenant,
    subscription,
    ids,
  ])
}
