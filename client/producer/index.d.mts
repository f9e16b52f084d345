/** An event as it is told: a CloudEvent, of which the producer adds what is left out. */
export type ToldEvent = {
  /** What happened, in the past tense: `order.placed`. */
  type: string
  /** Whom it is about; events of one subject are handled in their order. Default: the id. */
  subject?: string
  /** Anything that JSON can hold. */
  data?: unknown
  /** With `source`, its identity: the same again has no second effect. Default: a UUIDv7. */
  id?: string
  /** Default: the producer's. */
  source?: string
  /** When it happened. Default: now. */
  time?: string | Date
  /** W3C trace context of what it happened in. Default: what `trace()` says. */
  traceparent?: string
  tracestate?: string
  /** Further CloudEvents attributes: lower-case letters and digits. */
  [attribute: string]: unknown
}

/** Why an event was not sent: `full`, there was no room; `closed`, the producer was, before the event was answered. */
export type DropReason = 'full' | 'closed'

/** Why an event will never be taken. */
export type Refusal = {
  /** Of the answer; null: it was not even sent. */
  status: number | null
  /** As the answer has it; `unserializable` and `too-large` are found here. */
  code: string
  detail: string
  /** What is wrong with which field (JSON Pointer within the event). */
  faults: readonly { path: string; message: string }[]
}

/** An attempt that came to nothing through no fault of the events. They are sent again. */
export type Trouble = {
  /** Of the answer; null: there was none. */
  status: number | null
  detail: string
  /** Attempts in a row that came to nothing. */
  failures: number
  /** When the next one is made. */
  retryInMs: number
  /** What waits meanwhile. */
  waiting: number
}

export type ProducerOptions = {
  /** Where Cauce is, without `/api/v1/events`. */
  url: string
  /** A key with `events:write`. */
  apiKey: string
  /** Who tells: a URI reference, the `source` of events that name none. */
  source: string
  /** Most events that wait, those on their way included. Default 10,000. */
  maxEvents?: number
  /** Most bytes that wait, as JSON. Default 16 MiB. */
  maxBytes?: number
  /** When there is no room: `newest` (default) drops what was just told, `oldest` what has waited longest. */
  dropWhenFull?: 'newest' | 'oldest'
  /** How long an answer may take before the batch is sent again. Default 15,000. */
  requestTimeoutMs?: number
  /** The current trace context, asked for each event that has none. */
  trace?: () => { traceparent: string; tracestate?: string } | null | undefined
  /** What a hook throws is swallowed. It should not tell events. */
  onDropped?: (event: ToldEvent & { id: string }, reason: DropReason) => unknown
  /** The event as it would have gone out, or as it was given where it could not be written as JSON. */
  onRefused?: (event: unknown, refusal: Refusal) => unknown
  onTrouble?: (trouble: Trouble) => unknown
}

/** Since the producer was made; `waiting` and `waitingBytes`: now. */
export type ProducerCounts = {
  waiting: number
  waitingBytes: number
  /** Durable there, duplicates included. */
  accepted: number
  /** Known there already: by an earlier attempt whose answer was lost, or told twice under one id. */
  duplicates: number
  /** Accepted and not published: of a system that follows another one, or set aside by the event catalogue. */
  unpublished: number
  /** For want of room, or since the producer was closed. */
  dropped: number
  refused: number
  /** Attempts that came to nothing. */
  failures: number
}

export type Producer = {
  /**
   * Takes an event and returns at once; never throws.
   * @returns its id, or null when it was not taken (dropped or refused: the hooks say which)
   */
  tell(event: ToldEvent): string | null
  /**
   * Waits until all that was told before is answered, dropped or refused.
   * @returns false: the time was over first. Never rejects
   */
  flush(options?: { timeoutMs?: number }): Promise<boolean>
  /**
   * Takes nothing more, flushes, and drops (`closed`) what is left after the time (default 10 s). Never rejects.
   * @returns false: something was dropped. Of what was on its way it is not known whether it arrived
   */
  close(options?: { timeoutMs?: number }): Promise<boolean>
  counts(): ProducerCounts
}

/** @throws TypeError when an option is missing or makes no sense */
export function createProducer(options: ProducerOptions): Producer
