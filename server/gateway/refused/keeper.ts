import type { Refusal } from '#gateway/intake.ts'
import { RETENTION_KIND } from '#gateway/refused/due.ts'
import { keepRefused, purgeRefused } from '#gateway/refused/store.ts'
import { createLooks } from '#platform/retention.ts'
import type { Runtime } from '#platform/service.ts'

/** A flood is cut down between the hourly looks. */
const PURGE_EACH = 1_000
const PURGE_BYTES = 32 * 1_048_576
/** A flood of messages that nobody can read must not flood the log. */
const TELL_EACH_MS = 10_000

/** Keeps what is refused, in one commit with the look at what is too much, and tells of it now and then. */
export function refusedKeeper(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger'>,
  options: { bus: string; tenant: string },
): (refusals: readonly Refusal[]) => Promise<void> {
  const { database, clock, logger } = runtime
  const { bus, tenant } = options
  const willBePurged = createLooks(RETENTION_KIND)
  let sincePurge = 0
  let bytesSincePurge = 0
  let toldAt = Number.NEGATIVE_INFINITY
  let untold = 0
  return async (refusals) => {
    const at = clock.wall()
    await database.transaction(async (tx) => {
      const fresh = await keepRefused(tx, tenant, bus, refusals, at)
      willBePurged(tx, tenant, 'refused', at)
      sincePurge += fresh
      bytesSincePurge += refusals.reduce((sum, { message }) => sum + message.body.length, 0)
      if (sincePurge < PURGE_EACH && bytesSincePurge < PURGE_BYTES) return
      sincePurge = 0
      bytesSincePurge = 0
      await purgeRefused(tx, tenant, 0)
    })
    untold += refusals.length
    if (at - toldAt < TELL_EACH_MS) return
    const [{ message, problem }] = refusals as [Refusal]
    logger.warn(
      { door: message.door, code: problem.code, err: problem.message, count: untold },
      'messages of the broker were refused; they are kept at /backoffice/brokers/refused',
    )
    toldAt = at
    untold = 0
  }
}
