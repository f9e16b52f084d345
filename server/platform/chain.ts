import { parseTraceparent, type Trace, traceHeaders } from '#platform/trace-context.ts'

/**
 * How far a request is from where it all began, and what of ours sent it. It travels beside `traceparent` in
 * `tracestate`, under a key of our own (W3C Trace Context §3.3), so that systems in between which pass traces on pass
 * it on too: whatever leads back here is counted, and loops come to an end.
 */
export type Chain = {
  /** Events and calls of ours that led to it. */
  hops: number
  /** `run:<id>` of the run that made the call, if one did. */
  cause: string | null
}

export const NO_CHAIN: Chain = { hops: 0, cause: null }

const MEMBER = /(?:^|,)[ \t]*cauce=(\d{1,3})(?::(run:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?[ \t]*(?:,|$)/
const RUN = /^run:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Our member of `tracestate` in a request that we make. Other causes than runs are not carried: they may be any text. */
export const chainMember = ({ hops, cause }: Chain): string =>
  `cauce=${Math.min(hops, 999)}${cause !== null && RUN.test(cause) ? `:${cause}` : ''}`

/** What a request says of its chain. Without a valid `traceparent` its `tracestate` is nothing (§3.3.1). */
export function readChain(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Chain {
  const { traceparent, tracestate } = headers
  if (tracestate === undefined) return NO_CHAIN
  const found = MEMBER.exec(typeof tracestate === 'string' ? tracestate : tracestate.join(','))
  if (found === null || parseTraceparent(traceparent) === null) return NO_CHAIN
  return { hops: Number(found[1]), cause: found[2] ?? null }
}

/** The headers of a call that we make: its trace, and in front of the states of others how far it is. */
export function chainedHeaders(trace: Trace, member: string): { traceparent: string; tracestate: string } {
  const { traceparent, tracestate } = traceHeaders(trace)
  if (tracestate === undefined) return { traceparent, tracestate: member }
  const others = tracestate.split(',').filter((other) => !other.startsWith('cauce='))
  return { traceparent, tracestate: [member, ...others.slice(0, MAX_OTHERS)].join(',') }
}

/** A list has 32 members at most (§3.3.1.1). */
const MAX_OTHERS = 31
