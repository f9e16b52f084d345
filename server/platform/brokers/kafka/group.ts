import { Consumer } from '@platformatic/kafka'
import type { DoorState, Incoming } from '#platform/brokers/bus.ts'
import { answered, clientOptions, type KafkaAddress, left, watched } from '#platform/brokers/kafka/client.ts'
import type { Reach } from '#platform/brokers/kafka/reach.ts'
import { createReading, type Gone, type Reading } from '#platform/brokers/kafka/reading.ts'
import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'
import { settledWithin } from '#platform/within.ts'

/** The least that brokers allow by default. Who is taken for dead too early loses nothing: others read again what it had. */
const SESSION_MS = 6_000
const HEARTBEAT_MS = 2_000
/** How long the others wait for a member that is slow to come back. */
const REBALANCE_MS = 15_000
/** What was handled since is read again after a crash: little enough, and few requests. */
const COMMIT_MS = 200
const COMMIT_AGAIN_MS = 1_000
/** How long the end waits for the last one. */
const LAST_COMMIT_MS = 2_000
const NO_EPOCH = -1

export type GroupOptions = {
  address: KafkaAddress
  clientId: string
  groupId: string
  topics: readonly string[]
  /** What the way in is called in our own answers. */
  door: string
  most: number
  deliver(message: Incoming): void
  changed(): void
  failed(error: Error): void
  /** Records were gone before they were read. */
  gone(what: Gone): void
}

/**
 * This node as a member of a consumer group: the group divides the partitions among its members. Offsets are committed
 * behind what is in safe hands, never before; a commit that comes late only makes somebody read again what is known.
 */
export type Group = {
  readonly state: DoorState
  /** The client that reads; another one for each connection. */
  useFetcher(fetcher: Consumer): void
  /** See `Bus.read`. */
  read(how: 'on' | 'off' | 'release'): Promise<void>
  /** Commits what is in safe hands and leaves, so that the others need not wait for it. */
  close(): Promise<void>
}

/** @param reach whether the cluster can be read from; told of what fails */
export function createGroup(options: GroupOptions, reach: () => Reach): Group {
  const { address, clientId, groupId, topics, door, most } = options
  let state: DoorState['state'] = 'closed'
  let member: Consumer | undefined
  let reading: Reading | undefined
  let fetcher: Consumer | undefined
  let wanted = true
  let attempts = 0
  let joinTimer: NodeJS.Timeout | undefined
  let commitTimer: NodeJS.Timeout | undefined
  let committing: Promise<void> | undefined
  /** Until all members have come back nothing is committed: each attempt would begin the division anew. */
  let dividing = false

  function become(next: DoorState['state']): void {
    if (state === next) return
    state = next
    options.changed()
  }

  async function join(): Promise<void> {
    await reach().whenReady()
    if (!wanted || member !== undefined) return
    const made = new Consumer({
      ...clientOptions(address, clientId),
      groupId,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: REBALANCE_MS,
      heartbeatInterval: HEARTBEAT_MS,
    })
    const consumer = watched(made)
    member = consumer
    dividing = false
    consumer.on('error', (error: Error) => expelled(consumer, error))
    consumer.on('consumer:group:rebalance', () => {
      if (member === consumer) dividing = true
    })
    consumer.on('consumer:group:join', () => void assigned(consumer))
    for (const topic of topics) consumer.topics.track(topic)
    try {
      await answered(consumer.joinGroup({}))
    } catch (error) {
      expelled(consumer, error as Error)
    }
  }

  /** It is no member any more, and does not become one by itself. */
  function expelled(consumer: Consumer, error: Error): void {
    if (member !== consumer) return
    member = undefined
    drop()
    become('closed')
    void left(consumer)
    if (!wanted) return
    options.failed(error)
    attempts += 1
    clearTimeout(joinTimer)
    joinTimer = setTimeout(() => void join(), reconnectDelayMs(attempts, Math.random()))
  }

  /** The partitions are divided anew: what was in hand of the former ones comes again, here or elsewhere. */
  async function assigned(consumer: Consumer): Promise<void> {
    if (member !== consumer) return
    dividing = false
    drop()
    const assignments = consumer.assignments ?? []
    if (assignments.every(({ partitions }) => partitions.length === 0)) return become('standby')
    const { generationId } = consumer
    try {
      const committed = await answered(consumer.listCommittedOffsets({ topics: assignments }))
      if (member !== consumer || consumer.generationId !== generationId || !wanted) return
      const partitions = assignments.flatMap(({ topic, partitions: own }) =>
        own.map((partition) => ({ topic, partition, committed: startOf(committed.get(topic)?.[partition]) })),
      )
      begin(
        createReading({
          door,
          partitions,
          most,
          deliver: options.deliver,
          settled: () => commitLater(COMMIT_MS),
          gone: options.gone,
          well() {
            attempts = 0
            reach().well()
          },
        }),
      )
    } catch (error) {
      expelled(consumer, error as Error)
    }
  }

  function begin(next: Reading): void {
    reading = next
    become('consuming')
    if (fetcher !== undefined && reach().up) void run(next, fetcher)
  }

  async function run(current: Reading, by: Consumer): Promise<void> {
    try {
      await current.run(by)
    } catch (error) {
      if (reading === current && fetcher === by) reach().failed(error as Error)
    }
  }

  function drop(): void {
    reading?.end()
    reading = undefined
    clearTimeout(commitTimer)
    commitTimer = undefined
  }

  function commitLater(ms: number): void {
    commitTimer ??= setTimeout(() => {
      commitTimer = undefined
      void commit()
    }, ms)
  }

  /** One at a time: an earlier one that is slow must not undo a later one. */
  async function commit(): Promise<void> {
    await committing
    const consumer = member
    const behind = (reading?.partitions ?? []).filter(({ committed, progress }) => progress.settled > committed)
    if (consumer === undefined || dividing || behind.length === 0) return
    const offsets = behind.map(({ topic, partition, progress }) => ({
      topic,
      partition,
      offset: progress.settled,
      leaderEpoch: NO_EPOCH,
    }))
    committing = answered(consumer.commit({ offsets })).then(
      () => {
        behind.forEach((one, i) => {
          one.committed = offsets[i]?.offset ?? one.committed
        })
      },
      (error: Error) => {
        // Heartbeats tell what it means; until then it is tried again with what is in safe hands by then.
        options.failed(error)
        commitLater(COMMIT_AGAIN_MS)
      },
    )
    await committing
    committing = undefined
  }

  async function leave(): Promise<void> {
    clearTimeout(joinTimer)
    reading?.stop()
    clearTimeout(commitTimer)
    commitTimer = undefined
    // While the group is being divided it may take long, and what is not committed is only read again.
    await settledWithin(commit(), LAST_COMMIT_MS)
    const consumer = member
    member = undefined
    drop()
    become('closed')
    await left(consumer)
  }

  void join()
  return {
    get state() {
      return { name: door, source: topics.join(', '), state }
    },
    useFetcher(next) {
      fetcher = next
      const heard = member?.lastHeartbeat?.getTime()
      // Its connection may be half open, and say so to nobody.
      if (member !== undefined && heard !== undefined && Date.now() - heard > SESSION_MS) {
        return expelled(member, new Error('the group has not heard of this node for long'))
      }
      if (reading !== undefined) void run(reading, next)
    },
    async read(how) {
      if (how === 'on') {
        if (wanted) return
        wanted = true
        void join()
        return
      }
      wanted = false
      if (how === 'release') return leave()
      clearTimeout(joinTimer)
      reading?.stop()
      become('closed')
    },
    async close() {
      wanted = false
      await leave()
    },
  }
}

/** A group that is new begins with all that the topic still has. */
const startOf = (committed: bigint | undefined): bigint => (committed === undefined || committed < 0n ? 0n : committed)
