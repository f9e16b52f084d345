import { FLOW_SOURCE } from '#events/index.ts'
import type { EventDraft, Json } from '#platform/event.ts'

/** What the program has to tell of a flow that no event and no run brought about; its subject is the flow. */
export function newsOf(
  told: { tenant: string; id: string; type: string; flowId: string; data: { [name: string]: Json } },
  at: number,
): EventDraft {
  const { tenant, id, type, flowId, data } = told
  const named = { id, source: FLOW_SOURCE, type, subject: flowId }
  return {
    tenant,
    ...named,
    form: 'cloudevents',
    raw: JSON.stringify({
      specversion: '1.0',
      ...named,
      time: new Date(at).toISOString(),
      datacontenttype: 'application/json',
      data,
    }),
    data,
    occurredAt: at,
    encounterId: null,
    traceparent: null,
    cause: null,
    hops: 0,
    origin: 'internal',
  }
}
