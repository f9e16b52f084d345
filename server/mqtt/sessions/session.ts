import type { Logger } from 'pino'
import { type Connection, type MqttLink, refusalOf, sharedFilter } from '#platform/brokers/mqtt/index.ts'

/** What one session at the broker is subscribed to. */
export type Subscriptions = {
  /** Asks the broker for what is wanted now, and gives back what is not; called on each connection and after changes. */
  apply(connection: Connection): Promise<void>
  /** Whether something else is wanted than it was asked for last, and nobody is about to ask. */
  outdated(connection: Connection): boolean
  /** What it is subscribed to, as it was asked last. */
  filters(): readonly string[]
  /** Filters that the broker refused, with its reason. */
  refused(): readonly { filter: string; reason: string }[]
  /** Whether messages are shared among several sessions; the broker may have refused that. */
  shared(): boolean
}

/**
 * @param options.sessions how many there are; with more than one each message goes to one of them
 * @param options.stored what the session was subscribed to when it was last used
 * @param options.wanted the filters of this moment, none of which covers another
 */
export function createSubscriptions(options: {
  slot: number
  sessions: number
  group: string
  stored: readonly string[]
  wanted(): readonly string[]
  save(filters: readonly string[]): Promise<unknown>
  logger: Logger
}): Subscriptions {
  const { slot, sessions, group, logger } = options
  let stored: readonly string[] = options.stored
  let refused: { filter: string; reason: string }[] = []
  let sharing = sessions > 1
  let told = false
  let turn: Promise<void> = Promise.resolve()
  let applying = 0

  /** Over 3.1.1 a broker that has no shared subscriptions takes them for topics of that name, and nothing would come. */
  const canShare = (connection: Connection) => sharing && connection.sharedAvailable

  function forThisSession(connection: Connection): string[] {
    if (slot > sessions) return []
    if (canShare(connection)) return options.wanted().map((filter) => sharedFilter(group, filter))
    return slot === 1 ? [...options.wanted()] : []
  }

  async function applyNow(connection: Connection): Promise<void> {
    if (sessions > 1 && !canShare(connection) && !told) {
      told = true
      logger.warn({ slot }, 'the MQTT broker has no shared subscriptions: one session takes all messages')
    }
    const filters = forThisSession(connection)
    const stale = stored.filter((filter) => !filters.includes(filter))
    // Noted before it is asked for, so that it is given back whatever happens in between.
    if (filters.some((filter) => !stored.includes(filter))) {
      await options.save([...new Set([...stored, ...filters])])
    }
    const results = await connection.subscribe(filters)
    if (results.some((result) => result.refused !== null && refusalOf(result.refused).shared)) {
      sharing = false
      return applyNow(connection)
    }
    refused = results.flatMap(({ filter, refused: code }) =>
      code === null ? [] : [{ filter, reason: refusalOf(code).text }],
    )
    for (const { filter, reason } of refused) logger.error({ filter, reason }, 'the MQTT broker refused a filter')
    await connection.unsubscribe(stale)
    stored = filters
    await options.save(filters)
  }

  /** One after the other: a change of the rules may come while the connection is being made. */
  function apply(connection: Connection): Promise<void> {
    applying += 1
    const done = turn
      .then(() => applyNow(connection))
      .finally(() => {
        applying -= 1
      })
    turn = done.catch(() => {})
    return done
  }

  function outdated(connection: Connection): boolean {
    if (applying > 0) return false
    const filters = forThisSession(connection)
    return filters.length !== stored.length || filters.some((filter) => !stored.includes(filter))
  }

  return { apply, outdated, filters: () => stored, refused: () => refused, shared: () => sharing }
}

const QUIET_MS = 3_000

/**
 * Empties a session that is no longer needed: what waits in it comes, then it gives its subscriptions back.
 * @param lastMessageAt monotonic milliseconds of the last message over the link
 */
export async function drain(link: MqttLink, filters: readonly string[], lastMessageAt: () => number): Promise<void> {
  const quiet = async () => {
    const began = performance.now()
    while (performance.now() - Math.max(began, lastMessageAt()) < QUIET_MS) {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 3))
    }
  }
  await link.ready(30_000)
  await quiet()
  await link.connection()?.unsubscribe(filters)
  await quiet()
}
