import { createHmac, createPublicKey, timingSafeEqual, verify as verifyEd25519 } from 'node:crypto'

/** The SPKI header of an ed25519 key; its raw 32 bytes follow. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * @typedef {import('./index.d.mts').Verdict} Verdict
 * @typedef {import('./index.d.mts').RequestHeaders} RequestHeaders
 * @typedef {{ version: 'v1', key: Buffer } | { version: 'v1a', key: import('node:crypto').KeyObject }} Key
 */

/**
 * Reads the keys that a receiver has: secrets (`whsec_…`, or bare base64) and public keys (`whpk_…`).
 * @param {string | readonly string[]} keys
 * @returns {Key[]}
 */
export function readKeys(keys) {
  const list = (typeof keys === 'string' ? [keys] : [...keys]).map(readKey)
  if (list.length === 0) throw new TypeError('a receiver needs a key')
  return list
}

/**
 * @param {string} text
 * @returns {Key}
 */
function readKey(text) {
  if (text.startsWith('whsk_')) throw new TypeError('whsk_ is a private key: a receiver needs the public one (whpk_)')
  if (!text.startsWith('whpk_')) return { version: 'v1', key: decode(text.startsWith('whsec_') ? text.slice(6) : text) }
  const bytes = decode(text.slice(5))
  if (bytes.length !== 32) throw new TypeError('a public key (whpk_) has 32 bytes')
  return {
    version: 'v1a',
    key: createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' }),
  }
}

/** Strict: Node itself skips what is no base64, and a damaged key would verify nothing without saying why. */
function decode(/** @type {string} */ text) {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw new TypeError('a key is damaged: what follows its prefix is no base64')
  return Buffer.from(text, 'base64')
}

/** The bytes that came, whatever holds them. A parsed body is refused: written again, it has other bytes. */
export function bytesOf(/** @type {unknown} */ body) {
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof ArrayBuffer) return Buffer.from(body)
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  throw new TypeError('the body must be the raw bytes, or their text, as they came: not what a parser made of them')
}

/**
 * A header by its name in lower case, of a `Headers`, or of an object as Node and its frameworks have.
 * @param {RequestHeaders} headers
 * @param {string} name
 * @returns {string}
 */
function headerOf(headers, name) {
  if (typeof headers.get === 'function') return headers.get(name) ?? ''
  const fields = /** @type {{ readonly [name: string]: string | readonly string[] | undefined }} */ (headers)
  const value = fields[name] ?? fields[Object.keys(fields).find((key) => key.toLowerCase() === name) ?? name] ?? ''
  if (typeof value === 'string') return value
  // Sent twice: nobody could say which one was signed.
  return value.length === 1 ? (value[0] ?? '') : ''
}

/**
 * Judges a request by its headers and raw body.
 * @param {readonly Key[]} keys as `readKeys` gives them
 * @param {RequestHeaders} headers
 * @param {Buffer} body
 * @param {number} nowMs
 * @param {number} toleranceSeconds
 * @returns {Verdict}
 */
export function judge(keys, headers, body, nowMs, toleranceSeconds) {
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const signatures = headerOf(headers, 'webhook-signature')
  if (!id || !timestamp || !signatures) return { ok: false, reason: 'missing-header' }
  const ageSeconds = Math.floor(nowMs / 1000) - Number(timestamp)
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(ageSeconds) > toleranceSeconds) {
    return { ok: false, reason: 'bad-timestamp' }
  }
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
  for (const signature of signatures.split(' ')) {
    const comma = signature.indexOf(',')
    const version = signature.slice(0, comma)
    const given = Buffer.from(signature.slice(comma + 1), 'base64')
    // Versions that nobody here knows are passed over; of several keys any may match, so that one can be rotated.
    if (keys.some((key) => key.version === version && matches(key, content, given))) {
      return { ok: true, id, timestamp: Number(timestamp) }
    }
  }
  return { ok: false, reason: 'bad-signature' }
}

/**
 * @param {Key} key
 * @param {Buffer} content
 * @param {Buffer} given
 */
function matches({ version, key }, content, given) {
  if (version === 'v1a') return given.length === 64 && verifyEd25519(null, content, key, given)
  const expected = createHmac('sha256', key).update(content).digest()
  return given.length === expected.length && timingSafeEqual(given, expected)
}
