import type { ChannelModel, ConfirmChannel } from 'amqplib'
import type { Outcome, Outgoing } from '#platform/brokers/bus.ts'
import { type Link, together } from '#platform/brokers/rabbitmq/link.ts'
import { messageIdOf, propertiesOf } from '#platform/brokers/rabbitmq/message.ts'
import { Postponed } from '#platform/postponed.ts'

/** A broker that lives and confirms nothing for so long: what it holds is unknown, and is sent anew. */
const CONFIRM_MS = 60_000
/** Frames that may wait in the channel's own buffer: a batch is written in one go. */
const BUFFER_FRAMES = 4_096

export type Publisher = {
  /** Opens the channel on a fresh connection. */
  setUp(connection: ChannelModel): Promise<void>
  publish(messages: readonly Outgoing[], signal?: AbortSignal): Promise<readonly Outcome[]>
  readonly unconfirmed: number
  readonly confirmed: number
  readonly unrouted: number
  readonly lastConfirmAt: number | null
  /** Resolves when nothing is unconfirmed, or after `limitMs`. */
  settled(limitMs: number): Promise<void>
}

/** @param exchange where messages go that name no other */
export function createPublisher(exchange: string, link: () => Link, wall: () => number): Publisher {
  let channel: ConfirmChannel | undefined
  let unconfirmed = 0
  let confirmed = 0
  let unrouted = 0
  let lastConfirmAt: number | null = null
  /** What this broker takes at most, once it has said so. */
  let mostBytes = Number.POSITIVE_INFINITY
  /** Messages that came back: nobody's binding matches them. */
  const returned = new Set<string>()

  function lost(of: ConfirmChannel, error: Error): void {
    if (channel !== of) return
    channel = undefined
    const limit = /message size \d+ is larger than configured max size (\d+)/.exec(error.message)
    if (limit !== null) mostBytes = Number(limit[1])
    // The connection may be well, but what it has confirmed is not known any more.
    link().drop(error)
  }

  function send(to: ConfirmChannel, message: Outgoing, done: (outcome: Outcome | Error) => void): void {
    const body = Buffer.from(message.body)
    if (body.length > mostBytes) {
      done({ refused: `it has ${body.length} bytes, and the broker takes ${mostBytes} at most` })
      return
    }
    try {
      to.publish(message.to ?? exchange, message.key, body, propertiesOf(message), (error: Error | null) => {
        unconfirmed -= 1
        if (error === null) {
          confirmed += 1
          lastConfirmAt = wall()
          // A message that nobody asked for comes back before it is confirmed.
          const isUnrouted = returned.size > 0 && returned.delete(messageIdOf(message.id))
          if (isUnrouted) unrouted += 1
          done(isUnrouted ? 'unrouted' : 'confirmed')
        } else done(error.message === NACKED ? 'busy' : error)
      })
      unconfirmed += 1
    } catch (error) {
      // What cannot be written in AMQP never will be; a channel that has just gone may be there the next time.
      done(channel === to ? { refused: (error as Error).message } : (error as Error))
    }
  }

  function away(reason: string): Postponed {
    return new Postponed(reason, link().whenReady())
  }

  return {
    async setUp(connection) {
      const opened = await connection.createConfirmChannel({ highWaterMark: BUFFER_FRAMES })
      opened.on('error', (error: Error) => lost(opened, error))
      opened.on('close', () => lost(opened, new Error('the channel was closed')))
      opened.on('return', ({ properties }) => void returned.add(String(properties.messageId)))
      returned.clear()
      channel = opened
    },
    publish(messages, signal) {
      const to = channel
      const { connection, blocked } = link()
      if (to === undefined || connection === undefined) return Promise.reject(away('the broker is away'))
      if (blocked) return Promise.reject(away('the broker takes nothing for the moment'))
      if (messages.length === 0) return Promise.resolve([])
      return new Promise((resolve, reject) => {
        const outcomes = new Array<Outcome>(messages.length)
        let left = messages.length
        let over = false
        const end = (finish: () => void) => {
          if (over) return
          over = true
          clearTimeout(timer)
          signal?.removeEventListener('abort', giveUp)
          finish()
        }
        const giveUp = () => end(() => reject(new Postponed('it was interrupted', Promise.resolve())))
        const look = () => {
          if (link().blocked) timer = setTimeout(look, CONFIRM_MS)
          else lost(to, new Error(`the broker confirmed nothing for ${CONFIRM_MS / 1000} s`))
        }
        let timer = setTimeout(look, CONFIRM_MS)
        signal?.addEventListener('abort', giveUp)
        if (signal?.aborted) return giveUp()
        together(connection, () => {
          messages.forEach((message, i) => {
            if (over) return
            send(to, message, (outcome) => {
              if (outcome instanceof Error) return end(() => reject(away(outcome.message)))
              outcomes[i] = outcome
              left -= 1
              if (left === 0) end(() => resolve(outcomes))
            })
          })
        })
      })
    },
    get unconfirmed() {
      return unconfirmed
    },
    get confirmed() {
      return confirmed
    },
    get unrouted() {
      return unrouted
    },
    get lastConfirmAt() {
      return lastConfirmAt
    },
    async settled(limitMs) {
      const end = performance.now() + limitMs
      while (unconfirmed > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}

/** How amqplib says that the broker refused a message. */
const NACKED = 'message nacked'
