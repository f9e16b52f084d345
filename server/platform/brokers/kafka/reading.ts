import type { Consumer } from '@platformatic/kafka'
import type { Incoming } from '#platform/brokers/bus.ts'
import { answered } from '#platform/brokers/kafka/client.ts'
import { Delivery, type Tenure } from '#platform/brokers/kafka/delivery.ts'
import { errorIds } from '#platform/brokers/kafka/errors.ts'
import { type Progress, trackProgress } from '#platform/brokers/kafka/offsets.ts'

/** How long a broker with nothing new keeps the question. */
const WAIT_MS = 500
/** Of one answer; a larger record comes all the same, alone. */
const ANSWER_BYTES = 1_048_576
const PARTITION_BYTES = 524_288
/** Of what is in hand, whatever its number. */
const MOST_BYTES = 64 * 1_048_576
/** How often it is looked whether there is room again. */
const ROOM_MS = 20
const READ_COMMITTED = 1
const EARLIEST = -2n
const IS_CONTROL = 0x20
const NO_EPOCH = -1

export type Partition = { topic: string; partition: number; progress: Progress; committed: bigint }

/**
 * Reads the partitions that the group gave this node, from what the group has passed on, and hands the records on in
 * order, a bounded number at a time. Over when it is ended: what was handed on is then not `live` any more.
 */
export type Reading = {
  readonly partitions: readonly Partition[]
  /** Nothing more is handed on; what is in hand may still be settled. */
  stop(): void
  end(): void
  /** Resolves when it was stopped. @throws what went wrong; called again it goes on where it was */
  run(fetcher: Consumer): Promise<void>
}

/** A place in a partition that is not there, and where reading goes on: `first` is less where the topic was made anew. */
export type Gone = { topic: string; partition: number; next: bigint; first: bigint }

export function createReading(options: {
  door: string
  partitions: readonly Omit<Partition, 'progress'>[]
  /** Records in hand beyond which nothing is asked for. */
  most: number
  deliver(message: Incoming): void
  settled(): void
  /** A broker has answered. */
  well(): void
  /** Records were gone before they were read. */
  gone(what: Gone): void
}): Reading {
  const { door, most, deliver, well } = options
  const tenure: Tenure = { live: true, inHand: 0, bytes: 0, settled: options.settled }
  const partitions = options.partitions.map((one) => ({ ...one, progress: trackProgress(one.committed) }))
  const topics = [...new Set(partitions.map(({ topic }) => topic))]
  let stopped = false

  async function room(): Promise<void> {
    while (!stopped && (tenure.inHand >= most || tenure.bytes >= MOST_BYTES)) {
      await new Promise((resolve) => setTimeout(resolve, ROOM_MS))
    }
  }

  /** @param over whether another of the loops has failed */
  async function readFrom(
    fetcher: Consumer,
    node: number,
    of: readonly Partition[],
    idOf: (topic: string) => string,
    over: () => boolean,
  ): Promise<void> {
    for (let turn = 0; ; turn = (turn + 1) % of.length) {
      await room()
      if (stopped || over()) return
      // What does not fit into an answer any more must not be that of the same partitions each time.
      const turned = [...of.slice(turn), ...of.slice(0, turn)]
      try {
        const asking = fetcher.fetch({
          node,
          maxWaitTime: WAIT_MS,
          minBytes: 1,
          maxBytes: ANSWER_BYTES,
          isolationLevel: READ_COMMITTED,
          topics: topics
            .map((topic) => ({
              topicId: idOf(topic),
              partitions: turned.filter((one) => one.topic === topic).map(asked),
            }))
            .filter((topic) => topic.partitions.length > 0),
        })
        const answer = await answered(asking)
        // Whoever has the partitions now reads them again.
        if (stopped || over()) return
        well()
        take(answer as Answer, of, idOf)
      } catch (error) {
        if (!(await beganAnew(fetcher, error, of, idOf))) throw error
      }
    }
  }

  function take({ responses }: Answer, of: readonly Partition[], idOf: (topic: string) => string): void {
    for (const { topicId, partitions: answers } of responses) {
      for (const { partitionIndex, records } of answers) {
        const one = of.find(({ topic, partition }) => partition === partitionIndex && idOf(topic) === topicId)
        if (one === undefined) continue
        for (const batch of records ?? []) handOn(batch, one.progress)
      }
    }
    options.settled()
  }

  function handOn(batch: Batch, progress: Progress): void {
    const after = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
    if ((batch.attributes & IS_CONTROL) === 0) {
      for (const record of batch.records) {
        const offset = batch.firstOffset + BigInt(record.offsetDelta)
        // A batch comes as a whole, also when only the end of it is asked for.
        if (offset < progress.next) continue
        progress.next = offset + 1n
        deliver(new Delivery(record, door, tenure, progress.expect(offset)))
      }
    }
    if (after > progress.next) progress.next = after
  }

  /** What the topic does not keep any more is skipped. @returns whether that was it */
  async function beganAnew(
    fetcher: Consumer,
    error: unknown,
    of: readonly Partition[],
    idOf: (topic: string) => string,
  ): Promise<boolean> {
    const ids = errorIds(error)
    if (ids.length === 0 || ids.some((id) => id !== OUT_OF_RANGE)) return false
    const { response } = error as { response?: Answer }
    let found = false
    for (const { topicId, partitions: answers } of response?.responses ?? []) {
      for (const { partitionIndex, errorCode } of answers) {
        const one = of.find(({ topic, partition }) => partition === partitionIndex && idOf(topic) === topicId)
        if (errorCode === 0 || one === undefined) continue
        const { topic, partition, progress } = one
        const asking = fetcher.listOffsets({
          topics: [topic],
          partitions: { [topic]: [partition] },
          timestamp: EARLIEST,
        })
        const offsets = await answered(asking)
        const first = offsets.get(topic)?.[partition]
        if (first === undefined) return false
        // A group that is new begins with what there still is; whoever had begun has missed something.
        if (progress.next > 0n) options.gone({ topic, partition, next: progress.next, first })
        progress.next = first
        // Of a topic that was made anew even less than before is passed, and must be committed as such.
        if (first < one.committed) one.committed = first
        found = true
      }
    }
    return found
  }

  return {
    partitions,
    stop() {
      stopped = true
    },
    end() {
      stopped = true
      tenure.live = false
    },
    async run(fetcher) {
      const metadata = await answered(fetcher.metadata({ topics, forceUpdate: true }))
      const idOf = (topic: string) => metadata.topics.get(topic)?.id ?? ''
      const leaders = Map.groupBy(
        partitions,
        ({ topic, partition }) => metadata.topics.get(topic)?.partitions[partition]?.leader,
      )
      let failed = false
      await Promise.all(
        [...leaders].map(async ([leader, of]) => {
          try {
            if (leader === undefined || leader < 0) throw new Error('a partition has no leader')
            await readFrom(fetcher, leader, of, idOf, () => failed)
          } catch (error) {
            failed = true
            throw error
          }
        }),
      )
    },
  }
}

const OUT_OF_RANGE = 'OFFSET_OUT_OF_RANGE'

type Batch = {
  firstOffset: bigint
  lastOffsetDelta: number
  attributes: number
  records: {
    offsetDelta: number
    key: Buffer | null
    value: Buffer | null
    headers: [Buffer | null, Buffer | null][]
  }[]
}
type Answer = {
  responses: {
    topicId: string
    partitions: { partitionIndex: number; errorCode: number; records?: Batch[] | null }[]
  }[]
}

const asked = ({ partition, progress }: Partition) => ({
  partition,
  fetchOffset: progress.next,
  currentLeaderEpoch: NO_EPOCH,
  lastFetchedEpoch: NO_EPOCH,
  partitionMaxBytes: PARTITION_BYTES,
})
