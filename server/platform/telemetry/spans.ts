import type { Attributes } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { nextTrace, spanOf, type Trace } from '#platform/trace-context.ts'
import { within } from '#platform/within.ts'

export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export type FinishedSpan = {
  /** `POST /api/v1/events`, `process flows`, `deliver webhook`: few different ones. */
  name: string
  kind?: SpanKindName
  /** The span itself. */
  traceparent: Trace
  /** What it is a part of, if that is known. */
  parent?: Trace | null
  /** Milliseconds of the machine's own clock (`Date.now()`): spans of one trace are compared across services. */
  endMs: number
  tookMs: number
  attributes?: Attributes
  /** Says that it failed, and how in a word or two. */
  error?: string
}

/**
 * Spans to an OpenTelemetry collector. Off, it costs one comparison at the call: ask `enabled` before gathering
 * attributes.
 */
export type Spans = {
  readonly enabled: boolean
  /**
   * The traceparent of a step that begins now, to be handed on and recorded when it ends. Off, the parent itself:
   * nobody will see the step.
   */
  child(parent: Trace): Trace
  record(span: FinishedSpan): void
  /** A step already over: records it as a child of `parent` and gives its traceparent. */
  span(name: string, parent: Trace, attributes: Attributes, startMs: number, endMs: number): Trace
  /** Sends what waits, for so long at most. Never throws: a collector that is away must not hold up the stop. */
  close(withinMs: number): Promise<void>
}

/** Nothing is recorded. */
export const noSpans: Spans = {
  enabled: false,
  child: (parent) => parent,
  record: () => {},
  span: (_name, parent) => parent,
  close: async () => {},
}

/** The collector gets at most so many in a request; beyond the queue spans are dropped, never memory. */
const BATCH = 512
const QUEUE = 8_192
const DELAY_MS = 1_000
/** With all its retries: the stop waits for the last export. */
const EXPORT_TIMEOUT_MS = 2_000

const KINDS: Record<SpanKindName, number> = { internal: 0, server: 1, client: 2, producer: 3, consumer: 4 }
const ERROR = 2

/**
 * Opens the export over OTLP/HTTP (JSON). Headers and the like are the collector's standard OTEL_* variables.
 * @param endpoint its base, as in OTEL_EXPORTER_OTLP_ENDPOINT; undefined: no spans
 */
export async function openSpans(options: {
  endpoint: string | undefined
  service: string
  version: string
  logger: Logger
}): Promise<Spans> {
  const { endpoint, service, version, logger } = options
  if (endpoint === undefined) return noSpans
  // Loaded only when asked for: it is a third of the start-up time.
  const [{ BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
      timeoutMillis: EXPORT_TIMEOUT_MS,
    }),
    maxExportBatchSize: BATCH,
    maxQueueSize: QUEUE,
    scheduledDelayMillis: DELAY_MS,
  })
  const resource = resourceFromAttributes({ 'service.name': service, 'service.version': version })
  const scope = { name: 'cauce', version }

  function record(span: FinishedSpan): void {
    const own = spanOf(span.traceparent)
    if (own === null || !own.sampled) return
    const parent = spanOf(span.parent)
    processor.onEnd({
      name: span.name,
      kind: KINDS[span.kind ?? 'internal'],
      spanContext: () => contextOf(own),
      // A parent of another trace would break the tree; it is none.
      ...(parent !== null && parent.traceId === own.traceId && parent.parentId !== own.parentId
        ? { parentSpanContext: contextOf(parent) }
        : {}),
      startTime: hrTime(span.endMs - span.tookMs),
      endTime: hrTime(span.endMs),
      duration: hrTime(span.tookMs),
      status: span.error === undefined ? { code: 0 } : { code: ERROR, message: span.error },
      attributes: span.error === undefined ? (span.attributes ?? {}) : { ...span.attributes, 'error.type': span.error },
      links: [],
      events: [],
      ended: true,
      resource,
      instrumentationScope: scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    })
  }

  return {
    enabled: true,
    child: nextTrace,
    record,
    span(name, parent, attributes, startMs, endMs) {
      const traceparent = nextTrace(parent)
      record({ name, traceparent, parent, attributes, endMs, tookMs: endMs - startMs })
      return traceparent
    },
    async close(withinMs) {
      await within(processor.shutdown(), withinMs, 'the collector does not answer').catch((error: unknown) => {
        logger.warn({ err: error }, 'the last spans did not reach the collector')
      })
    },
  }
}

const contextOf = ({ traceId, parentId }: { traceId: string; parentId: string }) => ({
  traceId,
  spanId: parentId,
  traceFlags: 1,
})

/** Seconds and nanoseconds. */
const hrTime = (ms: number): [number, number] => {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
