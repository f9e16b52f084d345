import { statesOf } from '#deliveries/index.ts'
import { headsAt } from '#events/index.ts'
import { callOf, whyNever, whyNotNow } from '#flows/again/refusals.ts'
import { type Chosen, type ChosenRun, countChosen, failedOnes, firstChosen } from '#flows/bulk/store.ts'
import { eventGone } from '#flows/errors.ts'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Db } from '#platform/work.ts'

/** Events and calls asked for at once. */
const AT_ONCE = 5_000

/** So many runs that would not be changed, for one reason. */
type Refused = { count: number; why: string; messages: Sentence | undefined }

type Counted = { count: number; complete: boolean; refused: Refused[]; first: ChosenRun[] }

/**
 * What an action would do to the runs that are chosen: how many it would change, the first of them, and how many not, why.
 * @param most runs that are counted; `complete` says whether these are all
 * @param shown runs that are shown
 */
export async function countRuns(
  db: Db,
  chosen: Chosen,
  { flows, most, shown }: { flows: TenantFlows | undefined; most: number; shown: number },
): Promise<Counted> {
  if (chosen.action === 'retry') return countRetries(db, chosen, { flows, most, shown })
  const [count, first] = await Promise.all([countChosen(db, chosen, most + 1), firstChosen(db, chosen, shown)])
  return { count: Math.min(count, most), complete: count <= most, refused: [], first }
}

async function countRetries(
  db: Db,
  chosen: Chosen,
  { flows, most, shown }: { flows: TenantFlows | undefined; most: number; shown: number },
): Promise<Counted> {
  const found = await failedOnes(db, chosen, most + 1)
  const failed = found.slice(0, most)
  const kept = new Set<number>()
  for (const positions of parts(failed.flatMap(({ position }) => position ?? []))) {
    for (const { position } of await headsAt(db, positions)) kept.add(position)
  }
  const states = new Map<string, string>()
  for (const calls of parts(failed.flatMap((run) => callOf(run, flows) ?? []))) {
    for (const [id, state] of await statesOf(db, chosen.tenant, calls)) states.set(id, state)
  }
  const refused = new Map<string, Refused>()
  const able = failed.filter((run) => {
    const hasEvent = run.position === null || kept.has(run.position)
    const not = hasEvent
      ? (whyNever(run, flows) ?? whyNotNow(run.isTaken, states.get(callOf(run, flows) ?? '')))
      : eventGone()
    if (not === null) return true
    const { message: why, messages } = not
    refused.set(why, { count: (refused.get(why)?.count ?? 0) + 1, why, messages })
    return false
  })
  return {
    count: able.length,
    complete: found.length <= most,
    refused: [...refused.values()].sort((a, b) => b.count - a.count),
    first: able.slice(0, shown),
  }
}

/** A list in parts that are asked for at once. */
function* parts<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += AT_ONCE) yield list.slice(at, at + AT_ONCE)
}
