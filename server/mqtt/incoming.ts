import { type MqttLink, openLink } from '#platform/brokers/mqtt/index.ts'
import type { Runtime } from '#platform/service.ts'
import { type LinkBase, noMessages } from './connect.ts'
import type { Door } from './inbound/door.ts'
import type { MqttMetrics } from './metrics.ts'
import { createSessionLeases } from './sessions/leases.ts'
import { createSubscriptions, drain, type Subscriptions } from './sessions/session.ts'
import { holdsSlot, removeSlot, saveFilters, type TakenSlot } from './store.ts'

export type Incoming = {
  /** The sessions of this node, for the diagnostics. */
  sessions(): readonly { slot: number; link: MqttLink; subscriptions: Subscriptions; stalled: boolean }[]
  start(): Promise<void>
  /** The filters may have changed: subscribes anew where they have. */
  refresh(): void
  /** Other nodes gave sessions back, or changed rules. */
  look(): void
  stop(): Promise<void>
}

/** Messages that this node has in hand at once: enough for a group commit, few enough to redo. */
const MOST_IN_HAND = 200
const STOP_MS = 3_000

/** The sessions at the broker that this node has, each with a connection of its own; what comes goes through the door. */
export function createIncoming(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'node' | 'nodes'>,
  options: {
    base: LinkBase
    /** First part of the client ids, the same on all nodes of the installation. */
    clientId: string
    sessions: number
    sessionS: number
    door: Door
    /** Ask for all messages as soon as some are wanted, whatever their topics; the door leaves the others alone. */
    everything: boolean
    metrics: MqttMetrics
    beat(): Promise<void>
    released(): void
  },
): Incoming {
  const { database, clock, logger, node } = runtime
  const { base, door, metrics } = options
  type Session = { link: MqttLink; subscriptions: Subscriptions; stop(): Promise<void>; stalled(): boolean }
  const sessions = new Map<number, Session>()

  const wanted = () => (options.everything && door.filters().length > 0 ? ['#'] : door.filters())

  function open({ slot, filters }: TakenSlot): void {
    let lastMessageAt = 0
    const inlet = door.session(slot, () => holdsSlot(database.worker, slot, node, clock.wall()))
    const subscriptions = createSubscriptions({
      slot,
      sessions: options.sessions,
      group: options.clientId,
      stored: filters,
      wanted,
      save: (saved) => saveFilters(database.worker, slot, saved),
      logger,
    })
    const link = openLink(
      {
        ...base,
        name: `session ${slot}`,
        clientId: clientIdOf(slot),
        sessionS: options.sessionS,
        mostInHand: MOST_IN_HAND,
        mayConnect: async () => leases.holds(slot),
        onTrouble: () => metrics.connectionErrors.inc(),
        // A session that is given up stays as it is until it is empty.
        onConnected: async (connection) => {
          if (slot <= options.sessions) await subscriptions.apply(connection)
        },
        onMessage(message) {
          lastMessageAt = performance.now()
          return inlet.take(message)
        },
      },
      clock.wall,
    )
    const session: Session = {
      link,
      subscriptions,
      stalled: () => inlet.stalled,
      async stop() {
        // Whatever waits for the database is not waited for.
        if (inlet.stalled) inlet.stop()
        await link.stop({ withinMs: STOP_MS })
        inlet.stop()
      },
    }
    sessions.set(slot, session)
    if (slot > options.sessions) void giveUp(slot, session, filters, () => lastMessageAt)
  }

  const clientIdOf = (slot: number) => `${options.clientId}-${slot}`

  /** A session of an earlier and larger setting: what waits in it is taken before it goes. */
  async function giveUp(slot: number, session: Session, filters: readonly string[], at: () => number): Promise<void> {
    try {
      await drain(session.link, filters, at)
      if (sessions.get(slot) !== session) return
      sessions.delete(slot)
      await session.stop()
      // A clean session takes its place at the broker, and goes with its connection.
      const last = openLink(
        {
          ...base,
          name: `session ${slot}`,
          clientId: clientIdOf(slot),
          sessionS: 0,
          mostInHand: 1,
          onMessage: noMessages,
        },
        clock.wall,
      )
      await last.ready(30_000).finally(() => last.stop())
      await removeSlot(database.worker, slot)
      leases.dropped(slot)
      logger.info({ slot }, 'an MQTT session that is no longer needed is empty and gone')
    } catch (error) {
      logger.warn({ slot, err: (error as Error).message }, 'an MQTT session could not be given up yet')
    }
  }

  const leases = createSessionLeases({
    database,
    node,
    count: options.sessions,
    nodes: runtime.nodes,
    wall: clock.wall,
    logger,
    gained: open,
    async lost(slot) {
      const session = sessions.get(slot)
      sessions.delete(slot)
      await session?.stop()
    },
    beat: options.beat,
  })

  return {
    sessions: () =>
      [...sessions].map(([slot, { link, subscriptions, stalled }]) => ({
        slot,
        link,
        subscriptions,
        stalled: stalled(),
      })),
    start: leases.start,
    refresh() {
      for (const [slot, { link, subscriptions }] of sessions) {
        const connection = link.connection()
        if (connection === null || slot > options.sessions || !subscriptions.outdated(connection)) continue
        // One that is lost meanwhile subscribes when it is back; what fails otherwise is tried at the next look.
        subscriptions.apply(connection).catch((error: Error) => {
          logger.warn({ slot, err: error.message }, 'subscribing at the MQTT broker failed; trying again')
        })
      }
    },
    look: leases.look,
    async stop() {
      await leases.stop()
      options.released()
    },
  }
}
