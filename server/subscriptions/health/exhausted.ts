import type { GivenUp } from '#deliveries/index.ts'
import { headsAt } from '#events/index.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { Json } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry } from '#platform/work.ts'
import { EXHAUSTED, exhaustedEvent } from '../operator-events.ts'
import { subscriptionOf } from '../subscription.ts'
import { urlsOf } from './store.ts'

/** Tells that a delivery was given up. */
const EXHAUSTED_KIND = 'subscription.exhausted'

/** What is told of a dead letter; a test tells of no event, and nobody is told of it. */
export const exhaustedEntry = (given: GivenUp): DueEntry[] =>
  given.eventPosition === null
    ? []
    : [
        {
          kind: EXHAUSTED_KIND,
          tenant: given.tenant,
          key: `${given.id}:${given.at}`,
          dueAt: given.at,
          payload: given as Json,
        },
      ]

/**
 * One event for each dead letter, in a commit after that of its mark. Of the dead letter of such an event none is told:
 * who subscribes to all and takes nothing would be told of that for ever.
 */
export function exhaustedKind(runtime: Pick<Runtime, 'clock'>): DueKind {
  return {
    kind: EXHAUSTED_KIND,
    clock: 'wall',
    async handle(rows, tx) {
      const given = rows.map(({ payload }) => payload as GivenUp)
      const keys = given.map(({ tenant, target }) => ({ tenant, id: subscriptionOf(target) }))
      const positions = given.flatMap(({ eventPosition }) => (eventPosition === null ? [] : [eventPosition]))
      const [urls, events] = await Promise.all([urlsOf(tx, keys), headsAt(tx, [...new Set(positions)])])
      const typeAt = new Map(events.map(({ position, type }) => [position, type]))
      const now = runtime.clock.now()
      tx.append(
        given.flatMap((one) => {
          const id = subscriptionOf(one.target)
          const webhookUrl = urls.get(`${one.tenant}\n${id}`)
          const eventType = typeAt.get(one.eventPosition ?? 0) ?? null
          if (webhookUrl === undefined || eventType === EXHAUSTED) return []
          return [exhaustedEvent({ ...one, subscription: id, webhookUrl, eventType }, now)]
        }),
      )
    },
  }
}
