import { compilePattern } from '#events/index.ts'
import { wholeRuns } from '#flows/again/store.ts'
import { triggerAsked } from '#flows/beginning.ts'
import { type BulkRow, type Refusal, refusal } from '#flows/bulk/store.ts'
import { lookRow } from '#flows/entry/arrivals.ts'
import { type Entry, priorityOf } from '#flows/entry/entry.ts'
import { insertEntries } from '#flows/entry/store.ts'
import { beginsNone, eventGone, notPublished, runUnderWay } from '#flows/errors.ts'
import { keyOfStart, triggerFor } from '#flows/interpreter.ts'
import { begun } from '#flows/runs/begun.ts'
import type { TenantFlows, Version } from '#flows/runs/catalog.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { runsByKey } from '#flows/runs/store.ts'
import { createWorld } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import type { Notifier } from '#notifications/index.ts'
import { hashId } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

type How = {
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'settings' | 'publicUrl'>
  flows: TenantFlows | undefined
  notifier: Notifier
}

/**
 * Begins a new run for each of some runs, of what is published now, with the event that began the old one; where the flow
 * lets its runs begin in turn, they take theirs.
 */
export async function replayRuns(tx: Tx, row: BulkRow, ids: readonly string[], { runtime, flows, notifier }: How) {
  const { tenant, flowId } = row
  const refused: Refusal[] = []
  const published = flows?.published(flowId)
  if (published === undefined) {
    return { done: 0, refused: ids.map((id) => refusal(id, notPublished())) }
  }
  const now = runtime.clock.now()
  const wholes = await wholeRuns(tx, tenant, ids)
  const world = createWorld(tx, runtime)
  await world.load(
    wholes.flatMap(({ record }) => (record === null ? [] : [{ tenant, about: record.run.about, ...published }])),
  )
  const able: { record: RunRecord; source: string; trigger: string; key: string | null }[] = []
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
    else able.push({ record, source, trigger, key: keyOfStart(published.flow, run.event, facts, now) })
  }
  const { entry, onePerKey } = published.flow
  const keys = able.flatMap(({ key }) =>
    key === null || !onePerKey || entry !== null ? [] : [{ tenant, flowId, key }],
  )
  const taken = new Set((await runsByKey(tx, keys)).map(({ run }) => run.key))
  const fresh: RunRecord[] = []
  const waiting: Entry[] = []
  for (const { record, source, trigger, key } of able) {
    const { run, subject, eventId: id, eventPosition: position, hops, traceparent, root } = record
    const runId = hashId('replay', row.id, run.id)
    const event = { id, source, subject, position, hops, traceparent, cause: null }
    const body = { event, view: run.event, about: run.about, trigger, root }
    if (entry !== null) {
      const facts = world.facts({ tenant, about: run.about, ...published })
      const priority = priorityOf(entry, { event: run.event, last: null, ...facts, vars: {}, now: new Date(now) })
      const entered = { tenant, flowId, slot: `run:${runId}`, replaces: false, id: runId, key: key ?? '' }
      waiting.push({ ...entered, priority, arrivedAt: now, readyAt: now, body })
    } else if (onePerKey && key !== null && taken.has(key)) {
      refused.push(refusal(run.id, runUnderWay()))
    } else {
      const made = begun({ tenant, runId, ...body }, published, now, world)
      if (made.run.status === 'waiting') taken.add(key)
      fresh.push(made)
    }
  }
  insertEntries(tx, waiting)
  if (waiting.length > 0) tx.schedule([lookRow(tenant, { flowId, keys: [] }, row.id, now)])
  for (const record of fresh) record.lookAgain = true
  const writes = await prepareWrites(fresh, { db: tx, runtime, notifier, now })
  writes?.(tx)
  return { done: fresh.length + waiting.length, refused }
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
