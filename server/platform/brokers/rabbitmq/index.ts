import type { ChannelModel } from 'amqplib'
import type { Logger } from 'pino'
import type { Bus, BusHandlers, BusState, Depth } from '#platform/brokers/bus.ts'
import { createLink, type Link, type RabbitmqAddress } from '#platform/brokers/rabbitmq/link.ts'
import { createPublisher } from '#platform/brokers/rabbitmq/publisher.ts'
import { createReader, type DoorSpec, type Reader } from '#platform/brokers/rabbitmq/reader.ts'
import {
  type ExchangeSpec,
  ensureExchange,
  ensureKeeper,
  ensureQueue,
  keptOf,
  type QueueSpec,
  queueDepth,
} from '#platform/brokers/rabbitmq/topology.ts'
import { Postponed } from '#platform/postponed.ts'
import { within } from '#platform/within.ts'

export type RabbitmqDoor = DoorSpec & { declare: QueueSpec }

export type RabbitmqOptions = {
  address: RabbitmqAddress
  /** This node, as the broker's tools show its connections. */
  node: string
  /** The first one is where events go. */
  exchanges: readonly [ExchangeSpec, ...ExchangeSpec[]]
  /** Where refused messages go: an exchange, made with a queue that keeps them when it is not there. */
  deadLetters?: { exchange: string; queue: string }
  doors: readonly RabbitmqDoor[]
  logger: Logger
  wall(): number
}

/** How long the end waits for confirms that are under way. */
const SETTLE_MS = 2_000
/** How long somebody who asks for depths waits. */
const ASK_MS = 2_000

/**
 * RabbitMQ over AMQP 0.9.1. Two connections: a broker that is short of memory stops reading from whoever publishes, and
 * what is read must still be acknowledged then.
 */
export function rabbitmqBus(options: RabbitmqOptions): Bus {
  const { address, logger, wall } = options
  const [main] = options.exchanges
  const where = `${address.host}:${address.port}`
  /** How what is there differs from what was wanted, as it was when it was last looked at. */
  const differences = new Map<string, string>()
  let state: BusState = 'connecting'
  let since = wall()
  let reconnects = 0
  let lastError: { at: number; message: string } | null = null
  let gaveUp: string | null = null
  let handlers: BusHandlers = { deliver() {}, changed() {} }
  let links: { sending: Link; reading: Link } | undefined
  const opened = Promise.withResolvers<void>()
  const outages = new Set<string>()

  const publisher = createPublisher(
    [main.name, ...options.exchanges.slice(1).map(({ name }) => name)],
    () => (links as { sending: Link }).sending,
    wall,
  )
  const readers: readonly Reader[] = options.doors.map((door) =>
    createReader({
      door,
      declare: (connection) => declare(connection, door),
      deliver: (message) => handlers.deliver(message),
      changed() {
        if (readers.some(({ state: { state: door } }) => door === 'consuming')) links?.reading.well()
        handlers.changed()
      },
      failed: (error) => void failed(door, error),
    }),
  )

  function fault(error: Error): void {
    lastError = { at: wall(), message: error.message }
  }

  function failed({ name, queue }: DoorSpec, error: Error): false {
    fault(error)
    logger.warn({ err: error.message, door: name, queue }, 'a queue of the broker cannot be read; trying again')
    return false
  }

  function become(next: BusState): void {
    if (state === next || state === 'closed') return
    state = next
    since = wall()
    handlers.changed()
  }

  function differs(what: string, difference: string | null): void {
    if (difference === null) {
      differences.delete(what)
      return
    }
    const warning = `${what} is there with other arguments and is used as it is: ${difference}`
    if (differences.get(what) === warning) return
    differences.set(what, warning)
    logger.warn({ broker: where }, warning)
  }

  async function declare(connection: ChannelModel, door: RabbitmqDoor): Promise<void> {
    differs(`the queue ${door.queue}`, await ensureQueue(connection, door.declare))
  }

  async function setUpSending(connection: ChannelModel): Promise<void> {
    for (const exchange of options.exchanges)
      differs(`the exchange ${exchange.name}`, await ensureExchange(connection, exchange))
    await publisher.setUp(connection)
  }

  async function setUpReading(connection: ChannelModel): Promise<void> {
    const { deadLetters } = options
    for (const exchange of options.exchanges) await ensureExchange(connection, exchange)
    if (deadLetters !== undefined) await ensureKeeper(connection, deadLetters.exchange, 'topic', deadLetters.queue)
    for (const [i, door] of options.doors.entries()) {
      // One that cannot be made must not keep the others shut: its reader tries again.
      const made = await declare(connection, door).then(
        () => true,
        (error: Error) => failed(door, error),
      )
      readers[i]?.begin(connection, made)
    }
  }

  async function bindAgain(): Promise<void> {
    const connection = links?.reading.connection
    if (connection === undefined) return
    try {
      for (const door of options.doors) if (!door.declare.options.exclusive) await declare(connection, door)
    } catch (error) {
      fault(error as Error)
    }
  }

  function link(name: 'sending' | 'reading', setUp: (connection: ChannelModel) => Promise<void>): Link {
    return createLink({
      address,
      name: `cauce ${options.node} ${name}`,
      setUp,
      changed({ event, error, retryMs }) {
        if (error !== undefined) fault(error)
        if (event === 'lost') {
          if (outages.size === 0)
            logger.warn(
              { broker: where, err: error?.message, retryMs },
              'the broker is away; events are kept and sent when it is back',
            )
          else logger.debug({ broker: where, err: error?.message, retryMs }, 'the broker is still away')
          outages.add(name)
          if (name === 'reading') for (const reader of readers) reader.lost()
        } else if (event === 'up' && outages.delete(name)) {
          if (outages.size === 0) {
            reconnects += 1
            logger.info({ broker: where }, 'the broker is back')
          }
          const other = name === 'sending' ? links?.reading : links?.sending
          other?.hurry()
          // Whoever deleted the exchange took its bindings away too.
          if (name === 'sending') void bindAgain()
        } else if (event === 'blocked')
          logger.warn({ broker: where, err: error?.message }, 'the broker takes nothing for the moment')
        else if (event === 'unblocked') logger.info({ broker: where }, 'the broker takes messages again')
        look()
      },
    })
  }

  function look(): void {
    const { sending, reading } = links ?? {}
    const isUp = sending?.connection !== undefined && reading?.connection !== undefined
    if (isUp) become(sending.blocked ? 'blocked' : 'connected')
    else if (outages.size > 0) become('away')
  }

  return {
    open(given) {
      handlers = given
      links = { sending: link('sending', setUpSending), reading: link('reading', setUpReading) }
      opened.resolve()
    },
    async publish(messages, signal) {
      if (links === undefined) throw new Postponed('the broker is not opened yet', opened.promise)
      return publisher.publish(messages, signal)
    },
    status: () => ({
      bus: 'rabbitmq',
      state,
      address: where,
      since,
      reconnects,
      lastError,
      warnings: [...differences.values(), ...(gaveUp === null ? [] : [gaveUp])],
      ...publisher.counts,
      doors: readers.map((reader) => reader.state),
    }),
    async depths() {
      const connection = links?.reading.connection
      const names = [...new Set(options.doors.map(({ queue }) => queue))]
      if (options.deadLetters !== undefined) names.push(options.deadLetters.queue)
      const depths = await Promise.all(names.map((name) => depthOf(connection, name)))
      gaveUp = options.deadLetters === undefined ? null : givenUp(depths.at(-1))
      if (main.alternate === undefined) return depths
      // What nobody asked for counts as routed there: only the queue tells of it, where it is ours.
      const kept = await depthOf(connection, keptOf(main.alternate))
      return kept.error === NO_QUEUE ? depths : [...depths, kept]
    },
    async read(how) {
      await Promise.all(readers.map((reader) => reader.read(how)))
    },
    async close() {
      await Promise.all(readers.map((reader) => reader.read('off')))
      await publisher.settled(SETTLE_MS)
      become('closed')
      await Promise.all([links?.sending.close(), links?.reading.close()])
    },
  }
}

/** What was delivered too often is no event, and none is made of it until somebody sends it again: that has to be said. */
const givenUp = (deadLetters: Depth | undefined): string | null =>
  (deadLetters?.messages ?? 0) === 0
    ? null
    : `messages lie in ${deadLetters?.name}: ${deadLetters?.messages}. Those that were refused are kept here too; those that were delivered too often are nowhere else and wait for somebody to publish them again`

const NO_QUEUE = 'there is no such queue'

async function depthOf(connection: ChannelModel | undefined, name: string): Promise<Depth> {
  const unknown = { name, messages: null, consumers: null }
  if (connection === undefined) return { ...unknown, error: 'the broker is away' }
  try {
    const depth = await within(queueDepth(connection, name), ASK_MS, 'the broker does not answer')
    return depth === null ? { ...unknown, error: NO_QUEUE } : { name, ...depth }
  } catch (error) {
    return { ...unknown, error: (error as Error).message }
  }
}
