import { Type } from '@sinclair/typebox'
import { type Page, pageOf, readCursor } from '#platform/http/page.ts'
import type { Runtime } from '#platform/service.ts'
import type { Database, Db, Tx } from '#platform/work.ts'
import { deliveryState } from '../state.ts'
import {
  attemptsOf,
  type Filter,
  findDelivery,
  listEnded,
  listWaiting,
  type Place,
  replay,
  type Selection,
  viewsOf,
} from './store.ts'
import { type AttemptView, attemptViewOf, type DeliveryRow, type DeliveryView } from './view.ts'

/** Waiting ones first, then the ended ones: the cursor says in which part it stands. */
const place = Type.Object({
  part: Type.Union([Type.Literal('waiting'), Type.Literal('ended')]),
  at: Type.Number(),
  id: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
})

/**
 * A page of deliveries: those that wait by due time, then the ended ones, the latest first.
 * @throws Problem 400 for a cursor that is none of ours
 */
export async function deliveryPage(
  database: Database,
  tenant: string,
  filter: Filter,
  cursor: string | undefined,
  limit: number,
): Promise<Page<DeliveryView>> {
  const from = readCursor(cursor, place)
  const startOf = (part: 'waiting' | 'ended'): Place | undefined => (from?.part === part ? from : undefined)
  return database.asTenant(tenant, async (tx) => {
    const waits = filter.status === undefined || filter.status === 'pending'
    const found: DeliveryRow[] =
      waits && from?.part !== 'ended' ? await listWaiting(tx, tenant, filter, startOf('waiting'), limit + 1) : []
    if (found.length <= limit && filter.status !== 'pending') {
      found.push(...(await listEnded(tx, tenant, filter, startOf('ended'), limit + 1 - found.length)))
    }
    const page = pageOf(found, limit, (last) =>
      last.ended_at === null
        ? { part: 'waiting', at: last.due_at?.getTime(), id: last.id }
        : { part: 'ended', at: last.ended_at.getTime(), id: last.id },
    )
    return { items: await viewsOf(tx, page.items), nextCursor: page.nextCursor }
  })
}

/** A delivery with its attempts; undefined when there is none of this id. */
export async function deliveryWithHistory(
  db: Db,
  tenant: string,
  id: string,
): Promise<(DeliveryView & { history: AttemptView[] }) | undefined> {
  const found = await findDelivery(db, tenant, id)
  if (found === undefined) return undefined
  const [view] = await viewsOf(db, [found])
  return view && { ...view, history: (await attemptsOf(db, tenant, id)).map(attemptViewOf) }
}

/**
 * Puts ended deliveries back in the caller's transaction, the oldest first.
 * @param options.spacingMs between one and the next, so that a replay is no flood, also when its receiver comes back late
 * @param options.replay as of a draft
 * @returns how many
 */
export async function replayDeliveries(
  tx: Tx,
  tenant: string,
  selection: Selection,
  options: { limit: number; spacingMs: number; replay?: string },
  runtime: Pick<Runtime, 'database' | 'clock'>,
): Promise<number> {
  const targets = await replay(tx, tenant, selection, { now: runtime.clock.wall(), ...options })
  const { dispatcher } = deliveryState(runtime.database)
  tx.afterCommit(() => dispatcher?.wake(tenant, targets))
  return targets.length
}
