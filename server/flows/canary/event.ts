import { FLOW_CANARY_RETURNED, FLOW_SOURCE, ownEvent } from '#events/index.ts'
import type { CanaryRow } from '#flows/canary/store.ts'
import type { EventDraft } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'

/** New runs take the published version again, since too many of the new one failed. Told once for each version. */
export function returnedEvent(
  { tenant, flowId, version, failed, ended, threshold }: CanaryRow,
  at: number,
): EventDraft {
  const data = { flowId, version, failed, ended, threshold }
  const id = hashId('flow-canary-returned', tenant, flowId, String(version))
  return ownEvent({ tenant, id, source: FLOW_SOURCE, type: FLOW_CANARY_RETURNED, subject: flowId, at, data })
}
