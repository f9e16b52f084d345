import { replayDeliveries, statesOf } from '#deliveries/index.ts'
import { callOf, candidateOf, whyNever, whyNotNow } from '#flows/again/refusals.ts'
import { type Whole, wholeRuns } from '#flows/again/store.ts'
import { eventGone } from '#flows/errors.ts'
import { advanceRecord } from '#flows/runs/advancing.ts'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { runsByKey } from '#flows/runs/store.ts'
import { createWorld } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import type { Notifier } from '#notifications/index.ts'
import type { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/** Runs that were tried again, and why others were not, by id. */
export type Retried = { retried: RunRecord[]; refused: Map<string, Problem> }

/**
 * Tries runs that failed again, each from the step at which it did, in the caller's transaction. What a step sends that
 * may have arrived goes out under the same key; a call that went through is not made again.
 */
export async function retryRuns(
  tx: Tx,
  tenant: string,
  ids: readonly string[],
  how: {
    runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'settings' | 'publicUrl'>
    flows: TenantFlows | undefined
    notifier: Notifier
  },
): Promise<Retried> {
  const { runtime, flows, notifier } = how
  const refused = new Map<string, Problem>()
  const able: { record: RunRecord; callId: string | null }[] = []
  const wholes = await wholeRuns(tx, tenant, ids)
  const taken = await takenKeys(tx, wholes)
  for (const whole of wholes) {
    if (whole.record === null) {
      refused.set(whole.id, eventGone())
      continue
    }
    const { record } = whole
    const candidate = candidateOf(record.run, record)
    const never = whyNever(candidate, flows)
    if (never !== null) refused.set(candidate.id, never)
    else able.push({ record, callId: callOf(candidate, flows) })
  }
  const calls = able.flatMap(({ callId }) => callId ?? [])
  const states = calls.length === 0 ? new Map<string, string>() : await statesOf(tx, tenant, calls)
  const retried: RunRecord[] = []
  /** Calls that are made again, under their old keys. */
  const again: string[] = []
  const now = runtime.clock.now()
  const world = createWorld(tx, runtime)
  await world.load(
    able.flatMap(({ record: { run, flowId, version } }) => {
      const flow = flows?.version(flowId, version)
      return flow === undefined ? [] : [{ tenant, about: run.about, flowId, flow }]
    }),
  )
  for (const { record, callId } of able) {
    const flow = flows?.version(record.flowId, record.version)
    if (flow === undefined) continue
    const place = record.onlyOne && record.run.key !== null ? `${record.flowId}\n${record.run.key}` : null
    const not = whyNotNow(place !== null && taken.has(place), callId === null ? undefined : states.get(callId))
    if (not !== null) refused.set(record.run.id, not)
    else if (advanceRecord(record, flow, { kind: 'retry', again: callId !== null }, now, world)) {
      if (place !== null && record.run.status === 'waiting') taken.add(place)
      if (callId !== null && states.has(callId)) again.push(callId)
      // What came since it failed met no run.
      record.lookAgain = true
      retried.push(record)
    }
  }
  if (again.length > 0)
    await replayDeliveries(tx, tenant, { ids: again }, { limit: again.length, spacingMs: 0 }, runtime)
  const writes = await prepareWrites(retried, { db: tx, runtime, notifier, now })
  writes?.(tx)
  return { retried, refused }
}

/** Keys under which other runs are under way. */
async function takenKeys(tx: Tx, wholes: readonly Whole[]): Promise<Set<string>> {
  const wanted = wholes.flatMap(({ record }) =>
    record === null || !record.onlyOne || record.run.key === null
      ? []
      : [{ tenant: record.tenant, flowId: record.flowId, key: record.run.key }],
  )
  const standing = await runsByKey(tx, wanted)
  return new Set(standing.filter(({ onlyOne }) => onlyOne).map(({ flowId, run }) => `${flowId}\n${run.key}`))
}
