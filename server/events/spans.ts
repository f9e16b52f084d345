import type { LogEvent } from '#platform/event.ts'
import type { SpanKindName, Spans } from '#platform/telemetry/spans.ts'

/** One span for each event that carries a trace; names and attributes as OpenTelemetry has them for messaging. */
export function recordEvents(
  spans: Spans,
  name: string,
  kind: SpanKindName,
  events: readonly LogEvent[],
  tookMs: number,
  error?: string,
): void {
  const endMs = Date.now()
  for (const event of events) {
    if (event.traceparent === null) continue
    spans.record({
      name,
      kind,
      traceparent: spans.child(event.traceparent),
      parent: event.traceparent,
      endMs,
      tookMs,
      attributes: {
        'messaging.system': 'cauce',
        'messaging.operation.name': kind === 'producer' ? 'publish' : 'process',
        'messaging.destination.name': 'log',
        'cloudevents.event_id': event.id,
        'cloudevents.event_type': event.type,
        'cloudevents.event_subject': event.subject,
      },
      ...(error === undefined ? {} : { error }),
    })
  }
}
