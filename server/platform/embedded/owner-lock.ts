import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

export type OwnerLock = { release(): void }

/** A process that was just killed may take a moment to vanish: waiting this long spares a needless refusal. */
const PATIENCE_MS = 2_000
const SQLITE_BUSY = 5

/**
 * Makes this process the only owner of `folder`. Node has no flock; SQLite takes a real lock of the operating
 * system on an empty file, which is gone the moment its process is, however it died: no pid to be reused, nothing
 * stale to clean up. It also refuses a second owner inside the same process.
 * @throws when another process is the owner, naming it, or when the folder admits no lock
 */
export async function takeOwnership(folder: string, patienceMs = PATIENCE_MS): Promise<OwnerLock> {
  const note = join(folder, 'owner')
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    const taken = tryLock(join(folder, 'owner.lock'))
    if (taken) {
      // Only for the message of whoever is refused; the lock itself decides. Made anew: never written through a link.
      rmSync(note, { force: true })
      writeFileSync(note, `${process.pid}\n`, { mode: 0o600, flag: 'wx' })
      return taken
    }
    // The other one may be ending; we are not.
    if (performance.now() > giveUpAt || pidIn(note) === process.pid) {
      throw new Error(
        `Cauce already runs on ${folder} (process ${pidIn(note)}). Stop it first, or give this one a data directory of its own with CAUCE_DATA_DIR.`,
      )
    }
    await delay(50)
  }
}

function tryLock(file: string): OwnerLock | null {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file)
    // No journal file beside it: nothing is ever written.
    database.exec('pragma busy_timeout = 0; pragma journal_mode = off; begin exclusive')
    const held = database
    return { release: () => held.close() }
  } catch (error) {
    database?.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null
    throw new Error(
      `The lock file ${file} cannot be used (${(error as Error).message}). The data directory must be writable by this user and lie on a local disk; CAUCE_DATA_DIR names another.`,
      { cause: error },
    )
  }
}

function pidIn(note: string): number {
  try {
    return Number(readFileSync(note, 'utf8'))
  } catch {
    return Number.NaN
  }
}
