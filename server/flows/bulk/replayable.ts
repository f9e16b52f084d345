import { compilePattern } from '#events/index.ts'
import type { Whole } from '#flows/again/store.ts'
import { triggerAsked } from '#flows/beginning.ts'
import { type BulkRow, type Refusal, refusal } from '#flows/bulk/store.ts'
import { type Entry, priorityOf } from '#flows/entry/entry.ts'
import { keysWaiting, lastEntered } from '#flows/entry/store.ts'
import { beganLately, beginsNone, eventGone, runUnderWay, waitsToBegin } from '#flows/errors.ts'
import { keyOfStart, triggerFor } from '#flows/interpreter.ts'
import type { About } from '#flows/run.ts'
import { begun } from '#flows/runs/begun.ts'
import type { Version } from '#flows/runs/catalog.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { runsByKey } from '#flows/runs/store.ts'
import { createWorld, type World } from '#flows/runs/world.ts'
import { makesRoom } from '#flows/silences.ts'
import { addSpan } from '#platform/duration.ts'
import { hashId } from '#platform/ids.ts'
import type { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

/** What a replay makes: a run, or what waits for its turn to be one. */
type Made = { record: RunRecord } | { entry: Entry }

/** A run that can be replayed; `becomes` makes the new one when it is first asked, in memory only. */
type Able = { id: string; becomes: () => Made }

type Judge = (db: Db, wholes: readonly Whole[]) => Promise<{ able: Able[]; refused: Refusal[] }>

/**
 * Which of some runs can be replayed on what is published: the same for doing it and for counting beforehand, part by part, of
 * which each knows what those before it began. What waits for its turn to begin is judged as it will be then, as far as that is
 * known: what would be dropped is refused, and waits for nothing.
 */
export function replayJudge(
  { tenant, flowId, id: bulkId }: Pick<BulkRow, 'tenant' | 'flowId' | 'id'>,
  published: Version,
  runtime: Pick<Runtime, 'database' | 'settings'>,
  now: number,
): Judge {
  const of = { tenant, flowId }
  const { entry, onePerKey } = published.flow
  const oncePer = entry?.oncePer ?? null
  /** By key the latest that this work begins. */
  const mine = new Map<string, Able['becomes']>()

  return async (db, wholes) => {
    const world = createWorld(db, runtime)
    await world.load(
      wholes.flatMap(({ record }) => (record === null ? [] : [{ tenant, about: record.run.about, ...published }])),
    )
    const refused: Refusal[] = []
    const fitting: { record: RunRecord; source: string; trigger: string; key: string | null }[] = []
    for (const whole of wholes) {
      if (whole.record === null) {
        refused.push(refusal(whole.id, eventGone()))
        continue
      }
      const { record, source } = whole
      const { run } = record
      const facts = world.facts({ tenant, about: run.about, ...published })
      const trigger = triggerOf(published, run.event, (candidates) => triggerFor(candidates, run.event, facts, now))
      if (trigger === null) refused.push(refusal(run.id, beginsNone()))
      else fitting.push({ record, source, trigger, key: keyOfStart(published.flow, run.event, facts, now) })
    }
    const whyNot = await standing(
      db,
      fitting.flatMap(({ key }) => (key === null ? [] : [key])),
    )
    const able: Able[] = []
    for (const { record, source, trigger, key } of fitting) {
      const { run } = record
      const not = key === null ? null : whyNot(key, run.about)
      if (not !== null) {
        refused.push(refusal(run.id, not))
        continue
      }
      let made: Made | undefined
      const becomes = (): Made => {
        made ??= madeOf(world, { record, source, trigger, key })
        return made
      }
      if (key !== null) mine.set(key, becomes)
      able.push({ id: run.id, becomes })
    }
    return { able, refused }
  }

  /** Why no run of a key can begin now, as it stands with these keys. */
  async function standing(db: Db, keys: readonly string[]): Promise<(key: string, about: About) => Problem | null> {
    const distinct = onePerKey || oncePer !== null ? [...new Set(keys)] : []
    // In this order: what begins meanwhile is found behind.
    const waiting = entry === null ? new Set<string>() : await keysWaiting(db, of, distinct)
    const entered = oncePer === null ? new Map<string, number>() : await lastEntered(db, of, distinct)
    const runs = onePerKey
      ? await runsByKey(
          db,
          distinct.map((key) => ({ ...of, key })),
        )
      : []
    const underWay = Map.groupBy(runs, ({ run }) => run.key ?? '')
    return (key, about) => {
      if (entry === null) {
        if (!onePerKey) return null
        const made = mine.get(key)?.()
        const isTaken = made !== undefined && 'record' in made && made.record.run.status === 'waiting'
        return isTaken || underWay.has(key) ? runUnderWay() : null
      }
      const last = entered.get(key)
      if (oncePer !== null && last !== undefined && now < addSpan(last, oncePer)) return beganLately()
      // Those of a batch begin together, behind the run that is under way.
      if (entry.batch !== null) return null
      if (onePerKey && underWay.get(key)?.some(({ run }) => !makesRoom(run, about))) return runUnderWay()
      return (onePerKey || oncePer !== null) && (waiting.has(key) || mine.has(key)) ? waitsToBegin() : null
    }
  }

  function madeOf(
    world: World,
    { record, source, trigger, key }: { record: RunRecord; source: string; trigger: string; key: string | null },
  ): Made {
    const { run, subject, eventId: id, eventPosition: position, hops, traceparent, root } = record
    const runId = hashId('replay', bulkId, run.id)
    const event = { id, source, subject, position, hops, traceparent, cause: null }
    const body = { event, view: run.event, about: run.about, trigger, root }
    if (entry === null) return { record: begun({ tenant, runId, ...body }, published, now, world) }
    const facts = world.facts({ tenant, about: run.about, ...published })
    const priority = priorityOf(entry, { event: run.event, last: null, ...facts, vars: {}, now: new Date(now) })
    const entered = { ...of, slot: `run:${runId}`, replaces: false, id: runId, key: key ?? '' }
    return { entry: { ...entered, priority, arrivedAt: now, readyAt: now, body } }
  }
}

type Event = RunRecord['run']['event']

/** The node at which an event begins a run; null: at none. */
function triggerOf(
  { flow }: Version,
  event: Event,
  judge: (of: Version['flow']['triggers']) => ReturnType<typeof triggerFor>,
) {
  const asked = triggerAsked(flow, event)
  const fitting = flow.triggers.filter(({ pattern }) => compilePattern(pattern)(event.type))
  return judge(asked === null ? fitting : [asked])?.node.id ?? null
}
