import type { Encounter } from '#conversations/encounters/encounter.ts'
import { nextAction } from '#conversations/encounters/inactivity.ts'
import type { Rules } from '#conversations/queues/queue.ts'

/**
 * How many encounters are warned, and how many closed, up to a moment because the rules of their queue become others: those
 * of which the rules before would not have done the same by then.
 */
export function concernedBy(
  encounters: readonly Encounter[],
  { before, after }: { before: Rules; after: Rules },
  by: number,
): { warned: number; closed: number } {
  const count = { warned: 0, closed: 0 }
  for (const encounter of encounters) {
    const next = nextAction(encounter, after)
    if (next === null || next.at > by || next.what === 'expire') continue
    const was = nextAction(encounter, before)
    if (was !== null && was.what === next.what && was.at <= by) continue
    count[next.what === 'warn' ? 'warned' : 'closed'] += 1
  }
  return count
}
