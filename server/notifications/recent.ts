import { createRecent, type Recent } from '#platform/recent.ts'
import type { Database } from '#platform/work.ts'
import type { OpenNotification } from './store.ts'

const kept = new WeakMap<Database, Recent<OpenNotification>>()

/**
 * Notifications that this node has just written and handed to a channel, by `ownKey`: most hear of their end within
 * milliseconds, and need not be read back then. Whoever writes one says in which state it must still be.
 */
export function recentNotifications(database: Database): Recent<OpenNotification> {
  let recent = kept.get(database)
  if (recent === undefined) {
    recent = createRecent()
    kept.set(database, recent)
  }
  return recent
}
