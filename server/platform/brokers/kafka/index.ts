import { Consumer } from '@platformatic/kafka'
import type { Logger } from 'pino'
import type { Bus, BusHandlers, BusState, Depth } from '#platform/brokers/bus.ts'
import { answered, clientOptions, type KafkaAddress, left, watched } from '#platform/brokers/kafka/client.ts'
import { errorWords } from '#platform/brokers/kafka/errors.ts'
import { createGroup, type Group } from '#platform/brokers/kafka/group.ts'
import { groupDepths } from '#platform/brokers/kafka/lag.ts'
import { type KafkaProducer, kafkaProducer } from '#platform/brokers/kafka/producer.ts'
import { createReach, type Reach } from '#platform/brokers/kafka/reach.ts'
import type { Gone } from '#platform/brokers/kafka/reading.ts'
import { recordOf } from '#platform/brokers/kafka/record.ts'
import { Postponed } from '#platform/postponed.ts'

export type KafkaOptions = {
  address: KafkaAddress
  /** This node, as the cluster's tools show it. */
  clientId: string
  /** Where events go. */
  topic: string
  /** Where those of others come from; empty: from nowhere. */
  readTopics: readonly string[]
  groupId: string
  /** Records in hand beyond which nothing is asked for. */
  most: number
  logger: Logger
  wall(): number
}

/** How long the end waits for what is under way. */
const SETTLE_MS = 2_000

type Leg = 'sending' | 'reading'

/**
 * Kafka. Four clients, since a broker answers the questions of a connection in turn: one sends events to their topic, one
 * what is sent to other topics, whose faults and slowness hold up no event, one is a member of the group, and one reads,
 * whose questions may be kept for half a second.
 */
export function kafkaBus(options: KafkaOptions): Bus {
  const { address, clientId, logger, wall, topic, readTopics, groupId } = options
  const where = address.brokers.join(',')
  let state: BusState = 'connecting'
  let since = wall()
  let reconnects = 0
  let lastError: { at: number; message: string } | null = null
  let handlers: BusHandlers = { deliver() {}, changed() {} }
  let producer: KafkaProducer | undefined
  let elsewhere: KafkaProducer | undefined
  let reach: Reach | undefined
  let group: Group | undefined
  let fetcher: Consumer | undefined
  const outages = new Set<Leg>()
  /** What was lost of each partition, the last time. */
  const gone = new Map<string, string>()

  function fault(error: Error): string {
    const message = errorWords(error)
    lastError = { at: wall(), message }
    return message
  }

  function become(next: BusState): void {
    if (state === next || state === 'closed') return
    state = next
    since = wall()
    handlers.changed()
  }

  /** Nobody else tells of it: the cluster threw away what its topic keeps no longer, and reading went on. */
  function missed(what: Gone): void {
    const place = `${what.topic}/${what.partition}`
    const said =
      what.first > what.next
        ? `${place}: the records from ${what.next} to ${what.first - 1n} were gone before they were read`
        : `${place}: there is no record ${what.next} any more; it is read again from ${what.first}`
    gone.set(place, said)
    logger.error({ broker: where, group: groupId, err: fault(new Error(said)) }, 'records of the broker were missed')
  }

  const changed =
    (leg: Leg) =>
    ({ event, error, retryMs }: { event: 'up' | 'lost'; error?: Error; retryMs?: number }) => {
      if (event === 'lost') {
        const said = { broker: where, err: error === undefined ? undefined : fault(error), retryMs }
        if (outages.size === 0) logger.warn(said, 'the broker is away; events are kept and sent when it is back')
        else logger.debug(said, 'the broker is still away')
        outages.add(leg)
      } else if (outages.delete(leg)) {
        if (outages.size === 0) {
          reconnects += 1
          logger.info({ broker: where }, 'the broker is back')
        }
        const other = leg === 'sending' ? reach : producer?.reach
        other?.hurry()
        elsewhere?.reach.hurry()
      }
      if (leg === 'reading' && event === 'up' && fetcher !== undefined) group?.useFetcher(fetcher)
      if (outages.size > 0) become('away')
      else if (producer?.reach.up && (reach === undefined || reach.up)) become('connected')
    }

  async function lookForReading(): Promise<void> {
    void left(fetcher)
    const opened = watched(new Consumer({ ...clientOptions(address, clientId), groupId, retries: 1 }))
    fetcher = opened
    for (const one of readTopics) opened.topics.track(one)
    await answered(opened.metadata({ topics: [...readTopics], forceUpdate: true }))
  }

  return {
    open(given) {
      handlers = given
      producer = kafkaProducer({ address, clientId, topic, wall, changed: changed('sending') })
      // Whose message fails is told of it: that says nothing of the bus.
      elsewhere = kafkaProducer({ address, clientId, topic: null, wall })
      if (readTopics.length === 0) return
      reach = createReach({ look: lookForReading, changed: changed('reading') })
      group = createGroup(
        {
          address,
          clientId,
          groupId,
          topics: readTopics,
          door: 'events',
          most: options.most,
          deliver: (message) => handlers.deliver(message),
          changed: () => handlers.changed(),
          gone: missed,
          failed(error) {
            logger.warn({ broker: where, group: groupId, err: fault(error) }, 'the group cannot be read for the moment')
          },
        },
        () => reach as Reach,
      )
    },
    async publish(messages, signal) {
      const by = messages.some(({ to }) => to !== undefined) ? elsewhere : producer
      if (by === undefined) throw new Postponed('the broker is away', Promise.resolve())
      return by.send(
        messages.map((message) => recordOf(message, topic)),
        signal,
      )
    },
    status: () => ({
      bus: 'kafka',
      state,
      address: where,
      since,
      reconnects,
      lastError,
      warnings: [...gone.values()],
      unconfirmed: (producer?.counts.unconfirmed ?? 0) + (elsewhere?.counts.unconfirmed ?? 0),
      confirmed: (producer?.counts.confirmed ?? 0) + (elsewhere?.counts.confirmed ?? 0),
      lastConfirmAt: Math.max(producer?.counts.lastConfirmAt ?? 0, elsewhere?.counts.lastConfirmAt ?? 0) || null,
      // A topic keeps what nobody has asked for.
      unrouted: 0,
      doors: group === undefined ? [] : [group.state],
    }),
    async depths(): Promise<readonly Depth[]> {
      return groupDepths(reach?.up ? fetcher : undefined, readTopics)
    },
    async read(how) {
      await group?.read(how)
    },
    async close() {
      await Promise.all([producer?.settled(SETTLE_MS), elsewhere?.settled(SETTLE_MS)])
      await group?.close()
      become('closed')
      reach?.close()
      await Promise.all([producer?.close(), elsewhere?.close(), left(fetcher)])
    },
  }
}
