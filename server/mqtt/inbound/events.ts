import type { Runtime } from '#platform/service.ts'
import { MOST_HOPS, readMessage } from './read-message.ts'
import { senderOf, type Taker } from './taker.ts'

/** Messages that are events already, in any of the forms that the doors take. */
export function eventTaker(
  runtime: Pick<Runtime, 'appendEvents' | 'clock'>,
  tenant: string,
  filters: readonly string[],
): Taker {
  return {
    kind: 'event',
    filters: () => filters,
    async take({ message }) {
      const drafts = readMessage(message, { tenant, now: runtime.clock.now() })
      const wanted = drafts.filter(({ hops }) => hops < MOST_HOPS)
      if (wanted.length === 0) return 'dropped'
      const results = await runtime.appendEvents(wanted, senderOf(message))
      return results.every(({ duplicate }) => duplicate) ? 'duplicate' : 'taken'
    },
  }
}
