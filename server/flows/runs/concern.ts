import { FLOW_SCHEDULED } from '#events/index.ts'
import { callerOf, flowAsked, triggerAsked } from '#flows/beginning.ts'
import { refusalOf, TOO_DEEP } from '#flows/calling.ts'
import { isOfShare } from '#flows/canary/share.ts'
import { keyOfStart } from '#flows/interpreter.ts'
import type { About, Caller, EventView } from '#flows/run.ts'
import { aboutOf } from '#flows/runs/about.ts'
import type { Cascades } from '#flows/runs/cascades.ts'
import type { TenantFlows, Triggered, Version } from '#flows/runs/catalog.ts'
import type { World } from '#flows/runs/world.ts'
import type { LogEvent } from '#platform/event.ts'

/** An event that may concern some flow, and which. */
export type Concerned = {
  event: LogEvent
  position: number
  about: About
  flows: TenantFlows
  caller: Caller | null
  /** Why what the caller asks for cannot be begun; null: it can. */
  refusal: string | null
  triggered: readonly Triggered[]
  listening: readonly Version[]
}

/** Null: it concerns none. */
export function concern(event: LogEvent, flows: TenantFlows | undefined, cascades: Cascades): Concerned | null {
  if (flows === undefined) return null
  const triggered = triggeredBy(event, flows)
  const listening = flows.listening(event.type)
  const caller = callerOf(event)
  if (triggered.length === 0 && listening.length === 0 && caller === null) return null
  const isTooFar = !cascades.isWithinHops(event)
  if (isTooFar && caller === null) return null
  const refusal =
    caller === null ? null : isTooFar ? TOO_DEEP : refusalOf(flows.published(flowAsked(event) ?? '')?.flow)
  const taken = isTooFar ? { triggered: [], listening: [] } : { triggered, listening }
  return { event, position: event.position, about: aboutOf(event), flows, caller, refusal, ...taken }
}

/**
 * Of a flow with a canary each key belongs to one of its two sides, whichever of them the event would begin. What the
 * clock begins has the flow as its subject: each time is a case of its own.
 */
export function isOfItsSide(
  { flowId, canary: isCanary }: Version,
  item: Concerned,
  view: EventView,
  world: World,
  now: number,
) {
  const { event, about, flows } = item
  const canary = flows.canary(flowId)
  const published = flows.published(flowId)
  if (canary?.canary == null || published === undefined) return true
  const facts = world.facts({ tenant: event.tenant, about, ...published })
  const key = event.type === FLOW_SCHEDULED ? null : keyOfStart(published.flow, view, facts, now)
  const { version, canary: percent } = canary
  return isOfShare(event.tenant, flowId, version, key ?? event.id, percent) === (isCanary !== null)
}

/** The flows whose triggers are for an event of this kind, and the one that an event of ours asks to begin. */
function triggeredBy(event: LogEvent, flows: TenantFlows): readonly Triggered[] {
  const triggered = flows.triggered(event.type)
  const asked = flowAsked(event)
  if (asked === null) return triggered
  const begins = [flows.published(asked), flows.canary(asked)].flatMap((at) => {
    const trigger = at === undefined ? null : triggerAsked(at.flow, event)
    return at === undefined || trigger === null ? [] : [{ ...at, triggers: [trigger] }]
  })
  if (begins.length === 0) return triggered
  return [...triggered.filter(({ flowId }) => flowId !== asked), ...begins]
}
