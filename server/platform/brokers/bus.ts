/**
 * What carries events to other systems and brings theirs. A driver transports and decides nothing: order, repeats and
 * what is done with a message are the business of whoever uses it.
 */

/** A message on its way out. */
export type Outgoing = {
  /** Where it goes when not to the bus's own place for events: an exchange in RabbitMQ (`''`: straight to a queue). */
  to?: string
  /** Routing key. */
  key: string
  /** Messages of one subject stay in order, where the bus divides them. */
  subject: string
  /** The same on every attempt: by it a reader knows a repeat. */
  id: string
  /** Namespace of that id in our log; null when it is about no event there. */
  source: string | null
  type: string
  /** When it happened, epoch milliseconds. */
  at: number
  contentType: string
  /** CloudEvents attributes that travel beside the body; null when the body says all. */
  attributes: Readonly<Record<string, string>> | null
  /** Id of what caused it. */
  cause: string | null
  /** A word of ours that stays beside it, should it come back. */
  mark?: string
  body: string
}

/**
 * What became of a message: the bus keeps it; it keeps it, but nobody has asked for such; it may take it later; it
 * never will.
 */
export type Outcome = 'confirmed' | 'unrouted' | 'busy' | { refused: string }

/** A message that came in. One of `accept` and `refuse` is called, once, in whatever order. */
export type Incoming = {
  /** By which of our ways it came. */
  door: string
  /** What the sender calls it, when it does. */
  id: string | undefined
  key: string
  contentType: string | undefined
  contentEncoding: string | undefined
  /** CloudEvents attributes beside the body, without the binding's prefix. */
  attributes: ReadonlyMap<string, string | number | boolean>
  traceparent: string | undefined
  tracestate?: string | undefined
  /** What whoever sent it as {@link Outgoing} had it carry. */
  mark?: string | undefined
  /** The broker's user who sent it, where the broker vouches for that. */
  user?: string | undefined
  /** All its headers, as they came. */
  headers?: Readonly<Record<string, unknown>> | undefined
  body: Buffer
  /** False once its connection is lost: the bus brings it again. */
  readonly live: boolean
  /** It is in safe hands: the bus forgets it. */
  accept(): void
  /** It is not wanted and does not come again: the bus puts it where it keeps such (a dead-letter exchange). */
  refuse(): void
}

export type BusState = 'connecting' | 'connected' | 'blocked' | 'away' | 'closed'

export type DoorState = {
  name: string
  /** What it reads: a queue. */
  source: string
  /** `standby`: another consumer has it, and this node takes over when that one goes. */
  state: 'consuming' | 'standby' | 'closed'
}

/** What is known without asking the bus. Times are epoch milliseconds. */
export type BusStatus = {
  bus: string
  state: BusState
  /** Host and port. */
  address: string
  since: number
  reconnects: number
  lastError: { at: number; message: string } | null
  /** What is not as it was set up, and is used as it is; and what was lost before it could be read. */
  warnings: readonly string[]
  lastConfirmAt: number | null
  /** Sent and not confirmed yet. */
  unconfirmed: number
  confirmed: number
  unrouted: number
  doors: readonly DoorState[]
}

export type Depth = { name: string; messages: number | null; consumers: number | null; error?: string }

export type BusHandlers = {
  deliver(message: Incoming): void
  /** The state has changed. */
  changed(): void
}

export type Bus = {
  /** Begins to connect, and connects again by itself until it is closed. */
  open(handlers: BusHandlers): void
  /**
   * Sends in order and resolves when the bus has said of each what became of it. Nothing is held while it is away.
   * @throws Postponed when it is away, or was lost on the way: some may have arrived
   */
  publish(messages: readonly Outgoing[], signal?: AbortSignal): Promise<readonly Outcome[]>
  status(): BusStatus
  /** Asks how much waits where, and who reads. */
  depths(): Promise<readonly Depth[]>
  /**
   * `off`: no new message is delivered, those in hand may still be accepted. `release`: those in hand too are given
   * back, for others to take. `on` begins again; it is so at first.
   */
  read(how: 'on' | 'off' | 'release'): Promise<void>
  /** Waits a moment for what is unconfirmed, and leaves. */
  close(): Promise<void>
}
