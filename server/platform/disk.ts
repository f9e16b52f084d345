import { statfs } from 'node:fs/promises'
import type { Logger } from 'pino'
import { Problem } from '#platform/problem.ts'

const LOOK_MS = 3_000
/** Below this the database may soon be unable to keep what was accepted. */
const LEAST_FREE = 0.05

/** Of what is refused before it is tried, and of what PostgreSQL found no room for. */
export function diskFull(cause?: unknown): Problem {
  const en = 'The disk is full: nothing more can be kept until there is room. Send it again later.'
  const es = 'El disco está lleno: no se puede guardar nada más hasta que haya espacio. Envíalo más tarde.'
  return new Problem(503, 'disk-full', en, { messages: { en, es }, retryAfterS: 30, cause })
}

export type DiskWatch = {
  full(): boolean
  stop(): void
}

/**
 * Looks every few seconds whether the file system of a folder has room.
 * @param room what is free of it, 0 to 1; `freeShare` except in tests
 */
export function watchDisk(folder: string, logger: Logger, room: typeof freeShare = freeShare): DiskWatch {
  let full = false

  async function look(): Promise<void> {
    const free = await room(folder)
    if (free < LEAST_FREE !== full) {
      full = !full
      const line = { folder, freePercent: Math.round(free * 1_000) / 10 }
      if (full) logger.error(line, 'the disk is nearly full: events are refused until there is room')
      else logger.info(line, 'the disk has room again')
    }
  }

  // A folder that cannot be looked at is the database's trouble to tell.
  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS).unref()
  void look().catch(() => {})
  return { full: () => full, stop: () => clearInterval(timer) }
}

async function freeShare(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder)
  return blocks === 0 ? 1 : bavail / blocks
}
