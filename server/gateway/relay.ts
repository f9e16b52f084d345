import { setAside } from '#events/index.ts'
import type { Known } from '#gateway/known.ts'
import { messageOf } from '#gateway/outgoing.ts'
import { roomForTries } from '#gateway/room.ts'
import type { Bus, Outgoing } from '#platform/brokers/bus.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { LogEvent } from '#platform/event.ts'
import { Postponed } from '#platform/postponed.ts'
import type { Consumer } from '#platform/service.ts'

/** Enough that waiting for the last confirm of a batch is a small part of sending it. */
const BATCH = 1_000
/** How long a message waits that the bus could not take: a queue that is full and says so. */
const BUSY_MS = 1_000

export const relayName = (bus: string): string => `relay.${bus}`

/**
 * Sends the log to the bus, in order, each shard from one node. What the bus has confirmed is passed; all else is sent
 * again, under the same id. While the bus is away everything waits in the log and nobody else is held up.
 */
export function relayConsumer(options: {
  bus: Pick<Bus, 'publish'>
  name: string
  tenant: string
  /** Events that came by this bus are on it already. */
  origin: string
  known: Known
  /** Where an event is published besides. */
  also(event: LogEvent): string | undefined
  /** Types that a queue has no room for, after each try; none: all goes on. */
  full?(types: ReadonlySet<string>): void
  wall(): number
}): Consumer {
  const { bus, name, origin, tenant, known, wall } = options

  /** @returns what found no room */
  async function attempt(
    events: readonly LogEvent[],
    refused: Map<LogEvent, string>,
    signal: AbortSignal | undefined,
  ): Promise<Set<LogEvent>> {
    const messages: Outgoing[] = []
    const of: LogEvent[] = []
    for (const event of events) {
      const message = messageOf(event)
      const also = options.also(event)
      messages.push(message)
      of.push(event)
      if (also === undefined) continue
      messages.push({ ...message, to: also })
      of.push(event)
    }
    crashPoint('relay:before-publish')
    const outcomes = await bus.publish(messages, signal)
    crashPoint('relay:after-confirm')
    const busy = new Set<LogEvent>()
    outcomes.forEach((outcome, i) => {
      const event = of[i] as LogEvent
      if (outcome === 'busy') busy.add(event)
      else if (typeof outcome === 'object') refused.set(event, outcome.refused)
    })
    return busy
  }

  /** @returns what the bus will never take, and why */
  async function send(events: readonly LogEvent[], signal: AbortSignal | undefined): Promise<Map<LogEvent, string>> {
    const refused = new Map<LogEvent, string>()
    const room = roomForTries()
    let waiting = events
    while (waiting.length > 0) {
      const sent = room.next(waiting)
      const busy = await attempt(sent, refused, signal)
      room.learn(sent, busy)
      waiting = stillWaiting(waiting, sent, busy)
      options.full?.(new Set([...busy].map(({ type }) => type)))
      if (busy.size > 0) await pause(BUSY_MS, signal)
    }
    return refused
  }

  return {
    name,
    required: true,
    outside: true,
    from: 'now',
    batch: BATCH,
    async handle(events, _db, _now, signal) {
      const mine = events.filter((event) => event.tenant === tenant && event.origin !== origin)
      if (mine.length === 0) return null
      for (const event of mine) known.add(event.source, event.id)
      const refused = await send(mine, signal).catch((error) => {
        // Whoever sends it then says whether there is room.
        options.full?.(new Set())
        throw error
      })
      if (refused.size === 0) return null
      const at = wall()
      return (tx) => {
        for (const [event, reason] of refused) setAside(tx, name, event, reason, at)
      }
    },
  }
}

/** What was not sent or found no room, and the later events of its subjects: they keep their order. */
function stillWaiting(
  waiting: readonly LogEvent[],
  sent: readonly LogEvent[],
  busy: ReadonlySet<LogEvent>,
): readonly LogEvent[] {
  const done = new Set(sent)
  if (busy.size === 0) return done.size === waiting.length ? [] : waiting.filter((event) => !done.has(event))
  const subjects = new Set<string>()
  return waiting.filter((event) => {
    if (busy.has(event)) subjects.add(event.subject)
    return !done.has(event) || subjects.has(event.subject)
  })
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(timer)
      reject(new Postponed('it was interrupted', Promise.resolve()))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', giveUp)
      resolve()
    }, ms)
    if (signal?.aborted) giveUp()
    else signal?.addEventListener('abort', giveUp, { once: true })
  })
}
