import { nextTrace, type Trace } from '#platform/trace-context.ts'

/**
 * The span of an attempt, told by its delivery and its number: the receiver learns it, it is the one that is exported, and
 * what was sent under it can be shown again byte for byte.
 * What was asked for by nobody's trace has one of its own, the same in each attempt.
 * @param number counts from 1
 */
export function attemptTrace({ id, traceparent }: { id: string; traceparent: Trace | null }, number: number): Trace {
  // The last 48 bits of an id that is a hash, and the number, which 16 bits hold as long as it matters.
  const span = id.slice(-12) + (number & 0xffff).toString(16).padStart(4, '0')
  return nextTrace(traceparent ?? `00-${id.replaceAll('-', '')}-${span}-01`, span)
}
