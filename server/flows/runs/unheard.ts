import { hasPassed } from '#events/index.ts'
import type { Concerned } from '#flows/runs/concern.ts'
import { readsWorld, type World } from '#flows/runs/world.ts'
import { Postponed } from '#platform/postponed.ts'
import type { Db } from '#platform/work.ts'

const KEEPER = 'conversations'
const LOOK_MS = 5
/** Then the batch is given back, so that a stop or a move of shards need not wait for it. */
const PATIENCE_MS = 1_000

/**
 * Waits for those who keep conversations, where an event of another system is about one that is not written down yet.
 * Both read the log, each at its own pace; who it is and in which queue, only an event before may have told.
 * @returns whether the world has to be read again
 * @throws Postponed while they are behind
 */
export async function untilHeard(
  concerned: readonly Concerned[],
  world: World,
  db: Db,
  signal?: AbortSignal,
): Promise<boolean> {
  const wanted = new Map<number, number>()
  for (const { event, about, triggered, listening } of concerned) {
    if (event.origin === 'internal' || event.encounterId === null || !event.type.startsWith('encounter.')) continue
    const at = [...triggered, ...listening].find(({ flow }) => readsWorld(flow))
    if (at === undefined || world.facts({ tenant: event.tenant, about, ...at }).encounter !== null) continue
    wanted.set(event.shard, Math.max(wanted.get(event.shard) ?? 0, event.position))
  }
  if (wanted.size === 0) return false
  for (let waited = 0; !(await hasPassed(db, KEEPER, wanted)); waited += LOOK_MS) {
    if (waited >= PATIENCE_MS || signal?.aborted) throw new Postponed('conversations are behind', Promise.resolve())
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return true
}
