import { WAKE_KIND } from '#flows/abilities.ts'
import { outcomeOf } from '#flows/calling.ts'
import { type Caller, type Outcome, type Parked, waitsOf } from '#flows/run.ts'
import { isChanged, type RunRecord } from '#flows/runs/record.ts'
import type { Json } from '#platform/event.ts'
import type { DueEntry } from '#platform/work.ts'

/* The due rows that wake runs: at their time, for a second look, and with what became of what they asked for. */

export const wakeKey = (runId: string, visit: number) => `${runId}:${visit}`
/**
 * The timer of a wait, under a key of its own once the run was moved: the row of before may be in the hands of somebody
 * who waits for the run, and is nothing to it when it comes.
 */
export const timerKey = (runId: string, { visit, moved }: Pick<Parked, 'visit' | 'moved'>) =>
  moved === undefined ? wakeKey(runId, visit) : `${wakeKey(runId, visit)}:moved-${moved}`
const limitKey = (runId: string) => `${runId}:limit`

/** Whom whoever does something for a visit of a run tells what became of it. */
export const outcomeTo = (runId: string, { node, visit }: Pick<Parked, 'node' | 'visit'>) => ({
  kind: WAKE_KIND,
  key: `${wakeKey(runId, visit)}:outcome`,
  payload: { runId, node, visit },
})

/** Ends a run at the moment up to which it may take. */
export const limitRow = (tenant: string, runId: string, dueAt: number): DueEntry => ({
  kind: WAKE_KIND,
  tenant,
  key: limitKey(runId),
  dueAt,
  payload: { runId, node: '', visit: 0, limit: true },
})

/** A step that is tried again waits for that at its own visit. */
const isSameWait = (a: Parked, b: Parked): boolean => a.visit === b.visit && a.tries === b.tries

/** Timers of waits that ended otherwise, and of runs that have. */
export function abandonedWakes(records: readonly RunRecord[], claimed: ReadonlySet<string>): Map<string, string[]> {
  const keys = new Map<string, string[]>()
  for (const { tenant, run, parkedBefore, effects } of records) {
    const present = waitsOf(run)
    const gone = parkedBefore
      .filter((parked) => parked.wakeAt !== null && !present.some((one) => isSameWait(one, parked)))
      .map((parked) => timerKey(run.id, parked))
    if (effects.some((effect) => effect.kind === 'limit' && effect.wakeAt === null)) gone.push(limitKey(run.id))
    const left = gone.filter((key) => !claimed.has(key))
    if (left.length > 0) keys.set(tenant, [...(keys.get(tenant) ?? []), ...left])
  }
  return keys
}

export function newWakes(records: readonly RunRecord[], now: number): DueEntry[] {
  return records.filter(isChanged).flatMap(({ tenant, run, parkedBefore, lookAgain, effects }) => {
    const wakes: DueEntry[] = []
    const fresh = waitsOf(run).filter((parked) => !parkedBefore.some((one) => isSameWait(one, parked)))
    for (const { node, visit, wakeAt } of fresh) {
      if (wakeAt === null) continue
      const payload = { runId: run.id, node, visit }
      wakes.push({ kind: WAKE_KIND, tenant, key: wakeKey(run.id, visit), dueAt: wakeAt, payload })
    }
    const [first] = fresh
    // Its event may be in the hands of another node just now: look once more after the commit.
    if (lookAgain && first !== undefined) {
      wakes.push({
        kind: WAKE_KIND,
        tenant,
        key: `${wakeKey(run.id, first.visit)}:look`,
        dueAt: now,
        payload: { runId: run.id, node: first.node, visit: first.visit, look: true },
      })
    }
    for (const effect of effects) {
      if (effect.kind !== 'limit' || effect.wakeAt === null || run.status !== 'waiting') continue
      wakes.push(limitRow(tenant, run.id, effect.wakeAt))
    }
    return wakes
  })
}

/** Tells runs that waited for these what they came to. */
export function answersToCallers(records: readonly RunRecord[], now: number): DueEntry[] {
  return records.flatMap(({ tenant, run }) => {
    const { caller, status } = run
    return caller === undefined || status === 'waiting' ? [] : [answerRow(tenant, caller, outcomeOf(run), now)]
  })
}

/** Tells a run what became of what it waits for at a visit. */
export const answerRow = (tenant: string, { runId, node, visit }: Caller, answer: Outcome, now: number): DueEntry => ({
  kind: WAKE_KIND,
  tenant,
  key: `${wakeKey(runId, visit)}:outcome`,
  dueAt: now,
  payload: { runId, node, visit, answer } as unknown as Json,
})
