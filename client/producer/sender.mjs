import { setImmediate } from 'node:timers/promises'
import { meaningOf } from './answer.mjs'

/** @typedef {import('./event.mjs').Entry} Entry */

/** Cauce commits so many in one part. */
const MAX_BATCH_EVENTS = 100
const MAX_BATCH_BYTES = 262_144
const FIRST_DELAY_MS = 200
const MAX_DELAY_MS = 30_000

/**
 * How long to wait before the next attempt: 0.2, 0.4, 0.8 … 30 s, of which the second half is random, so that producers
 * that lost their server together do not come back together. At least as long as the server asks, and spread too.
 */
export function delayMs(/** @type {number} */ failures, /** @type {number} */ afterMs, /** @type {number} */ random) {
  const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 20))
  return Math.round(afterMs > 0 ? afterMs + (random * full) / 2 : full / 2 + (random * full) / 2)
}

/**
 * Sends what waits, one batch after the other, so that events keep their order. A batch that was not taken is sent
 * again; its events have the ids they had.
 * @param {{
 *   endpoint: string,
 *   apiKey: string,
 *   requestTimeoutMs: number,
 *   buffer: ReturnType<typeof import('./buffer.mjs').createBuffer>,
 *   onTaken(batch: readonly Entry[], duplicates: number, unpublished: number): void,
 *   onRefused(entry: Entry, refusal: import('./index.d.mts').Refusal): void,
 *   onTrouble(trouble: Omit<import('./index.d.mts').Trouble, 'waiting'>): void,
 * }} options
 */
export function createSender({ endpoint, apiKey, requestTimeoutMs, buffer, onTaken, onRefused, onTrouble }) {
  let running = false
  let stopped = false
  let failures = 0
  let serverErrors = 0
  let mostEvents = MAX_BATCH_EVENTS
  let mostBytes = MAX_BATCH_BYTES
  /** Ends the request that is under way, or the pause. */
  let interrupt = () => {}
  /** Ends a pause that nobody asked for. */
  let hurry = () => {}

  /** @returns {Promise<{ status: number, retryAfter: string | null, text: string }>} */
  async function post(/** @type {readonly Entry[]} */ batch) {
    const controller = new AbortController()
    interrupt = () => controller.abort()
    const timer = setTimeout(() => controller.abort(), requestTimeoutMs)
    try {
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/cloudevents-batch+json',
          accept: 'application/json, application/problem+json',
        },
        body: `[${batch.map(({ text }) => text).join(',')}]`,
        // The key is for this address, and for no other that it may point to.
        redirect: 'manual',
        signal: controller.signal,
      })
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() }
    } finally {
      clearTimeout(timer)
    }
  }

  /** @returns {Promise<void>} */
  const pause = (/** @type {number} */ ms) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  /** @returns {Promise<import('./answer.mjs').Meaning>} */
  async function attempt(/** @type {readonly Entry[]} */ batch) {
    try {
      const answer = await post(batch)
      serverErrors = answer.status === 500 ? serverErrors + 1 : 0
      return meaningOf(answer, { count: batch.length, serverErrors, nowMs: Date.now() })
    } catch (error) {
      return { kind: 'later', status: null, detail: reasonOf(error, requestTimeoutMs), afterMs: 0 }
    }
  }

  async function sendNext() {
    const batch = buffer.take({ events: mostEvents, bytes: mostBytes })
    const meaning = await attempt(batch)
    buffer.back()
    if (stopped) return
    if (meaning.kind === 'later') {
      failures += 1
      const { status, detail, afterMs } = meaning
      const retryInMs = delayMs(failures, afterMs, Math.random())
      onTrouble({ status, detail, failures, retryInMs })
      const over = pause(retryInMs)
      if (afterMs === 0) hurry = interrupt
      await over
      hurry = () => {}
      return
    }
    failures = 0
    serverErrors = 0
    if (meaning.kind === 'divide') {
      // A limit on the way stays where it was found; a bad event is behind us once it is found.
      if (meaning.into === 'smaller') mostBytes = Math.ceil(batch.reduce((sum, { bytes }) => sum + bytes, 0) / 2)
      else mostEvents = Math.ceil(batch.length / 2)
      return
    }
    if (meaning.kind === 'refused') {
      for (const [place, refusal] of meaning.refusals) onRefused(/** @type {Entry} */ (batch[place]), refusal)
      return
    }
    mostEvents = Math.min(MAX_BATCH_EVENTS, mostEvents * 2)
    onTaken(batch, meaning.duplicates, meaning.unpublished)
  }

  return {
    /** Something waits. */
    async wake() {
      if (running || stopped) return
      running = true
      // What is told in the same turn goes together.
      await setImmediate()
      while (buffer.size > 0 && !stopped) await sendNext()
      running = false
    },
    /** There is little time left: the next attempt is made now, unless the server asked for time. */
    hurry() {
      failures = 0
      hurry()
    },
    /** Gives up what is on its way. */
    stop() {
      stopped = true
      interrupt()
    },
  }
}

/** The cause says more than "fetch failed". */
function reasonOf(/** @type {any} */ error, /** @type {number} */ requestTimeoutMs) {
  if (error?.name === 'AbortError') return `no answer within ${requestTimeoutMs} ms`
  return String(error?.cause?.code ?? error?.cause?.message ?? error?.message ?? error)
}
