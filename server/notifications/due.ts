import type { DeliveryEnd } from '#deliveries/index.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import type { Facts } from './gate.ts'
import { type OpenNotifier, OUTCOME_KIND, SEND_KIND } from './notifier.ts'
import { type Plan, planFailed, planHeld, planSent, planSuppressed } from './plan.ts'
import { lockOpen, type OpenNotification, ownKey } from './store.ts'

/** What waits in this context: messages for their time, and the word of their channel. */
export function dueKinds(runtime: Runtime, notifier: OpenNotifier): DueKind[] {
  /** Locks, reads, decides each, writes; all in the claiming transaction. */
  async function advance(
    tx: Tx,
    ids: readonly { tenant: string; id: string }[],
    plan: (open: OpenNotification, facts: Facts, now: number) => Plan | null,
  ): Promise<void> {
    const open = await lockOpen(tx, ids)
    const requests = open.map((notification) => notification.request)
    const facts = await notifier.factsOf(tx, requests)
    const now = runtime.clock.now()
    const planned = open.flatMap((notification) => {
      const known = facts.get(ownKey(notification.tenant, notification.id))
      const made = known === undefined ? null : plan(notification, known, now)
      return made === null ? [] : [{ made, request: notification.request }]
    })
    notifier.write(
      tx,
      planned.map(({ made }) => made),
      planned.map(({ request }) => request),
      'locked',
      now,
    )
  }

  return [
    {
      kind: SEND_KIND,
      clock: 'domain',
      handle: (rows, tx) =>
        advance(
          tx,
          rows.map(({ tenant, key }) => ({ tenant, id: key })),
          (open, facts, now) => (open.status === 'held' ? planHeld(open, facts, now) : null),
        ),
    },
    {
      kind: OUTCOME_KIND,
      // Written by the dispatcher, which lives by the wall clock.
      clock: 'wall',
      inline: true,
      handle(rows, tx) {
        const ends = rows.map((row) => ({ ...outcomeKey(row), tenant: row.tenant, end: row.payload as DeliveryEnd }))
        return advance(tx, ends, (open, facts, now) => {
          const told = ends.find((end) => end.tenant === open.tenant && end.id === open.id)
          // The channel in hand is another one by now: an operator had an old delivery sent again.
          if (told === undefined || told.channel !== open.channel) return null
          const { ended, error } = told.end
          if (ended === 'delivered') return planSent(open, facts, now)
          if (open.status !== 'queued') return null
          const reason = error ?? 'the channel gave no reason'
          return ended === 'cancelled' ? planSuppressed(open, facts, reason, now) : planFailed(open, facts, reason, now)
        })
      },
    },
  ]
}

/** The key is `<notification>:<channel>`. */
function outcomeKey(row: DueRow): { id: string; channel: string } {
  const [id = '', channel = ''] = row.key.split(':')
  return { id, channel }
}
