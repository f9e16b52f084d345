/**
 * Tells Cauce what happened. `tell` returns at once and never throws; events wait in a bounded buffer, go out in batches
 * in their order, and are sent again until they are taken. Node 20 or later, no dependencies.
 */
import { createBuffer } from './buffer.mjs'
import { writeEvent } from './event.mjs'
import { createSender } from './sender.mjs'

const MAX_EVENTS = 10_000
const MAX_BYTES = 16_777_216
const REQUEST_TIMEOUT_MS = 15_000
const CLOSE_TIMEOUT_MS = 10_000

/** @type {typeof import('./index.d.mts').createProducer} */
export function createProducer(options) {
  const { apiKey, source, dropWhenFull = 'newest', trace, onDropped, onRefused, onTrouble } = options
  const endpoint = endpointOf(options.url)
  for (const [name, value] of Object.entries({ apiKey, source })) {
    if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is missing`)
  }
  // Else each request would fail, and only then.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new TypeError('apiKey has characters that no header can hold')
  if (dropWhenFull !== 'newest' && dropWhenFull !== 'oldest') throw new TypeError('dropWhenFull is newest or oldest')
  const maxEvents = positive('maxEvents', options.maxEvents ?? MAX_EVENTS)
  const maxBytes = positive('maxBytes', options.maxBytes ?? MAX_BYTES)
  const requestTimeoutMs = positive('requestTimeoutMs', options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS)

  const buffer = createBuffer({ maxEvents, maxBytes, dropWhenFull })
  const counts = { accepted: 0, duplicates: 0, unpublished: 0, dropped: 0, refused: 0, failures: 0 }
  /** Who waits until nothing is left of the turns up to theirs. @type {Set<{ upTo: number, resolve(): void }>} */
  const flushing = new Set()
  let turn = 0
  /** @type {Promise<boolean> | undefined} */
  let closing

  const sender = createSender({
    endpoint,
    apiKey,
    requestTimeoutMs,
    buffer,
    onTaken(batch, duplicates, unpublished) {
      counts.accepted += batch.length
      counts.duplicates += duplicates
      counts.unpublished += unpublished
      for (const entry of batch) buffer.remove(entry)
      settle()
    },
    onRefused(entry, refusal) {
      counts.refused += 1
      buffer.remove(entry)
      call(onRefused, JSON.parse(entry.text), refusal)
      settle()
    },
    onTrouble(trouble) {
      counts.failures += 1
      call(onTrouble, { ...trouble, waiting: buffer.size })
    },
  })

  function settle() {
    const { oldestTurn } = buffer
    for (const waiter of flushing) {
      if (oldestTurn <= waiter.upTo) continue
      flushing.delete(waiter)
      waiter.resolve()
    }
  }

  function drop(
    /** @type {readonly import('./event.mjs').Entry[]} */ entries,
    /** @type {import('./index.d.mts').DropReason} */ reason,
  ) {
    counts.dropped += entries.length
    if (onDropped !== undefined) for (const { text } of entries) call(onDropped, JSON.parse(text), reason)
    settle()
  }

  /** @type {import('./index.d.mts').Producer['tell']} */
  function tell(event) {
    /** @type {import('./event.mjs').Entry} */
    let entry
    try {
      entry = { ...writeEvent(event, { source, trace }), turn: turn + 1 }
    } catch (error) {
      counts.refused += 1
      const code = error instanceof RangeError ? 'too-large' : 'unserializable'
      call(onRefused, event, { status: null, code, detail: messageOf(error), faults: [] })
      return null
    }
    if (closing !== undefined) {
      drop([entry], 'closed')
      return null
    }
    turn += 1
    const dropped = buffer.add(entry)
    if (dropped.length > 0) drop(dropped, 'full')
    void sender.wake()
    return dropped.includes(entry) ? null : entry.id
  }

  /** @type {import('./index.d.mts').Producer['flush']} */
  function flush({ timeoutMs } = {}) {
    if (buffer.oldestTurn > turn) return Promise.resolve(true)
    return new Promise((resolve) => {
      /** @type {NodeJS.Timeout | undefined} */
      let timer
      const waiter = {
        upTo: turn,
        resolve() {
          clearTimeout(timer)
          resolve(true)
        },
      }
      flushing.add(waiter)
      if (timeoutMs === undefined) return
      timer = setTimeout(() => {
        flushing.delete(waiter)
        resolve(false)
      }, timeoutMs)
    })
  }

  async function end(/** @type {number} */ timeoutMs) {
    sender.hurry()
    const done = await flush({ timeoutMs })
    sender.stop()
    if (!done) drop(buffer.clear(), 'closed')
    return done
  }

  return {
    tell,
    flush,
    close({ timeoutMs = CLOSE_TIMEOUT_MS } = {}) {
      closing ??= end(timeoutMs)
      return closing
    },
    counts: () => ({ waiting: buffer.size, waitingBytes: buffer.bytes, ...counts }),
  }
}

function endpointOf(/** @type {string} */ url) {
  const base = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null
  if (base === null || !/^https?:$/.test(base.protocol)) throw new TypeError('url is not an http or https address')
  if (base.username !== '' || base.password !== '') throw new TypeError('url has a user; the key is apiKey')
  return `${base.origin}${base.pathname.replace(/\/+$/, '')}/api/v1/events`
}

function positive(/** @type {string} */ name, /** @type {number} */ value) {
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${name} is a whole number above 0`)
  return value
}

/**
 * A hook is the caller's, and so are its faults; they must not end what it listens to.
 * @template {unknown[]} Args
 * @param {((...args: Args) => unknown) | undefined} hook
 * @param {Args} args
 */
function call(hook, ...args) {
  try {
    const outcome = hook?.(...args)
    if (outcome instanceof Promise) outcome.catch(() => {})
  } catch {
    // As it says.
  }
}

/** What is thrown may be anything, also something that cannot be written. */
function messageOf(/** @type {unknown} */ error) {
  try {
    return error instanceof Error ? String(error.message) : String(error)
  } catch {
    return 'It could not be written as JSON'
  }
}
