/**
 * What an answer means for the events of a batch, pure.
 *
 * - `taken`: all are durable.
 * - `refused`: nothing was stored, and these are the ones at fault, by their place.
 * - `divide`: nothing was stored, and which one is at fault is not said: `smaller`, the whole is too large; `fewer`,
 *   somebody in it is bad.
 * - `later`: no fault of the events; the same again.
 *
 * @typedef {import('./index.d.mts').Refusal} Refusal
 * @typedef {{ kind: 'taken', duplicates: number, unpublished: number }
 *   | { kind: 'refused', refusals: ReadonlyMap<number, Refusal> }
 *   | { kind: 'divide', into: 'smaller' | 'fewer' }
 *   | { kind: 'later', status: number | null, detail: string, afterMs: number }} Meaning
 */

/** A server that fails without saying why may do so because of an event: then it is looked for. */
const SERVER_ERRORS_BEFORE_DIVIDING = 3
/** Alone, after a minute or so, an event at which the server fails each time is given up, so that others get through. */
const SERVER_ERRORS_BEFORE_REFUSING = 10
/** A clock that is wrong, or a careless proxy, must not silence a producer for days. */
const MAX_RETRY_AFTER_MS = 300_000

/**
 * @param {{ status: number, retryAfter: string | null, text: string }} answer
 * @param {{ count: number, serverErrors: number, nowMs: number }} sent how many events; how many 500 came in a row,
 *   this one included
 * @returns {Meaning}
 */
export function meaningOf({ status, retryAfter, text }, { count, serverErrors, nowMs }) {
  const body = parsed(text)
  if (status >= 200 && status < 300) return taken(body)
  if (status === 400 || status === 422) {
    const refusals = refusalsOf(status, body, count)
    if (refusals.size > 0) return { kind: 'refused', refusals }
    return count > 1 ? { kind: 'divide', into: 'fewer' } : alone(status, body)
  }
  if (status === 413) return count > 1 ? { kind: 'divide', into: 'smaller' } : alone(status, body)
  if (status === 500) {
    if (count > 1 && serverErrors >= SERVER_ERRORS_BEFORE_DIVIDING) return { kind: 'divide', into: 'fewer' }
    if (count === 1 && serverErrors >= SERVER_ERRORS_BEFORE_REFUSING) return alone(status, body)
  }
  return { kind: 'later', status, detail: detailOf(status, body), afterMs: retryAfterMs(retryAfter, nowMs) }
}

/** @returns {Meaning} */
function taken(/** @type {any} */ body) {
  const events = Array.isArray(body?.events) ? body.events : []
  return {
    kind: 'taken',
    duplicates: events.filter((/** @type {any} */ event) => event?.duplicate === true).length,
    unpublished: events.filter((/** @type {any} */ event) => event?.published === false).length,
  }
}

/** @returns {Meaning} */
const alone = (/** @type {number} */ status, /** @type {any} */ body) => ({
  kind: 'refused',
  refusals: new Map([[0, refusal(status, body, faultsOf(body))]]),
})

/**
 * The faults by event: their paths begin with its place in the batch.
 * @returns {Map<number, Refusal>}
 */
function refusalsOf(/** @type {number} */ status, /** @type {any} */ body, /** @type {number} */ count) {
  /** @type {Map<number, { path: string, message: string }[]>} */
  const byPlace = new Map()
  for (const { path, message } of faultsOf(body)) {
    const [, place, rest = ''] = /^\/(\d+)(\/.*)?$/.exec(path) ?? []
    if (place === undefined || Number(place) >= count) continue
    const mine = byPlace.get(Number(place)) ?? []
    mine.push({ path: rest, message })
    byPlace.set(Number(place), mine)
  }
  return new Map([...byPlace].map(([place, faults]) => [place, refusal(status, body, faults)]))
}

/** @returns {{ path: string, message: string }[]} */
const faultsOf = (/** @type {any} */ body) =>
  (Array.isArray(body?.errors) ? body.errors : []).filter(
    (/** @type {any} */ fault) => typeof fault?.path === 'string' && typeof fault.message === 'string',
  )

/** @returns {Refusal} */
const refusal = (/** @type {number} */ status, /** @type {any} */ body, /** @type {Refusal['faults']} */ faults) => ({
  status,
  code: typeof body?.code === 'string' ? body.code : 'refused',
  detail: detailOf(status, body),
  faults,
})

const detailOf = (/** @type {number} */ status, /** @type {any} */ body) =>
  typeof body?.detail === 'string' ? body.detail : `answered with ${status}`

/** @returns {unknown} null when it is no JSON: not every answer is Cauce's own */
function parsed(/** @type {string} */ text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Seconds, or a date (RFC 9110). */
function retryAfterMs(/** @type {string | null} */ text, /** @type {number} */ nowMs) {
  if (text === null) return 0
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0
}
