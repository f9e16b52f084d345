import { randomUUID } from 'node:crypto'

/** What Cauce takes in one request, less the brackets of a batch. */
const MAX_EVENT_BYTES = 1_048_576 - 2

/**
 * An event that waits.
 * @typedef {{ id: string, text: string, bytes: number, turn: number }} Entry
 */

/** A UUIDv7: ids made one after the other stand together in an index. */
export function uuid7(/** @type {number} */ nowMs) {
  const time = nowMs.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

/**
 * The JSON text of an event with all it needs.
 * @param {import('./index.d.mts').ToldEvent} event
 * @param {{ source: string, trace?: import('./index.d.mts').ProducerOptions['trace'] }} defaults
 * @returns {{ id: string, text: string, bytes: number }}
 * @throws what JSON.stringify throws, TypeError for what is no event, RangeError for one that is too large
 */
export function writeEvent(event, { source, trace }) {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw new TypeError('An event is an object')
  const nowMs = Date.now()
  const id = event.id ?? uuid7(nowMs)
  const text = JSON.stringify({
    ...event,
    ...((event.traceparent ?? null) === null ? traceOf(trace) : {}),
    specversion: '1.0',
    id,
    source: event.source ?? source,
    time: event.time ?? new Date(nowMs).toISOString(),
  })
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_EVENT_BYTES) throw new RangeError(`The event has ${bytes} bytes, and may have ${MAX_EVENT_BYTES}`)
  return { id, text, bytes }
}

/** An event does without a trace rather than be lost for it. */
function traceOf(/** @type {import('./index.d.mts').ProducerOptions['trace']} */ trace) {
  try {
    const found = trace?.()
    if (typeof found?.traceparent !== 'string') return {}
    const { traceparent, tracestate } = found
    return typeof tracestate === 'string' && tracestate !== '' ? { traceparent, tracestate } : { traceparent }
  } catch {
    return {}
  }
}
