/**
 * Receives Standard Webhooks 1.0: verifies `v1` (HMAC-SHA256) and `v1a` (ed25519) signatures over the raw body, checks
 * the age, and drops repeats. Node 20 or later, no dependencies.
 */
import { memoryStore } from './memory-store.mjs'
import { bytesOf, judge, readKeys } from './verify.mjs'

export { memoryStore } from './memory-store.mjs'

const TOLERANCE_SECONDS = 300
const MAX_BYTES = 2_097_152
const STATUS = /** @type {const} */ ({ 'missing-header': 400, 'bad-timestamp': 401, 'bad-signature': 401 })

/** @type {typeof import('./index.d.mts').verify} */
export function verify({ keys, headers, body, now = Date.now(), toleranceSeconds = TOLERANCE_SECONDS }) {
  return judge(readKeys(keys), headers, bytesOf(body), now, toleranceSeconds)
}

/** @type {typeof import('./index.d.mts').createReceiver} */
export function createReceiver(options) {
  const { toleranceSeconds = TOLERANCE_SECONDS, store = memoryStore(), now = Date.now } = options
  const keys = readKeys(options.keys)

  /** @type {import('./index.d.mts').Receiver['receive']} */
  async function receive({ headers, body }, work) {
    const bytes = bytesOf(body)
    const verdict = judge(keys, headers, bytes, now(), toleranceSeconds)
    if (!verdict.ok) return { status: STATUS[verdict.reason], reason: verdict.reason }
    const { id, timestamp } = verdict
    const state = await store.begin(id)
    // Taken already: the sender may stop. Still at it: it comes again later, and finds out then.
    if (state === 'done') return { status: 200, id, repeat: true }
    if (state === 'busy') return { status: 409, id, reason: 'in-progress' }
    try {
      await work({ id, timestamp, headers, body: bytes, json: () => JSON.parse(bytes.toString('utf8')) })
    } catch (error) {
      // Not done: the retry is welcome.
      await store.forget(id)
      throw error
    }
    await store.done(id)
    return { status: 200, id, repeat: false }
  }

  return {
    receive,
    listener(work, { maxBytes = MAX_BYTES, onError = (/** @type {unknown} */ error) => console.error(error) } = {}) {
      /** @param {import('node:http').IncomingMessage} request */
      async function statusOf(request) {
        if (request.method !== 'POST') return 405
        const body = await readBody(request, maxBytes)
        return body === null ? 413 : (await receive({ headers: request.headers, body }, work)).status
      }
      return async (request, response) => {
        let status = 500
        try {
          status = await statusOf(request)
        } catch (error) {
          onError(error)
        }
        // What is left of a body that is too long is not read: the connection cannot be used again.
        response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end()
      }
    },
  }
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {number} maxBytes
 * @returns {Promise<Buffer | null>} null: it is longer
 */
function readBody(request, maxBytes) {
  return new Promise((resolve, reject) => {
    /** @type {Buffer[]} */
    const chunks = []
    let size = 0
    request.on('data', (/** @type {Buffer} */ chunk) => {
      size += chunk.length
      if (size <= maxBytes) {
        chunks.push(chunk)
        return
      }
      request.pause()
      resolve(null)
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
    request.once('close', () => reject(new Error('the sender broke off')))
  })
}
