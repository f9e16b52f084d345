import { findPair, purgeSeen } from '#events/sources/store.ts'
import type { DueKind } from '#platform/due-kind.ts'

export const PURGE_KIND = 'sources.purge'
const HOUR_MS = 3_600_000
const CHUNK = 5_000

/**
 * Forgets what the systems of a pair sent long ago: the comparison looks at a week, a switch at most at a day, and
 * whoever looks for the reason of something at some more.
 */
export const purgeKind = (days: number): DueKind => ({
  kind: PURGE_KIND,
  clock: 'wall',
  batch: 10,
  async handle(rows, tx, now) {
    for (const { tenant, key, kind } of rows) {
      const gone = await purgeSeen(tx, tenant, key, now - days * 24 * HOUR_MS, CHUNK)
      const more = gone >= CHUNK
      // What is left of a dissolved pair is forgotten too, in its time.
      const dueAt = more ? now : now + HOUR_MS
      if (more || gone > 0 || (await findPair(tx, tenant, key)) !== undefined)
        tx.schedule([{ kind, tenant, key, dueAt }])
    }
  },
})
