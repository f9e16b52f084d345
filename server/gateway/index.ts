import { assertTenantThere } from '#access/index.ts'
import { countReceived } from '#events/index.ts'
import { BUS_NAMES, type BusName, chosenBus, makeBus, marksOf } from '#gateway/buses.ts'
import { doorTally } from '#gateway/doors/tally.ts'
import { fullQueue } from '#gateway/full-queue.ts'
import { readMessage } from '#gateway/incoming.ts'
import { createIntake } from '#gateway/intake.ts'
import { recentlySent } from '#gateway/known.ts'
import { busMetrics } from '#gateway/metrics.ts'
import { type OwnMessages, ownMessages } from '#gateway/own.ts'
import { refusedRetention } from '#gateway/refused/due.ts'
import { refusedKeeper } from '#gateway/refused/keeper.ts'
import { refusedRoutes } from '#gateway/refused/routes.ts'
import { relayConsumer, relayName } from '#gateway/relay.ts'
import { brokerRoutes } from '#gateway/routes.ts'
import { gatewaySettings } from '#gateway/settings.ts'
import type { Bus, Outcome, Outgoing } from '#platform/brokers/bus.ts'
import type { Runtime, Service, ServiceParts } from '#platform/service.ts'
import { settledWithin } from '#platform/within.ts'

export { messageOf } from '#gateway/outgoing.ts'
export type { Outgoing } from '#platform/brokers/bus.ts'

type Open = { bus: Bus; own: OwnMessages; name: BusName; tenant: string }
/** How often a database that is away is looked for. */
const DATABASE_MS = 1_000
const opened = new WeakMap<Runtime, Open>()

/** Which bus is set up and whose it is; null where none is. */
export function busOf(runtime: Runtime): { name: string; tenant: string } | null {
  const open = opened.get(runtime)
  return open === undefined ? null : { name: open.name, tenant: open.tenant }
}

/**
 * Publishes one message on the broker and resolves when it has said what became of it.
 * @throws Postponed while the broker is away or takes nothing, Error where none is set up
 */
export async function publishOnBus(runtime: Runtime, message: Outgoing, signal?: AbortSignal): Promise<Outcome> {
  const open = opened.get(runtime)
  if (open === undefined) throw new Error('no broker is set up')
  const [outcome] = await open.bus.publish([open.own.marked(message)], signal)
  return outcome as Outcome
}

/** A word about the broker for who asks whether the program can serve: it can, also while the broker is away. */
export function brokerState(runtime: Runtime): { ok: boolean; detail: string } {
  const open = opened.get(runtime)
  if (open === undefined) return { ok: true, detail: 'none: the log is in PostgreSQL' }
  const { bus, state } = open.bus.status()
  // Anybody may ask: where the broker is, and what it said, is for operators.
  return { ok: state === 'connected', detail: `${bus} is ${state}` }
}

/** Joins the log with the bus of CAUCE_BUS: what the log holds is relayed to it, what it brings enters the log first. */
export const gateway: Service = {
  name: 'gateway',
  settings: gatewaySettings,
  migrations: new URL('./migrations/', import.meta.url),
  async open(runtime: Runtime): Promise<ServiceParts> {
    const { clock, database, logger } = runtime
    const values = runtime.settings.of(gatewaySettings)
    const name = chosenBus(runtime.settings)
    const tenant = values.CAUCE_BUS_TENANT
    const retired = BUS_NAMES.filter((other) => other !== name).map(relayName)
    const dueKinds = [refusedRetention(values.CAUCE_REFUSED_DAYS)]
    if (name === null) {
      return { routes: [...brokerRoutes(runtime, null), ...refusedRoutes(runtime)], retired, dueKinds }
    }

    const { bus, node, also } = await makeBus(name, runtime)
    const marks = marksOf(name)
    const { origin } = marks
    const own = ownMessages(await runtime.secret('gateway'))
    const known = recentlySent()
    const measure = busMetrics(runtime.metrics, bus, name)
    const received = countReceived(runtime.metrics, origin)
    const tally = doorTally(database.worker, node, clock.wall)
    opened.set(runtime, { bus, own, name, tenant })

    let stopped = false
    const intake = createIntake({
      read: (message) => readMessage(message, { tenant, now: clock.now(), ...marks }),
      append: runtime.appendEvent,
      appendTogether: runtime.appendTogether,
      overload: () => runtime.overload(tenant),
      stuck: () => void release(),
      keep: refusedKeeper(runtime, { bus: name, tenant }),
      known,
      ownSource: own.sourceOf,
      count(counted) {
        const { door, taken, type, times } = counted
        measure(door, taken, times)
        tally.count(counted)
        if (taken !== 'own') received(type, taken, times)
      },
      logger,
    })
    /** Another node may have a database where this one has none: it gets what is in hand, until ours is back. */
    async function release(): Promise<void> {
      logger.warn('the database is away for long: what the broker brings is left to other nodes')
      await bus.read('release')
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, DATABASE_MS))
        if (stopped) return
        const isBack = await database.worker.query('select 1').then(
          () => true,
          () => false,
        )
        if (isBack) return bus.read('on')
      }
    }
    const full = fullQueue(logger, clock.wall)
    const relay = relayConsumer({
      bus: { publish: (messages, signal) => bus.publish(messages.map(own.marked), signal) },
      name: relayName(name),
      tenant,
      origin,
      known,
      also,
      full: full.found,
      wall: clock.wall,
    })
    return {
      routes: [...brokerRoutes(runtime, { bus, name, tenant, node, full }), ...refusedRoutes(runtime)],
      consumers: [relay],
      retired,
      dueKinds,
      async start() {
        await assertTenantThere(database.worker, 'CAUCE_BUS_TENANT', tenant)
        await tally.start()
        bus.open({
          deliver(message) {
            if (message.door !== 'notification') return intake.deliver(message)
            // Nodes learn of events by the log: this tells an operator who was told, and of what.
            message.accept()
            const { door, id = null, key } = message
            logger.debug({ door, id, key }, 'the cluster was notified')
            measure(door, 'notified', 1)
            tally.count({ door, taken: 'notified', times: 1, last: { id, key } })
          },
          changed() {},
        })
      },
      async stop(drain) {
        stopped = true
        await settledWithin(bus.read('off'), drain.left('brokers'))
        await intake.stop()
        // What was accepted just now is told to the broker with the next turn of the event loop.
        await new Promise((resolve) => setImmediate(resolve))
        await settledWithin(bus.close(), drain.left('brokers'))
        await tally.stop()
      },
    }
  },
}
