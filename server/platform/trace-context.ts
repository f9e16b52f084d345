import { randomHex } from '#platform/ids.ts'

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
 * A trace as the program carries it, from a request through log, runs and deliveries: a `traceparent` of version 00 and,
 * behind a space, the `tracestate` if one came with it. One text, so that what is handed on with the one needs no second
 * column and no second field for the other.
 */
export type Trace = string

const LENGTH = 55

/** What came from outside as a trace to carry; null when it is none, and then the state that came with it is dropped. */
export function incomingTrace(
  traceparent: string | readonly string[] | null | undefined,
  tracestate: string | readonly string[] | null | undefined,
): Trace | null {
  const given = parseTraceparent(traceparent)
  if (given === null) return null
  const head = `00-${given.traceId}-${given.parentId}-${given.sampled ? '01' : '00'}`
  const state = tracestate === null || tracestate === undefined ? '' : readState(tracestate)
  return state === '' ? head : `${head} ${state}`
}

const MEMBER = /^(?:[a-z0-9][a-z0-9_\-*/@]{0,255})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
const MAX_MEMBERS = 32
/** What has to be handed on at least; members at the end give way. */
const MAX_STATE = 512

/** Several headers are one list. A malformed one is dropped whole. */
function readState(given: string | readonly string[]): string {
  const members = (typeof given === 'string' ? given : given.join(','))
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
  const keys = new Set(members.map((member) => member.split('=', 1)[0]))
  if (members.length > MAX_MEMBERS || keys.size < members.length) return ''
  if (!members.every((member) => MEMBER.test(member))) return ''
  while (members.join(',').length > MAX_STATE) members.pop()
  return members.join(',')
}

const headOf = (trace: string): string => (trace.charAt(LENGTH) === ' ' ? trace.slice(0, LENGTH) : trace)
const stateOf = (trace: string): string => (trace.charAt(LENGTH) === ' ' ? trace.slice(LENGTH) : '')

/** The span that a carried trace stands at; null when it is none. */
export const spanOf = (trace: Trace | null | undefined): Traceparent | null =>
  parseTraceparent(trace === null || trace === undefined ? trace : headOf(trace))

/**
 * The next step of a trace: the same trace and state with a new span, or a new trace when there is none to continue.
 * @param span its id, 16 hexadecimal digits not all zero, where it shall be known beforehand; only of a trace that goes on
 */
export function nextTrace(trace: Trace | null | undefined, span?: string): Trace {
  if (spanOf(trace) === null) return nextTraceparent(null)
  const carried = trace as Trace
  return nextTraceparent(headOf(carried), span === undefined ? undefined : () => span) + stateOf(carried)
}

/** A trace as headers, or as attributes of a CloudEvent: the two have the same names on every wire. */
export function traceHeaders(trace: Trace): { traceparent: string; tracestate?: string } {
  const state = stateOf(trace)
  return state === '' ? { traceparent: trace } : { traceparent: headOf(trace), tracestate: state.slice(1) }
}

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
