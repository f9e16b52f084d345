import type { ChannelModel } from 'amqplib'
import type { Outcome, Outgoing } from '#platform/brokers/bus.ts'
import { type Forbidden, forbiddenPlaces } from '#platform/brokers/rabbitmq/forbidden.ts'
import { type Counts, type Lane, openLane, type Told } from '#platform/brokers/rabbitmq/lane.ts'
import { type Link, together } from '#platform/brokers/rabbitmq/link.ts'
import { Postponed } from '#platform/postponed.ts'

/** A broker that lives and confirms nothing for so long: what it holds is unknown, and is sent anew. */
const CONFIRM_MS = 60_000

export type Publisher = {
  /** Opens the channel on a fresh connection. */
  setUp(connection: ChannelModel): Promise<void>
  publish(messages: readonly Outgoing[], signal?: AbortSignal): Promise<readonly Outcome[]>
  readonly counts: Readonly<Counts>
  /** Resolves when nothing is unconfirmed, or after `limitMs`. */
  settled(limitMs: number): Promise<void>
}

/**
 * Two channels: one for the exchanges that are ours, and one for those that somebody named. A message to an exchange
 * that is not there ends its channel with all that is under way on it, and must not end ours.
 * @param exchanges that are ours; messages that name none go to the first
 */
export function createPublisher(
  exchanges: readonly [string, ...string[]],
  link: () => Link,
  wall: () => number,
): Publisher {
  const counts: Counts = { unconfirmed: 0, confirmed: 0, unrouted: 0, lastConfirmAt: null }
  const limits = { bytes: Number.POSITIVE_INFINITY }
  const forbidden = forbiddenPlaces(exchanges[0])
  const ours = new Set<string | undefined>([undefined, ...exchanges])
  let main: Lane | undefined
  let side: Promise<Lane> | undefined

  const open = (connection: ChannelModel, ended: (error: Error) => void, ban?: Forbidden) =>
    openLane({ connection, exchange: exchanges[0], limits, forbidden: ban, counts, wall, ended })

  function away(reason: string): Postponed {
    return new Postponed(reason, link().whenReady())
  }

  /** The lane for strange exchanges, opened when there is need of it. */
  function sideOn(connection: ChannelModel): Promise<Lane> {
    if (side !== undefined) return side
    const opening = open(connection, () => {
      if (side === opening) side = undefined
    })
    side = opening
    opening.catch(() => {
      if (side === opening) side = undefined
    })
    return opening
  }

  /** Sends all and waits until the broker has said of each what became of it. */
  function send(
    connection: ChannelModel,
    lane: Lane,
    messages: readonly Outgoing[],
    signal: AbortSignal | undefined,
    meant: (message: Outgoing, outcome: Outcome | Error) => Outcome | Error,
  ): Promise<readonly Outcome[]> {
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
        else link().drop(new Error(`the broker confirmed nothing for ${CONFIRM_MS / 1000} s`))
      }
      let timer = setTimeout(look, CONFIRM_MS)
      signal?.addEventListener('abort', giveUp)
      if (signal?.aborted) return giveUp()
      const toldOf =
        (message: Outgoing, i: number): Told =>
        (said) => {
          const outcome = meant(message, said)
          if (outcome instanceof Error) return end(() => reject(away(outcome.message)))
          outcomes[i] = outcome
          left -= 1
          if (outcome !== 'busy') link().well()
          if (left === 0) end(() => resolve(outcomes))
        }
      together(connection, () => {
        messages.forEach((message, i) => {
          if (!over) lane.send(message, toldOf(message, i))
        })
      })
    })
  }

  return {
    async setUp(connection) {
      side = undefined
      const ended = (error: Error) => {
        if (main === opened) main = undefined
        // The connection may be well, but what it has confirmed is not known any more.
        link().drop(error)
      }
      const opened = await open(connection, ended, forbidden)
      main = opened
    },
    async publish(messages, signal) {
      const { connection, blocked } = link()
      if (main === undefined || connection === undefined) throw away('the broker is away')
      if (blocked) throw away('the broker takes nothing for the moment')
      if (messages.length === 0) return []
      if (messages.every(({ to }) => ours.has(to)))
        return send(connection, main, messages, signal, (_message, outcome) => outcome)
      const lane = await sideOn(connection).catch((error: Error) => {
        throw away(error.message)
      })
      return send(connection, lane, messages, signal, meantByStranger)
    },
    counts,
    async settled(limitMs) {
      const end = performance.now() + limitMs
      while (counts.unconfirmed > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}

const NOT_ALLOWED = 403
const NOT_FOUND = 404

/** An exchange that is not there, or that we may not publish to, is the message's own fault; others may go again. */
function meantByStranger({ to }: Outgoing, outcome: Outcome | Error): Outcome | Error {
  if (!(outcome instanceof Error)) return outcome
  const { code, message } = outcome as Error & { code?: number }
  if (code !== NOT_ALLOWED && code !== NOT_FOUND) return outcome
  return message.includes(`exchange '${to}'`) ? { refused: message } : 'busy'
}
