import { enqueueDeliveries, pacedUntil, replayDeliveries } from '#deliveries/index.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { findSubscription } from '../store.ts'
import { targetOf } from '../subscription.ts'
import { draftsOf, missingIn, type Range } from './missing.ts'
import { holdWalking, noteStep } from './store.ts'

export const REPLAY_KIND = 'subscription.replay'
export type ReplayPayload = Range & {
  subscription: string
  exclude: string[]
  /** Between one delivery and the next: a receiver that was away gets what it missed, not a flood. */
  spacingMs: number
}

/** Walks a range of the log step by step, as fast as it lets deliveries go; ends when it is stopped or the receiver disabled. */
export function replayKind(runtime: Pick<Runtime, 'database' | 'clock'>): DueKind {
  async function step(row: DueRow, tx: Tx, now: number): Promise<void> {
    const { tenant } = row
    const { subscription: id, exclude, after, upTo, spacingMs } = row.payload as ReplayPayload
    const replay = { tenant, subscription: id }
    if (!(await holdWalking(tx, replay, row.key))) return
    const subscription = await findSubscription(tx, tenant, id, now)
    if (subscription === undefined || subscription.status === 'DISABLED') {
      noteStep(tx, replay, row.key, 0, false)
      return
    }
    // Those of the step before may have waited for their receiver: more beside them would be twice the pace.
    const until = await pacedUntil(tx, tenant, targetOf(id))
    if (until !== undefined && until > now) {
      tx.schedule([{ kind: REPLAY_KIND, tenant, key: row.key, dueAt: until + spacingMs, payload: row.payload }])
      return
    }
    const { missing, next } = await missingIn(tx, tenant, subscription, { after, upTo }, new Set(exclude))
    const ended = missing.filter((each) => each.ended).map(({ deliveryId }) => deliveryId)
    const fresh = missing.filter((each) => !each.ended)
    if (ended.length > 0) {
      const how = { limit: ended.length, spacingMs, replay: row.key }
      await replayDeliveries(tx, tenant, { ids: ended }, how, runtime)
    }
    // Behind the others: both at once would be twice the pace.
    const from = { wall: now + ended.length * spacingMs, spacingMs, replay: row.key }
    enqueueDeliveries(tx, draftsOf(fresh, id, from), runtime)
    noteStep(tx, replay, row.key, missing.length, next < upTo)
    if (next >= upTo) return
    const payload: ReplayPayload = { subscription: id, exclude, after: next, upTo, spacingMs }
    tx.schedule([{ kind: REPLAY_KIND, tenant, key: row.key, dueAt: now + missing.length * spacingMs, payload }])
  }
  return {
    kind: REPLAY_KIND,
    clock: 'wall',
    // Each step reads thousands of positions: few of them in one transaction.
    batch: 5,
    async handle(rows, tx, now) {
      for (const row of rows) await step(row, tx, now)
    },
  }
}
