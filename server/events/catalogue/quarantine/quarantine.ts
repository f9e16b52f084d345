import { eventKey } from '#events/append.ts'
import { type Batcher, createBatcher } from '#platform/batcher.ts'
import type { Clock } from '#platform/clock.ts'
import { isTransient } from '#platform/database.ts'
import { Problem } from '#platform/problem.ts'
import { createLooks } from '#platform/retention.ts'
import type { Database } from '#platform/work.ts'
import { PURGE_EVERY_MS, PURGE_KIND } from './due.ts'
import { insertQuarantined, type Quarantined } from './store.ts'

/**
 * Keeps events apart, many callers in one commit; each hears whether its event was known already.
 * @throws Problem 503 while the database is away
 */
export function createQuarantine(database: Database, clock: Clock): Batcher<Quarantined, { duplicate: boolean }> {
  const willBePurged = createLooks(PURGE_KIND, PURGE_EVERY_MS)
  return createBatcher<Quarantined, { duplicate: boolean }>({
    maxItems: 200,
    bisect: (error) => !isTransient(error),
    async handle(items) {
      const now = clock.wall()
      const tenants = new Set(items.map(({ event }) => event.tenant))
      const added = await database
        .transaction(async (tx) => {
          for (const tenant of tenants) willBePurged(tx, tenant, 'all', now)
          return insertQuarantined(tx, items, now)
        })
        .catch((error: unknown) => {
          if (!isTransient(error)) throw error
          throw new Problem(
            503,
            'database-away',
            'The event could not be stored: the database is away. Send it again.',
            {
              retryAfterS: 2,
              cause: error,
            },
          )
        })
      // Of two in one batch the first is new.
      return items.map(({ event }) => ({
        duplicate: !added.delete(`${event.tenant} ${eventKey(event.source, event.id)}`),
      }))
    },
  })
}
