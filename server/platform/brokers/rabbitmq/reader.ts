import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'
import type { DoorState, Incoming } from '#platform/brokers/bus.ts'
import { type Budget, prefetchBudget } from '#platform/brokers/rabbitmq/budget.ts'
import { ended } from '#platform/brokers/rabbitmq/link.ts'
import { attributesOf, MARK, textOf } from '#platform/brokers/rabbitmq/message.ts'
import { queueDepth } from '#platform/brokers/rabbitmq/topology.ts'
import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'
import { settledWithin } from '#platform/within.ts'

/** How often a node that stands by looks whether the queue is free. */
const STANDBY_MS = 1_000
const FIT_MS = 10_000

export type DoorSpec = {
  /** What it is called in our own answers. */
  name: string
  queue: string
  /** Messages in hand at most; fewer when they are large. */
  prefetch: number
  /** One consumer at a time, over all nodes and strangers: messages of one queue stay in order only when one reads it. */
  alone: boolean
}

export type Reader = {
  readonly state: DoorState
  /** Begins on a fresh connection. @param made whether the queue is known to be there */
  begin(connection: ChannelModel, made: boolean): void
  /** The connection is gone. */
  lost(): void
  /** See `Bus.read`. */
  read(how: 'on' | 'off' | 'release'): Promise<void>
}

/** Reads one queue; when the broker cancels that, or the queue is deleted, it is declared and read anew. */
export function createReader(options: {
  door: DoorSpec
  declare(connection: ChannelModel): Promise<void>
  deliver(message: Incoming): void
  changed(): void
  failed(error: Error): void
}): Reader {
  const { door } = options
  let state: DoorState['state'] = 'closed'
  let on: ChannelModel | undefined
  let channel: Channel | undefined
  let tag: string | undefined
  let attempts = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  /** Counts what began or ended the reading: what was on its way before then is over. */
  let turn = 0
  /** Not before this is the number in hand made larger again. */
  let fitAt = 0
  const budget = prefetchBudget(door.prefetch)

  function become(next: DoorState['state']): void {
    if (state === next) return
    state = next
    options.changed()
  }

  function later(connection: ChannelModel, ms: number): void {
    clearTimeout(timer)
    if (!stopped && on === connection) timer = setTimeout(() => void read(connection), ms)
  }

  function again(connection: ChannelModel, error: Error): void {
    if (stopped || on !== connection) return
    become('closed')
    options.failed(error)
    attempts += 1
    later(connection, reconnectDelayMs(attempts, Math.random()))
  }

  async function read(connection: ChannelModel): Promise<void> {
    turn += 1
    const mine = turn
    try {
      if (attempts > 0) await options.declare(connection)
      if (door.alone && (await readers(connection)) > 0) return standBy(connection, mine)
      await consume(connection, door.alone, mine)
    } catch (error) {
      if (turn === mine) again(connection, error as Error)
    }
  }

  const readers = async (connection: ChannelModel): Promise<number> =>
    (await queueDepth(connection, door.queue))?.consumers ?? 0

  /** Nodes that came to the queue in the same moment do not look again in the same moment. */
  function standBy(connection: ChannelModel, mine: number): void {
    if (turn !== mine) return
    become('standby')
    later(connection, STANDBY_MS * (0.5 + Math.random()))
  }

  /** Messages that are much larger or smaller than before ask for another number in hand: what is in hand comes again. */
  function fit(connection: ChannelModel, opened: Channel): void {
    const { outgrown } = budget
    if (outgrown === null || channel !== opened || (outgrown === 'too small' && performance.now() < fitAt)) return
    fitAt = performance.now() + FIT_MS
    channel = undefined
    const mine = turn
    void ended(opened).then(() => {
      if (turn === mine) return read(connection)
    })
  }

  /** @param mine the turn that it is for: once it is over nothing is read, and what came meanwhile goes back */
  async function consume(connection: ChannelModel, exclusive: boolean, mine: number): Promise<void> {
    const opened = await connection.createChannel()
    if (turn !== mine) return ended(opened)
    let failure: Error | undefined
    let isOpen = true
    const acks = createAcks(opened, budget)
    /** What comes before it is known that nobody else reads. */
    let early: ConsumeMessage[] | null = door.alone ? [] : null
    function take(message: ConsumeMessage): void {
      options.deliver(new Delivery(message, door.name, acks))
      fit(connection, opened)
    }
    opened.on('error', (error: Error) => {
      failure = error
    })
    opened.on('close', () => {
      isOpen = false
      acks.end()
      if (channel !== opened) return
      channel = undefined
      // Where the whole connection is lost, that is told right after this, and there is nothing to try on it.
      setImmediate(() => again(connection, failure ?? new Error('the channel was closed')))
    })
    await opened.prefetch(budget.allowed)
    budget.begin()
    try {
      const { consumerTag } = await opened.consume(
        door.queue,
        (message) => {
          if (message !== null) {
            if (early === null) take(message)
            else early.push(message)
            return
          }
          // The broker took the queue away.
          failure = new Error('the broker ended the reading: the queue was deleted')
          if (channel === opened) {
            channel = undefined
            again(connection, failure)
          }
          opened.close().catch(() => {})
        },
        { exclusive },
      )
      // Of two who come at once both get in where the queue heeds no "exclusive" (quorum queues do not).
      const isCrowded = door.alone && turn === mine && (await readers(connection)) > 1
      if (isCrowded || turn !== mine) {
        await ended(opened)
        return standBy(connection, mine)
      }
      if (!isOpen) throw failure ?? new Error('the channel was closed')
      channel = opened
      tag = consumerTag
    } catch (error) {
      if (isOpen) await ended(opened)
      if (!exclusive || (error as { code?: unknown }).code !== ACCESS_REFUSED) throw error
      // Another was quicker; or the queue lets only one be active by itself, and takes no exclusive reader at all.
      if ((await readers(connection)) === 0) return consume(connection, false, mine)
      return standBy(connection, mine)
    }
    attempts = 0
    become('consuming')
    const waited = early ?? []
    early = null
    for (const message of waited) take(message)
  }

  return {
    get state() {
      return { name: door.name, source: door.queue, state }
    },
    begin(connection, made) {
      on = connection
      channel = undefined
      attempts = made ? 0 : 1
      clearTimeout(timer)
      if (stopped) return
      if (made) void read(connection)
      else later(connection, reconnectDelayMs(attempts, Math.random()))
    },
    lost() {
      turn += 1
      on = undefined
      channel = undefined
      clearTimeout(timer)
      become('closed')
    },
    async read(how) {
      if (how === 'on') {
        if (!stopped) return
        stopped = false
        if (on !== undefined) void read(on)
        return
      }
      stopped = true
      turn += 1
      clearTimeout(timer)
      const reading = channel
      if (how === 'release') {
        // What is not acknowledged on a channel goes back into its place in the queue with the end of it.
        channel = undefined
        if (reading !== undefined) await ended(reading)
      } else if (reading !== undefined && tag !== undefined) await settledWithin(reading.cancel(tag), CANCEL_MS)
      become('closed')
    },
  }
}

const ACCESS_REFUSED = 403
const CANCEL_MS = 2_000

/** A class, since there are many thousands of them a second. */
class Delivery implements Incoming {
  readonly door: string
  readonly id: string | undefined
  readonly key: string
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly attributes: Incoming['attributes']
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
  readonly mark: string | undefined
  readonly user: string | undefined
  readonly headers: Incoming['headers']
  readonly body: Buffer
  readonly #tag: number
  readonly #acks: Acks

  constructor({ content, fields, properties }: ConsumeMessage, door: string, acks: Acks) {
    this.door = door
    this.id = textOf(properties.messageId)
    this.key = fields.routingKey
    this.contentType = textOf(properties.contentType)
    this.contentEncoding = textOf(properties.contentEncoding)
    this.attributes = attributesOf(properties.headers)
    this.traceparent = textOf(properties.headers?.traceparent)
    this.tracestate = textOf(properties.headers?.tracestate)
    this.mark = textOf(properties.headers?.[MARK])
    // RabbitMQ refuses a message whose user-id is not that of its connection.
    this.user = textOf(properties.userId)
    this.headers = properties.headers
    this.body = content
    this.#tag = fields.deliveryTag
    this.#acks = acks
    acks.expect(this.#tag, content.length)
  }

  get live(): boolean {
    return this.#acks.open
  }

  accept(): void {
    this.#acks.settle(this.#tag, this.body.length, true)
  }

  refuse(): void {
    this.#acks.settle(this.#tag, this.body.length, false)
  }
}

type Acks = {
  readonly open: boolean
  expect(tag: number, bytes: number): void
  settle(tag: number, bytes: number, accepted: boolean): void
  end(): void
}

/** Acknowledges many at once: all up to the first that is still in hand. Refused ones are told one by one. */
function createAcks(channel: Channel, budget: Budget): Acks {
  const waiting = new Map<number, boolean | undefined>()
  let scheduled = false
  let open = true

  function flush(): void {
    scheduled = false
    let last: number | undefined
    for (const [tag, accepted] of waiting) {
      if (accepted === undefined) break
      waiting.delete(tag)
      if (accepted) last = tag
    }
    if (last === undefined) return
    tell(() => channel.ack({ fields: { deliveryTag: last } } as ConsumeMessage, true))
  }

  /** A channel that has just gone brings all of it again. */
  function tell(fn: () => void): void {
    try {
      fn()
    } catch {
      waiting.clear()
    }
  }

  return {
    get open() {
      return open
    },
    expect(tag, bytes) {
      waiting.set(tag, undefined)
      budget.delivered(bytes)
    },
    settle(tag, bytes, accepted) {
      if (!waiting.has(tag) || waiting.get(tag) !== undefined) return
      budget.settled(bytes)
      waiting.set(tag, accepted)
      if (!accepted) tell(() => channel.reject({ fields: { deliveryTag: tag } } as ConsumeMessage, false))
      if (scheduled) return
      scheduled = true
      setImmediate(flush)
    },
    end() {
      open = false
      waiting.clear()
    },
  }
}
