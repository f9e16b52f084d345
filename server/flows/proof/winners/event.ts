import { FLOW_EXPERIMENT_DECIDED, FLOW_SOURCE, ownEvent } from '#events/index.ts'
import type { WinnerRow } from '#flows/proof/winners/store.ts'
import type { EventDraft } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'

/** A split has its people, and a winner or none. Told once for each version and split. */
export function decidedEvent(
  { tenant, flowId, version, node, arm, promoted, counts }: WinnerRow,
  at: number,
): EventDraft {
  const data = { flowId, version, node, arm, promoted, arms: counts.map((one) => ({ ...one })) }
  const id = hashId('flow-experiment-decided', tenant, flowId, String(version), node)
  return ownEvent({ tenant, id, source: FLOW_SOURCE, type: FLOW_EXPERIMENT_DECIDED, subject: flowId, at, data })
}
