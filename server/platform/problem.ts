import type { Sentence } from '#platform/sentence.ts'

/**
 * `message` goes on after the field's name; `messages` says the same in both languages, where people read it.
 * `nodeId`: the node of a flow that is at fault, `label`: what people call it.
 */
export type Fault = { path: string; message: string; messages?: Sentence; nodeId?: string; label?: string }

/** What is wrong, in both languages: `{ path, ...says('must lie in the future', 'debe estar en el futuro') }`. */
export const says = (en: string, es: string): Pick<Fault, 'message' | 'messages'> => ({
  message: en,
  messages: { en, es },
})

/** A refusal that the caller can understand; the HTTP edge writes it as problem+json (RFC 9457). */
export class Problem extends Error {
  readonly status: number
  /** Stable, never reused: `events/duplicate-id`, `not-found`, … */
  readonly code: string
  readonly faults: readonly Fault[]
  /** The detail in both languages, where people read it. */
  readonly messages: Sentence | undefined
  readonly retryAfterS: number | undefined
  constructor(
    status: number,
    code: string,
    detail: string,
    more: { faults?: Fault[]; messages?: Sentence; retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause })
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.faults = more.faults ?? []
    this.messages = more.messages
    this.retryAfterS = more.retryAfterS
  }
}

export const invalid = (...faults: Fault[]) =>
  new Problem(
    400,
    'invalid',
    faults.length === 1 ? detailOf(faults[0] as Fault) : `${faults.length} fields are not valid`,
    { faults },
  )
const detailOf = ({ path, message }: Fault): string => (path === '' ? `The body ${message}` : `${path}: ${message}`)

export const notFound = (what: string, id: string) =>
  new Problem(404, 'not-found', `There is no ${what} ${JSON.stringify(id)}.`)
/** Of work for an answer that nobody waits for any more, or that the program has no time for. */
export const BROKEN_OFF = 'broken-off'
/** 503: who asked has gone, or the program stops. A retry helps when it runs again. */
export const brokenOff = () =>
  new Problem(503, BROKEN_OFF, 'It was broken off, since you left or the program is stopping.', { retryAfterS: 2 })
/** @param es the same in Spanish */
export const conflict = (detail: string, es: string) =>
  new Problem(409, 'conflict', detail, { messages: { en: detail, es } })
