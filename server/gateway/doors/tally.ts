import { forgetDoors, saveDoors } from '#gateway/doors/store.ts'
import type { Taken } from '#gateway/intake.ts'
import type { Incoming } from '#platform/brokers/bus.ts'
import type { Db } from '#platform/work.ts'

const SAVE_MS = 1_000
const FORGET_MS = 86_400_000
/** What a stranger sent is shown in part. */
const SHOWN = 255

export type Tally = {
  count(message: Incoming, taken: Taken | 'notified', id: string | null): void
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
  let forgotten = false

  async function save(): Promise<void> {
    timer = undefined
    const rows = [...doors].map(([door, counts]) => ({ door, ...counts }))
    if (rows.length === 0) return
    try {
      await saveDoors(db, node, rows)
      if (!forgotten) await forgetDoors(db, wall() - FORGET_MS)
      forgotten = true
    } catch {
      // The database is away: the next message brings it up to date.
    }
  }

  return {
    count(message, taken, id) {
      let door = doors.get(message.door)
      if (door === undefined) {
        door = { received: 0, duplicates: 0, refused: 0, lastId: null, lastKey: '', lastAt: 0 }
        doors.set(message.door, door)
      }
      door.received += 1
      if (taken === 'duplicate' || taken === 'own') door.duplicates += 1
      else if (taken === 'refused') door.refused += 1
      door.lastId = shown(id ?? message.id ?? '') || null
      door.lastKey = shown(message.key)
      door.lastAt = wall()
      timer ??= setTimeout(() => void save(), SAVE_MS).unref()
    },
    async stop() {
      clearTimeout(timer)
      await save()
    },
  }
}

const shown = (text: string) => text.slice(0, SHOWN).replaceAll('\u0000', '').toWellFormed()
