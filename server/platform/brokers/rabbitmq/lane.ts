import type { ChannelModel, ConfirmChannel } from 'amqplib'
import type { Outcome, Outgoing } from '#platform/brokers/bus.ts'
import type { Forbidden } from '#platform/brokers/rabbitmq/forbidden.ts'
import { messageIdOf, propertiesOf } from '#platform/brokers/rabbitmq/message.ts'

/** Frames that may wait in the channel's own buffer: a batch is written in one go. */
const BUFFER_FRAMES = 4_096
/** How amqplib says that the broker refused a message. */
const NACKED = 'message nacked'

/** One event may be under way to several places at once, under its one id. */
const placeOf = (exchange: string, key: string, messageId: string): string => `${exchange}\n${key}\n${messageId}`

/** A message's outcome, or the error with which its channel ended: what became of it is not known. */
export type Told = (outcome: Outcome | Error) => void

/** One channel with confirms. */
export type Lane = {
  send(message: Outgoing, told: Told): void
}

/** What the lanes of a connection count together. */
export type Counts = { unconfirmed: number; confirmed: number; unrouted: number; lastConfirmAt: number | null }

/**
 * @param exchange where messages go that name no other
 * @param limits what the broker takes at most; what it says of that is remembered there
 * @param forbidden what the broker lets us publish nowhere, where that is to hold up nothing else
 * @param ended the channel is gone, with why
 */
export async function openLane(options: {
  connection: ChannelModel
  exchange: string
  limits: { bytes: number }
  forbidden?: Forbidden
  counts: Counts
  wall(): number
  ended(error: Error): void
}): Promise<Lane> {
  const { connection, exchange, limits, forbidden, counts, wall } = options
  const channel: ConfirmChannel = await connection.createConfirmChannel({ highWaterMark: BUFFER_FRAMES })
  /** Messages that came back: nobody's binding matches them. */
  const returned = new Set<string>()
  let failure: Error | undefined
  let isOpen = true

  channel.on('return', ({ fields, properties }) => {
    returned.add(placeOf(fields.exchange, fields.routingKey, String(properties.messageId)))
  })
  channel.on('error', (error: Error) => {
    const limit = /message size \d+ is larger than configured max size (\d+)/.exec(error.message)
    if (limit !== null) limits.bytes = Number(limit[1])
    forbidden?.learn(error)
    failure = error
    end(error)
  })
  channel.on('close', () => end(failure ?? new Error('the channel was closed')))

  function end(error: Error): void {
    if (!isOpen) return
    isOpen = false
    options.ended(error)
  }

  return {
    send(message, told) {
      const body = Buffer.from(message.body)
      if (body.length > limits.bytes) {
        return told({ refused: `it has ${body.length} bytes, and the broker takes ${limits.bytes} at most` })
      }
      const to = message.to ?? exchange
      const why = forbidden?.why(to, message.key)
      if (why !== undefined) return told({ refused: why })
      try {
        channel.publish(to, message.key, body, propertiesOf(message), (error: Error | null) => {
          counts.unconfirmed -= 1
          if (error !== null) return told(error.message === NACKED ? 'busy' : (failure ?? error))
          counts.confirmed += 1
          counts.lastConfirmAt = wall()
          // A message that nobody asked for comes back before it is confirmed.
          const isUnrouted = returned.size > 0 && returned.delete(placeOf(to, message.key, messageIdOf(message.id)))
          if (isUnrouted) counts.unrouted += 1
          told(isUnrouted ? 'unrouted' : 'confirmed')
        })
        counts.unconfirmed += 1
      } catch (error) {
        // What cannot be written in AMQP never will be; a channel that has just gone may be there the next time.
        told(isOpen ? { refused: (error as Error).message } : (error as Error))
      }
    },
  }
}
