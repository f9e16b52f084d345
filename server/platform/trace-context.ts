import { randomFillSync } from 'node:crypto'

/** W3C Trace Context. */
export type Traceparent = { traceId: string; parentId: string; sampled: boolean }

const FORM = /^[ \t]*([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[^\t ]*)?[ \t]*$/

/**
 * Reads a `traceparent`; null (start a new trace and drop `tracestate`) when it is missing, repeated or malformed.
 * Versions above 00 are read by their first four fields.
 */
export function parseTraceparent(header: string | readonly string[] | null | undefined): Traceparent | null {
  if (header === null || header === undefined) return null
  if (typeof header !== 'string') return header.length === 1 ? parseTraceparent(header[0]) : null
  const parts = FORM.exec(header)
  if (parts === null) return null
  const [, version = '', traceId = '', parentId = '', flags = '', more] = parts
  if (version === 'ff' || (version === '00' && more !== undefined)) return null
  if (traceId === NO_TRACE || parentId === NO_SPAN) return null
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)

/**
 * The `traceparent` of the next hop: the same trace with a new span, or a new sampled trace when there is none to
 * continue.
 * @param random gives so many random bytes in hex
 */
export function nextTraceparent(
  incoming: string | readonly string[] | null | undefined,
  random: (bytes: number) => string = randomHex,
): string {
  const given = parseTraceparent(incoming)
  const span = nonZero(random(8))
  return given === null
    ? `00-${nonZero(random(16))}-${span}-01`
    : `00-${given.traceId}-${span}-${given.sampled ? '01' : '00'}`
}

/** All zeros is the one id that is not allowed. */
const nonZero = (hex: string) => (/[^0]/.test(hex) ? hex : `${hex.slice(0, -1)}1`)

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
