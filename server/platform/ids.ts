import { hash, randomFillSync } from 'node:crypto'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text is a UUID as this program writes them, in small letters. */
export const isUuid = (text: string): boolean => UUID.test(text)

const pool = Buffer.allocUnsafe(4096)
let used = pool.length

/** Random bytes in hex out of a pool that is filled 4096 bytes at a time: one call to the generator for 170 traces. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const hex = pool.toString('hex', used, used + bytes)
  used += bytes
  return hex
}

/** Of the millisecond that was asked for last. */
const counted = { at: '', counter: 0 }

/**
 * A new UUIDv7 (RFC 9562) for the given epoch milliseconds: sortable by time, and within a millisecond in the order in
 * which this process made them (section 6.2, method 1: a counter that starts at random, with room for 2,048); random
 * in the rest.
 */
export function uuidv7(atMs: number): string {
  const time = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, '0')
  const random = randomHex(10)
  if (counted.at !== time) {
    counted.at = time
    counted.counter = Number.parseInt(random.slice(0, 3), 16) & 0x7ff
  } else if (counted.counter < 0xfff) counted.counter += 1
  const counter = counted.counter.toString(16).padStart(3, '0')
  const variant = '89ab'[Number.parseInt(random.charAt(3), 16) & 3]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`
}

/**
 * An id derived from what caused it: the same parts always give the same id, so a redo repeats it.
 * The first 128 bits of SHA-256 in the form of a UUID (version 8, RFC 9562).
 */
export function hashId(...parts: readonly string[]): string {
  // The length before each part keeps ("a", "bc") and ("ab", "c") apart.
  const digest = hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'hex')
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}
