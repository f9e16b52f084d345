import type { Trace } from '#platform/trace-context.ts'

/** The shapes in which an event may come in and go out. Inside there is one. */
export type EventForm = 'flat' | 'enterprise' | 'cloudevents'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** An event before it has a place in the log. */
export type EventDraft = {
  tenant: string
  /** 1–255 characters; unique within tenant and source. */
  id: string
  /** The namespace of `id`. The flat and enterprise forms share one over all doors. */
  source: string
  /** Routing key, `<type>.<subtype>` in the flat form. */
  type: string
  /** What it is about: events of one subject are handled in order. */
  subject: string
  form: EventForm
  /** The JSON text in the form in which it came in; never re-serialised. */
  raw: string
  /** What flows see as `event.data`: the flat object, the enterprise payload or the CloudEvents data. */
  data: Json
  /** Domain milliseconds. */
  occurredAt: number
  encounterId: string | null
  traceparent: Trace | null
  /** Id of what caused it: an event's id, `run:<id>` or `notification:<id>`. */
  cause: string | null
  /** How many events of ours led to this one; a limit cuts loops. */
  hops: number
  /** The door it came through: `rest`, `internal`, `amqp`, … */
  origin: string
  /** What it says of its schema: a version or a URI that ends in one. Known at the door only; its text keeps it. */
  schemaVersion?: string | null
  /** Which of two paired systems sent it; known at the door only. */
  sighting?: Sighting
}

/** An event as one of two systems sends it that both tell of the same things. */
export type Sighting = {
  pair: string
  system: string
  /** Of what it says: equal when both say the same. */
  digest: string
}

/** An event with its place. Position order is commit order. */
export type LogEvent = EventDraft & { position: number; shard: number; receivedAt: number }

/** Log shards: fixed, since the shard of a subject decides who handles it. */
export const SHARDS = 16

/** FNV-1a over tenant and subject. The database stores the result and never computes it. */
export function shardOf(tenant: string, subject: string): number {
  let hash = 0x811c9dc5
  for (const part of [tenant, '\u0000', subject]) {
    for (let i = 0; i < part.length; i++) {
      hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193)
    }
  }
  return (hash >>> 0) % SHARDS
}
