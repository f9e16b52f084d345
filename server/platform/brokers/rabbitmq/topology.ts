import type { Channel, ChannelModel, Options } from 'amqplib'
import { ended } from '#platform/brokers/rabbitmq/link.ts'

export type ExchangeSpec = {
  name: string
  type: string
  durable: boolean
  /** What nobody's binding matches goes there; made with a queue that keeps it. */
  alternate?: string
}

export type QueueSpec = {
  name: string
  options: Options.AssertQueue
  /** Routing keys by which it is bound to `exchange`. */
  exchange: string | null
  bindings: readonly string[]
}

const REFUSED = 403
const NOT_FOUND = 404
const OTHER_ARGUMENTS = 406
/** In RabbitMQ's own name space: always there, nobody may declare them. */
const isBuiltIn = (exchange: string) => exchange === '' || exchange.startsWith('amq.')

const codeOf = (error: unknown) => (error as { code?: unknown }).code

/** A channel for one question: an answer of 404 or 406 closes the channel on which it was asked. */
async function ask<T>(connection: ChannelModel, question: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await connection.createChannel()
  let alive = true
  channel.on('error', () => {
    alive = false
  })
  try {
    return await question(channel)
  } finally {
    if (alive) await ended(channel)
  }
}

async function exists(connection: ChannelModel, look: (channel: Channel) => Promise<unknown>): Promise<boolean> {
  try {
    await ask(connection, look)
    return true
  } catch (error) {
    if (codeOf(error) === NOT_FOUND) return false
    throw error
  }
}

/**
 * Looks whether it is there and makes it only when it is not: it may belong to somebody who made it otherwise.
 * @returns how it differs from what was wanted, in the broker's words, or null
 */
async function ensure(
  connection: ChannelModel,
  look: (channel: Channel) => Promise<unknown>,
  make: (channel: Channel) => Promise<unknown>,
): Promise<string | null> {
  const there = await exists(connection, look)
  try {
    // Of one that is there this changes nothing: it tells whether the arguments are the same.
    await ask(connection, make)
    return null
  } catch (error) {
    // Whoever owns it lets nobody else declare it, not even as it is: how it differs cannot be asked.
    if (there && codeOf(error) === REFUSED) return null
    if (!there || codeOf(error) !== OTHER_ARGUMENTS) throw error
    return (error as Error).message.replace(/^.*with message "/, '').replace(/"$/, '')
  }
}

/** @returns how an exchange that is there differs from this one, or null */
export async function ensureExchange(
  connection: ChannelModel,
  { name, type, durable, alternate }: ExchangeSpec,
): Promise<string | null> {
  if (isBuiltIn(name)) return null
  if (alternate !== undefined) await ensureKeeper(connection, alternate, 'fanout', keptOf(alternate))
  return ensure(
    connection,
    (channel) => channel.checkExchange(name),
    (channel) => channel.assertExchange(name, type, { durable, alternateExchange: alternate }),
  )
}

/** The queue that we make for an exchange of what would be lost. */
export const keptOf = (exchange: string): string => `${exchange}.kept`

/** An exchange for what would be lost, with a queue that keeps all of it. */
export async function ensureKeeper(
  connection: ChannelModel,
  exchange: string,
  type: 'fanout' | 'topic',
  queue: string,
): Promise<void> {
  if (isBuiltIn(exchange)) return
  const isThere = await exists(connection, (channel) => channel.checkExchange(exchange))
  if (isThere) return
  await ensureExchange(connection, { name: exchange, type, durable: true })
  await ensureQueue(connection, { name: queue, options: { durable: true }, exchange, bindings: ['#'] })
}

/** As {@link ensureExchange}, for a queue and its bindings. */
export async function ensureQueue(
  connection: ChannelModel,
  { name, options, exchange, bindings }: QueueSpec,
): Promise<string | null> {
  // Somebody's own queue goes with its connection: there is nothing to look for.
  const difference = options.exclusive
    ? await ask(connection, (channel) => channel.assertQueue(name, options)).then(() => null)
    : await ensure(
        connection,
        (channel) => channel.checkQueue(name),
        (channel) => channel.assertQueue(name, options),
      )
  if (exchange === null || exchange === '') return difference
  try {
    await ask(connection, async (channel) => {
      for (const key of bindings) await channel.bindQueue(name, exchange, key)
    })
    return difference
  } catch (error) {
    // Whoever owns the topology may have bound it and keep others from doing so.
    if (codeOf(error) !== REFUSED) throw error
    return `${difference ?? ''} it could not be bound to ${exchange} and keeps the bindings that it has`.trim()
  }
}

/** How much waits in a queue, and how many read it; null when there is none of that name. */
export async function queueDepth(
  connection: ChannelModel,
  queue: string,
): Promise<{ messages: number; consumers: number } | null> {
  try {
    const { messageCount, consumerCount } = await ask(connection, (channel) => channel.checkQueue(queue))
    return { messages: messageCount, consumers: consumerCount }
  } catch (error) {
    if (codeOf(error) === NOT_FOUND) return null
    throw error
  }
}
