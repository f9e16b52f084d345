import { hash, randomUUID } from 'node:crypto'
import { type MqttMessage, matchesFilter, widestFilters } from '#platform/brokers/mqtt/index.ts'
import { errorText } from '#platform/error-text.ts'
import { hashId } from '#platform/ids.ts'
import { isPassing } from '#platform/passing.ts'
import { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { MqttMetrics } from '../metrics.ts'
import { keepRefused, trimRefused } from '../refused/store.ts'
import { createPipeline } from './pipeline.ts'
import { type Arrival, mayPass, type Taken, type Taker } from './taker.ts'
import { createTurns } from './turns.ts'

export type Door = {
  /** What the broker has to be asked for; no filter covers another. */
  filters(): readonly string[]
  /**
   * Takes the messages of one session. A promise resolves when the message is durable, or refused and kept; it rejects
   * only when we stop.
   */
  session(
    slot: number,
    stillOurs: () => Promise<boolean>,
  ): { take(message: MqttMessage): Promise<void>; stop(): void; readonly stalled: boolean }
  /**
   * Takes a message again that was refused.
   * @throws Problem when it is refused still
   */
  again(message: MqttMessage, name: string): Promise<void>
}

/** Trimming looks at an index; it need not be done at each refusal. */
const TRIM_EACH = 100
/** A flood of messages that nobody can read must not flood our own log. */
const TELL_EACH_MS = 10_000

/**
 * What comes from the broker, and whom it is for. A message is done, and only then acknowledged, when everything that
 * takes its topic has committed; a message that nobody can ever take is kept for an operator and done with as well.
 */
export function createDoor(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'overload'>,
  options: { tenant: string; takers: readonly Taker[]; metrics: MqttMetrics },
): Door {
  const { database, clock, logger } = runtime
  const { tenant, takers, metrics } = options
  /** Of one topic each taker begins messages in the order in which they came. */
  const turnOf = createTurns()
  let refusals = 0
  let untold = 0
  let toldAt = Number.NEGATIVE_INFINITY

  const takersOf = (topic: string) =>
    takers.filter((taker) => taker.filters().some((filter) => matchesFilter(filter, topic)))

  async function refuse(arrival: Arrival, taker: Taker, problem: Problem): Promise<void> {
    const { message, name } = arrival
    const kept = {
      tenant,
      id: hashId(name, taker.kind),
      at: clock.wall(),
      reason: problem.faults.length > 1 ? `${problem.message}: ${faultsOf(problem)}` : problem.message,
      message,
    }
    await keepRefused(database.worker, kept).catch((error) => {
      if (isPassing(error)) throw error
      // What cannot even be kept is told of, and must not come again for ever.
      logger.error({ err: error, topic: message.topic }, 'a refused message from MQTT could not be kept')
    })
    if (refusals++ % TRIM_EACH === 0) await trimRefused(database.worker, tenant, clock.wall())
    metrics.consumed.inc({ kind: taker.kind, result: 'refused' })
    untold += 1
    if (clock.wall() - toldAt < TELL_EACH_MS) return
    const told = { topic: message.topic, err: problem.message, count: untold }
    logger.warn(told, 'messages from MQTT were refused; they are kept at /api/v1/mqtt/refused')
    toldAt = clock.wall()
    untold = 0
  }

  async function handle(arrival: Arrival): Promise<void> {
    const { message } = arrival
    const refusal = runtime.overload(tenant)
    if (refusal !== null) throw refusal
    const concerned = takersOf(message.topic)
    // The tail of a subscription that was given back.
    if (concerned.length === 0) metrics.consumed.inc({ kind: 'none', result: 'dropped' })
    const turns = concerned.slice(1).map((taker) => turnOf(`${taker.kind} ${message.topic}`))
    try {
      for (const [index, taker] of concerned.entries()) {
        const turn = turns[index - 1]
        // The taker before may be done sooner with a later message.
        await turn?.come()
        const taking = taker.take(arrival)
        turn?.end()
        await settle(arrival, taker, taking)
      }
    } catch (error) {
      for (const turn of turns) turn.end(error)
      throw error
    }
  }

  async function settle(arrival: Arrival, taker: Taker, taking: Promise<Taken>): Promise<void> {
    try {
      const result = await taking
      metrics.consumed.inc({ kind: taker.kind, result })
    } catch (error) {
      if (mayPass(error)) throw error
      await refuse(arrival, taker, problemOf(error))
    }
  }

  return {
    async again(message, name) {
      const arrival: Arrival = { message, name, again: true, fresh: new Map(), stillOurs: async () => true }
      for (const taker of takersOf(message.topic)) {
        metrics.consumed.inc({ kind: taker.kind, result: await taker.take(arrival) })
      }
    },
    filters: () => widestFilters(takers.flatMap((taker) => taker.filters())),
    session(slot, stillOurs) {
      const pipeline = createPipeline<Arrival>({
        async handle(arrival) {
          try {
            await handle(arrival)
          } catch (error) {
            // What it did so far is the same message's the next time.
            arrival.again = true
            throw error
          }
        },
        onStall: (error) =>
          logger.warn({ slot, err: (error as Error).message }, 'messages from MQTT cannot be stored now; they wait'),
        onFlow: () => logger.info({ slot }, 'messages from MQTT are stored again'),
      })
      /** By name what is being taken: where a connection is lost meanwhile, the next one brings it again. */
      const inHand = new Map<string, Promise<void>>()
      function taken(arrival: Arrival): Promise<void> {
        const { name, message } = arrival
        const first = message.redelivered ? inHand.get(name) : undefined
        if (first !== undefined) return first
        const own = pipeline.take(arrival)
        inHand.set(name, own)
        const forget = () => inHand.get(name) === own && inHand.delete(name)
        own.then(forget, forget)
        return own
      }
      return {
        async take(message) {
          // Told of what was, not of what happens.
          if (message.retained) return metrics.consumed.inc({ kind: 'none', result: 'dropped' })
          const done = metrics.latency.startTimer({ direction: 'consume' })
          await taken({
            message,
            name: nameOf(slot, message),
            again: message.redelivered,
            fresh: new Map(),
            stillOurs,
          })
          done()
        },
        stop: () => pipeline.stop(),
        get stalled() {
          return pipeline.stalled
        },
      }
    },
  }
}

const problemOf = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(422, 'not-storable', `It cannot be taken: ${errorText(error)}`)

const faultsOf = (problem: Problem) => problem.faults.map(({ path, message }) => `${path} ${message}`).join('; ')

/** QoS 0 has no packet id and never comes again: tried again it must not be taken for an earlier one of its content. */
const nameOf = (slot: number, { topic, qos, packetId, payload }: MqttMessage): string =>
  qos === 0 ? randomUUID() : hashId('mqtt', String(slot), String(packetId), topic, hash('sha256', payload, 'hex'))
