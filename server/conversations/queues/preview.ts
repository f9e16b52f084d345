import { Type } from '@sinclair/typebox'
import { shortestLimits } from '#conversations/encounters/inactivity.ts'
import { readDueBy } from '#conversations/encounters/store.ts'
import { concernedBy } from '#conversations/queues/concerned.ts'
import type { Rules } from '#conversations/queues/queue.ts'
import type { Db } from '#platform/work.ts'

/** What comes due so soon after a change of the times is said to be because of it, at once. */
const AT_ONCE_MS = 60_000
/** How many open encounters a preview looks at: some 50 ms. */
const LOOKED_AT = 5_000

export const previewAnswer = Type.Object(
  {
    warned: Type.Integer({ description: 'Open encounters that would be warned' }),
    closed: Type.Integer({ description: 'Encounters that would be closed' }),
    atLeast: Type.Boolean({
      description: `Only ${LOOKED_AT} of those that may be concerned were looked at: it may be more of both`,
    }),
  },
  { title: 'QueuePreview' },
)

/** The rules of a queue as they hold, and as they would. */
export type ChangedRules = { before: Rules; after: Rules }

/**
 * How many open encounters of some queues of a tenant other rules would warn and close at once, which those that hold would not.
 * Nothing is changed.
 * @param now domain milliseconds
 */
export async function previewOf(db: Db, tenant: string, changes: readonly ChangedRules[], now: number) {
  const by = now + AT_ONCE_MS
  const sum = { warned: 0, closed: 0, atLeast: false }
  let room = LOOKED_AT
  for (const { before, after } of changes) {
    const found = await readDueBy(db, { tenant, queueId: after.queue.id, by }, shortestLimits(after), room)
    const { warned, closed } = concernedBy(found.slice(0, room), { before, after }, by)
    sum.warned += warned
    sum.closed += closed
    if (found.length > room) return { ...sum, atLeast: true }
    room -= found.length
  }
  return sum
}
