import type { EventDraft, Json } from '#platform/event.ts'
import { nextTrace, traceHeaders } from '#platform/trace-context.ts'

/** What the program tells of itself. Without a cause it belongs to nobody's chain, and without a trace it begins one. */
export type Told = Pick<EventDraft, 'tenant' | 'id' | 'source' | 'type' | 'subject'> &
  Partial<Pick<EventDraft, 'encounterId' | 'traceparent' | 'cause' | 'hops'>> & {
    /** Domain milliseconds. */
    at: number
    data: Json
    /** Extension attributes of CloudEvents. */
    extensions?: Readonly<Record<string, string | number>>
  }

/** An event that is born here, in CloudEvents form. */
export function ownEvent({ tenant, id, source, type, subject, at, data, extensions, ...chain }: Told): EventDraft {
  const { encounterId = null, cause = null, hops = 0 } = chain
  const traceparent = chain.traceparent ?? nextTrace(null)
  const named = { id, source, type, subject }
  return {
    tenant,
    ...named,
    form: 'cloudevents',
    raw: JSON.stringify({
      specversion: '1.0',
      ...named,
      time: new Date(at).toISOString(),
      ...traceHeaders(traceparent),
      ...extensions,
      datacontenttype: 'application/json',
      data,
    }),
    data,
    occurredAt: at,
    encounterId,
    traceparent,
    cause,
    hops,
    origin: 'internal',
  }
}
