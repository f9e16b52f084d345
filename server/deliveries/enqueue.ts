import { isConnectionLoss } from '#platform/database.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import type { Channel, DeliveryDraft, Prepared } from './delivery.ts'
import { endOf } from './outcome.ts'
import { cancelPacedRows } from './pace/store.ts'
import { deliveryState } from './state.ts'
import { type CancelledRow, cancelFreeRows, cancelRows, insertRows, lockUnbegun } from './store.ts'

const LONGEST_MS = 300_000

/** Makes a channel known; called from `Service.open` of the context that owns it. */
export function registerChannel<P extends Prepared>(runtime: Pick<Runtime, 'database'>, channel: Channel<P>): void {
  const { channels } = deliveryState(runtime.database)
  if (channels.has(channel.name)) throw new Error(`channel ${channel.name} is registered twice`)
  if (channel.timeoutMs > LONGEST_MS) throw new Error(`channel ${channel.name}: an attempt takes 5 min at most`)
  channels.set(channel.name, channel as Channel)
}

/**
 * Writes deliveries in the caller's transaction: one statement for all, issued without waiting. A draft whose id
 * waits already, or ended within the last hour, changes nothing, so a redo doubles nothing.
 *
 * While this node has room the rows are written leased to it and sent right after the commit from memory;
 * otherwise whoever has room claims them.
 *
 * `once`: the caller's commit happens once for these ids (it moves a row on, or inserts one, under a guard): then the
 * history need not be asked whether one has ended.
 *
 *     enqueueDeliveries(tx, [{ tenant, id, channel: 'webhook', target: `subscription:${s.id}`, … }], runtime)
 */
export function enqueueDeliveries(
  tx: Tx,
  drafts: readonly DeliveryDraft[],
  runtime: Pick<Runtime, 'database' | 'clock'>,
  options: { once?: boolean } = {},
): void {
  if (drafts.length === 0) return
  const { dispatcher } = deliveryState(runtime.database)
  const now = runtime.clock.wall()
  const reservation = dispatcher?.reserve(drafts, now)
  let written: ReadonlySet<string> | null = null
  insertRows(tx, drafts, {
    now,
    lease: dispatcher?.lease ?? null,
    taken: reservation?.taken ?? null,
    once: options.once === true,
  }).then(
    (missing) => {
      if (missing !== null) written = new Set(missing)
    },
    // The transaction fails by itself. What a lost connection did is not known: the rows are looked for.
    (error) => {
      if (!isConnectionLoss(error)) reservation?.dropped()
    },
  )
  tx.afterCommit(() => reservation?.committed(written))
}

/**
 * Calls off what has not ended: so much of a target, or the ids given. What is being sent at this moment cannot be
 * called back. `notifyOn` of the rows is scheduled in the same transaction with `ended: 'cancelled'`.
 * @returns how many were called off
 */
export async function cancelDeliveries(
  tx: Tx,
  tenant: string,
  which: { target: string; most: number } | { ids: readonly string[] },
  runtime: Pick<Runtime, 'clock'>,
): Promise<number> {
  const gone = await cancelRows(tx, tenant, which, runtime.clock.wall())
  tellCancelled(tx, gone, runtime)
  return gone.length
}

/**
 * Calls off those of these deliveries that nobody has in hand at this moment, also between two attempts: one statement for
 * all, which waits for nobody. What is being sent ends as it may. `notifyOn` as with `cancelDeliveries`.
 */
export async function cancelWaiting(
  tx: Tx,
  deliveries: readonly { tenant: string; id: string }[],
  runtime: Pick<Runtime, 'clock'>,
): Promise<void> {
  if (deliveries.length > 0) tellCancelled(tx, await cancelFreeRows(tx, deliveries, runtime.clock.wall()), runtime)
}

/**
 * Calls off what was put back for a target by these replays, has not been tried since and is in nobody's hand. What had been
 * delivered before ends as delivered, all else as called off, each with `reason`. `notifyOn` as with `cancelDeliveries`.
 * @returns how many
 */
export async function cancelPaced(
  tx: Tx,
  tenant: string,
  of: { target: string; replays: readonly string[]; reason: string },
  runtime: Pick<Runtime, 'clock'>,
): Promise<number> {
  const gone = await cancelPacedRows(tx, tenant, of, runtime.clock.wall())
  tellCancelled(tx, gone, runtime)
  return gone.length
}

/**
 * Keeps deliveries of which nothing has left from leaving until the transaction ends, in which they can be called off
 * (`cancelDeliveries`). What this node has queued for a slot it gives back for that; what another node has in hand, or one
 * that died had, may have been begun.
 * @returns the ids of those that surely nobody has begun
 */
export async function holdUnbegun(
  tx: Tx,
  tenant: string,
  ids: readonly string[],
  runtime: Pick<Runtime, 'database'>,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  await deliveryState(runtime.database).dispatcher?.giveBackUnbegun(ids.map((id) => ({ tenant, id })))
  return lockUnbegun(tx, tenant, ids)
}

function tellCancelled(tx: Tx, gone: readonly CancelledRow[], { clock }: Pick<Runtime, 'clock'>): void {
  const dueNow = Math.min(clock.wall(), clock.now())
  const told = gone.flatMap(({ tenant, id, attempts, notify }) =>
    notify === null ? [] : [endOf({ tenant, id, notifyOn: notify }, 'cancelled', attempts, null, dueNow)],
  )
  if (told.length > 0) tx.schedule(told)
}

/**
 * For a consumer whose batches become deliveries (`Consumer.ready`): lets it wait a moment while targets that take all
 * they are sent have no room in memory, so that the rows need not be claimed from the database.
 */
export const readyForDeliveries = (runtime: Pick<Runtime, 'database'>): Promise<void> =>
  deliveryState(runtime.database).dispatcher?.ready() ?? Promise.resolve()

/** Something changed for the better at a target: this node makes one attempt although its breaker is open. */
export function probeTarget(runtime: Pick<Runtime, 'database'>, target: { tenant: string; target: string }): void {
  deliveryState(runtime.database).dispatcher?.probe(target)
}
