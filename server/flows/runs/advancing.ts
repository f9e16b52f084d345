import { endsFromElsewhere, findsByPerson } from '#flows/cancelling.ts'
import type { Flow } from '#flows/flow.ts'
import { advance } from '#flows/interpreter.ts'
import { entriesOf, keepsOutcomes } from '#flows/proof/entries.ts'
import { type Advance, failureIdOf, type Input, knowing, waitsOf } from '#flows/run.ts'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import type { World } from '#flows/runs/world.ts'
import { NEXT_SILENCE } from '#flows/silences.ts'

/**
 * Puts one input to a run and notes what came of it. The run's people were loaded into `world` before.
 * @param hops of the event that is the input: what follows is further away from where it began
 * @returns false when it was nothing for the run
 */
export function advanceRecord(
  record: RunRecord,
  flow: Flow,
  input: Input,
  now: number,
  world: World,
  hops = 0,
): boolean {
  const env = world.env({ tenant: record.tenant, about: record.run.about, flowId: record.flowId, flow })
  const made = advance(flow, record.run, input, now, knowing(env, record.encounter))
  if (made.run === record.run) return false
  record.hops = Math.max(record.hops, hops)
  note(record, flow, made)
  return true
}

export function note(record: RunRecord, flow: Flow, made: Advance): void {
  const { run, effects, steps, encounter } = made
  const begins = record.revision === 0 && record.steps.length === 0
  record.entries.push(...entriesOf(flow, begins, made))
  if ((keepsOutcomes(flow) || run.about.silence) && effects.some(({ kind }) => kind === 'message')) record.spoke = true
  record.run = run
  if (encounter !== undefined) record.encounter = encounter
  if (findsByPerson(flow)) record.person = run.about.contactId
  record.effects.push(...effects)
  record.steps.push(...steps)
  if (flow.entry !== null && (flow.entry.concurrency !== null || flow.entry.batch !== null)) record.frees = true
  record.lookAgain =
    (begins && endsFromElsewhere(flow)) ||
    waitsOf(run).some(
      ({ kind, event }) =>
        kind === 'event' && event !== null && (flow.listens.get(event) ?? []).some((key) => key !== null),
    )
}

/**
 * Ends a run whose people fell silent anew. The run's people were loaded into `world` before. One of a version that
 * cannot be run any more stays: that is told where it is to go on.
 */
export function giveWay(record: RunRecord, flows: TenantFlows, world: World, now: number): void {
  const flow = flows.version(record.flowId, record.version)
  if (flow !== undefined) advanceRecord(record, flow, { kind: 'cancel', reason: NEXT_SILENCE }, now, world)
}

/** A run whose version this program can no longer run: it ends, saying so. */
export function abandon(record: RunRecord, now: number): void {
  const cause = `version ${record.version} of the flow cannot be run by this program`
  const nodeId = record.run.parked?.node ?? ''
  record.steps.push({ visit: record.run.visits, nodeId, type: '', at: now, error: cause })
  const { others: _others, forks: _forks, done: _done, ending: _ending, ...run } = record.run
  const failure = { nodeId, type: '', cause }
  record.run = { ...run, status: 'failed', endedAt: now, parked: null, failure }
  record.effects.push({ kind: 'failed', id: failureIdOf(run), node: nodeId, visit: 0, failure, onError: null })
}
