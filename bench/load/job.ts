import type { RequestTemplate } from './template.ts'

/** What a generator is asked to do. */
export type LoadJob = {
  host: string
  port: number
  connections: number
  request: RequestTemplate
  /**
   * Requests per second, due at even distances whether or not earlier ones were answered (open loop). Absent: each
   * connection sends its next request when the last was answered (closed loop).
   */
  ratePerS?: number
  /** Ends after so many seconds or requests, whichever comes first. */
  seconds?: number
  requests?: number
  /** How much longer it may take when the requests are not taken at their rate; default 30 s. */
  patienceMs?: number
  /** Number of the first request. */
  firstN?: number
  /** What requests are about: `{key}` goes from `from` on over `count` numbers, in turn or at random. */
  keys?: { from: number; count: number; order: 'in turn' | 'random' }
}

/** What came of it. Counts are buckets of a histogram: they cross process boundaries. */
export type LoadResult = {
  sent: number
  /** The requests were not taken at their rate: after some patience the rest of them was not sent. */
  givenUp: boolean
  /** Answers by status; `lost` are those that never came. */
  statuses: Record<string, number>
  /** From the instant a request was due to its answer; only of answers that are 2xx. */
  latency: Float64Array
  /** How late the generator itself sent (open loop). */
  lateness: Float64Array
  firstUs: number
  lastUs: number
}

export type GeneratorQuestions = { run: { ask: LoadJob; answer: LoadResult } }
