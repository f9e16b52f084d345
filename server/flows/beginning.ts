import { FLOW_REQUESTED, FLOW_SCHEDULED, FLOW_SOURCE, ownEvent } from '#events/index.ts'
import type { Flow, FlowNode, Trigger } from '#flows/flow.ts'
import type { Caller } from '#flows/run.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'

/*
 * What begins a run without an event from elsewhere is an event of its own in the log: so it is there once, has its
 * place among all others, and shows what it caused.
 */

type Asking = Pick<EventDraft, 'origin' | 'source' | 'type' | 'raw'>

/**
 * The attributes by which an event of ours asks for a run; of any other event there are none. Nobody else can tell such an event:
 * its type is the program's own, and what came in by a door is not `internal`.
 */
function askedIn({ origin, source, type, raw }: Asking): { [name: string]: unknown } {
  const asks = type === FLOW_SCHEDULED || type === FLOW_REQUESTED
  return asks && origin === 'internal' && source === FLOW_SOURCE ? (JSON.parse(raw) as { [name: string]: unknown }) : {}
}

/** The flow that an event of ours asks to begin; null: it asks for none. */
export function flowAsked(event: Asking): string | null {
  const { flowid } = askedIn(event)
  return typeof flowid === 'string' ? flowid : null
}

/** The node at which such an event begins a run of the flow, as it is drawn by now; null: none any more. */
export function triggerAsked(flow: Flow, { type, data }: Pick<EventDraft, 'type' | 'data'>): Trigger | null {
  const node = type === FLOW_REQUESTED ? flow.manual : type === FLOW_SCHEDULED ? scheduled(flow, data) : null
  return node === null ? null : { node, pattern: type, where: null }
}

function scheduled({ schedules }: Flow, data: Json): FlowNode | null {
  const named = (data as { trigger?: Json } | null)?.trigger
  const found = named === undefined ? schedules[0] : schedules.find(({ node }) => node.id === named)
  return found?.node ?? null
}

/** Every event that starts a run of a flow gives it this id. */
export const runIdOf = (tenant: string, flowId: string, event: Pick<EventDraft, 'source' | 'id'>): string =>
  hashId('run', tenant, flowId, event.source, event.id)

/** Since when the person is quiet because of whom a run asks for one of another flow (domain milliseconds); else null. */
export function quietSinceIn(event: Asking): number | null {
  const { quietsince } = askedIn(event)
  const at = typeof quietsince === 'string' ? Date.parse(quietsince) : Number.NaN
  return Number.isNaN(at) ? null : at
}

/** The visit that waits for the run which such an event begins; null: nobody waits. */
export function callerOf(event: Asking): Caller | null {
  const { callerrun, callernode, callervisit } = askedIn(event)
  return typeof callerrun === 'string' && typeof callernode === 'string' && typeof callervisit === 'number'
    ? { runId: callerrun, node: callernode, visit: callervisit }
    : null
}

/** What a request for a run says besides the flow. `at` is domain milliseconds. */
export type Request = Pick<
  EventDraft,
  'tenant' | 'id' | 'subject' | 'encounterId' | 'traceparent' | 'cause' | 'hops'
> & {
  data: Json
  at: number
  caller: Caller | null
  /** See `quietSinceIn`. */
  quietSince: number | null
}

/** A run asks for one of another flow. */
export function requestedEvent(flowId: string, { caller, quietSince, ...request }: Request): EventDraft {
  const asks: { [name: string]: string | number } =
    caller === null ? {} : { callerrun: caller.runId, callernode: caller.node, callervisit: caller.visit }
  if (quietSince !== null) asks.quietsince = new Date(quietSince).toISOString()
  const extensions = { flowid: flowId, ...asks }
  return ownEvent({ ...request, source: FLOW_SOURCE, type: FLOW_REQUESTED, extensions })
}

/** The time of a schedule has come. The same time gives the same event, however often it is told. */
export function scheduledEvent(tenant: string, flowId: string, trigger: string, at: number): EventDraft {
  const id = hashId('flow-schedule', tenant, flowId, trigger, String(at))
  const data = { flowId, trigger, scheduledAt: new Date(at).toISOString() }
  const named = { tenant, id, source: FLOW_SOURCE, type: FLOW_SCHEDULED, subject: flowId }
  return ownEvent({ ...named, at, data, extensions: { flowid: flowId } })
}
