import { forgetDoors, saveDoors } from '#gateway/doors/store.ts'
import type { Counted, Taken } from '#gateway/intake.ts'
import { storable } from '#platform/storable.ts'
import type { Db } from '#platform/work.ts'

const SAVE_MS = 1_000
const FORGET_MS = 86_400_000
/** What a stranger sent is shown in part. */
const SHOWN = 255

export type Tally = {
  /** Before the first message. */
  start(): Promise<void>
  count(counted: Pick<Counted, 'door' | 'times' | 'last'> & { taken: Taken | 'notified' }): void
  stop(): Promise<void>
}

type Door = {
  received: number
  duplicates: number
  refused: number
  lastId: string | null
  lastKey: string
  lastAt: number
}

/** What this node takes by each way, stored at most once a second so that every node can tell of all of them. */
export function doorTally(db: Db, node: string, wall: () => number): Tally {
  const doors = new Map<string, Door>()
  let timer: NodeJS.Timeout | undefined

  async function save(): Promise<void> {
    timer = undefined
    const rows = [...doors].map(([door, counts]) => ({ door, ...counts }))
    if (rows.length === 0) return
    try {
      await saveDoors(db, node, rows)
    } catch {
      // The database is away: the next message brings it up to date.
    }
  }

  return {
    start: () => forgetDoors(db, node, wall() - FORGET_MS),
    count({ door: name, taken, times, last }) {
      let door = doors.get(name)
      if (door === undefined) {
        door = { received: 0, duplicates: 0, refused: 0, lastId: null, lastKey: '', lastAt: 0 }
        doors.set(name, door)
      }
      door.received += times
      if (taken === 'duplicate' || taken === 'own') door.duplicates += times
      else if (taken === 'refused') door.refused += times
      door.lastId = storable(last.id ?? '', SHOWN) || null
      door.lastKey = storable(last.key, SHOWN)
      door.lastAt = wall()
      timer ??= setTimeout(() => void save(), SAVE_MS).unref()
    },
    async stop() {
      clearTimeout(timer)
      await save()
    },
  }
}
