import { statesOf } from '#deliveries/index.ts'
import { headsAt } from '#events/index.ts'
import { callOf, whyNever, whyNotNow } from '#flows/again/refusals.ts'
import { wholeRuns } from '#flows/again/store.ts'
import { replayJudge } from '#flows/bulk/replayable.ts'
import { type BulkRow, type Chosen, type ChosenRun, countChosen, failedOnes, firstChosen } from '#flows/bulk/store.ts'
import { eventGone, notPublished } from '#flows/errors.ts'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

/** Events and calls asked for at once. */
const AT_ONCE = 5_000
/** Runs that are judged before they are replayed, and how many of them at once: whole, and each with its event. */
const JUDGED = 5_000
const PART = 200

/** So many runs that would not be changed, for one reason. */
type Refused = { count: number; why: string; messages: Sentence | undefined }

type Counted = {
  count: number
  complete: boolean
  refused: Refused[]
  /** All that are chosen, as far as they were counted: more than the rest tells of where not all were judged. */
  total: number
  first: ChosenRun[]
}

type How = {
  runtime: Pick<Runtime, 'database' | 'clock' | 'settings'>
  flows: TenantFlows | undefined
  most: number
  shown: number
}

/**
 * What an action would do to the runs that are chosen: how many it would change, the first of them, and how many not, why.
 * @param most runs that are counted; `complete` says whether these are all
 * @param shown runs that are shown
 */
export async function countRuns(db: Db, chosen: Chosen & Pick<BulkRow, 'id'>, how: How): Promise<Counted> {
  const { most, shown } = how
  if (chosen.action === 'retry') return countRetries(db, chosen, how)
  if (chosen.action === 'replay') return countReplays(db, chosen, how)
  const [count, first] = await Promise.all([countChosen(db, chosen, most + 1), firstChosen(db, chosen, shown)])
  return { count: Math.min(count, most), complete: count <= most, refused: [], total: Math.min(count, most), first }
}

/** Reads the event of each, and so judges no more than `JUDGED`. */
async function countReplays(
  db: Db,
  chosen: Chosen & Pick<BulkRow, 'id'>,
  { runtime, flows, most, shown }: How,
): Promise<Counted> {
  const { tenant, flowId } = chosen
  const published = flows?.published(flowId)
  if (published === undefined) {
    const found = await countChosen(db, chosen, most + 1)
    const total = Math.min(found, most)
    const { message: why, messages } = notPublished()
    return {
      count: 0,
      complete: found <= most,
      refused: total === 0 ? [] : [{ count: total, why, messages }],
      total,
      first: [],
    }
  }
  const found = await firstChosen(db, chosen, JUDGED + 1)
  const looked = found.slice(0, JUDGED)
  const judge = replayJudge(chosen, published, runtime, runtime.clock.now())
  const able = new Set<string>()
  const refused = tally()
  for (const ids of parts(
    looked.map(({ id }) => id),
    PART,
  )) {
    const judged = await judge(db, await wholeRuns(db, tenant, ids, false))
    for (const { id } of judged.able) able.add(id)
    for (const one of judged.refused) refused.add(one)
  }
  const isAll = found.length <= JUDGED
  return {
    count: able.size,
    complete: isAll,
    refused: refused.most(),
    total: isAll ? looked.length : Math.min(most, await countChosen(db, chosen, most)),
    first: looked.filter(({ id }) => able.has(id)).slice(0, shown),
  }
}

/** Runs refused, by the reason. */
function tally() {
  const found = new Map<string, Refused>()
  return {
    add({ why, messages }: Pick<Refused, 'why' | 'messages'>): void {
      found.set(why, { count: (found.get(why)?.count ?? 0) + 1, why, messages })
    },
    /** The most first. */
    most: () => [...found.values()].sort((a, b) => b.count - a.count),
  }
}

async function countRetries(db: Db, chosen: Chosen, { flows, most, shown }: How): Promise<Counted> {
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
  const refused = tally()
  const able = failed.filter((run) => {
    const hasEvent = run.position === null || kept.has(run.position)
    const not = hasEvent
      ? (whyNever(run, flows) ?? whyNotNow(run.isTaken, states.get(callOf(run, flows) ?? '')))
      : eventGone()
    if (not === null) return true
    refused.add({ why: not.message, messages: not.messages })
    return false
  })
  return {
    count: able.length,
    complete: found.length <= most,
    refused: refused.most(),
    total: failed.length,
    first: able.slice(0, shown),
  }
}

/** A list in parts that are asked for at once. */
function* parts<T>(list: readonly T[], size = AT_ONCE): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size)
}
