import type { Runtime } from '#platform/service.ts'
import { MOST_HOPS, readMessage } from './read-message.ts'
import type { Taker } from './taker.ts'

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
      // Who leads of two systems may be told by a header.
      const headers = Object.fromEntries(
        [...message.userProperties].map(([name, value]) => [name.toLowerCase(), value]),
      )
      const results = await runtime.appendEvents(wanted, { headers })
      return results.every(({ duplicate }) => duplicate) ? 'duplicate' : 'taken'
    },
  }
}
