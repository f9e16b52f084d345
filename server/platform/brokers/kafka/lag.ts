import type { Consumer } from '@platformatic/kafka'
import type { Depth } from '#platform/brokers/bus.ts'
import { errorWords } from '#platform/brokers/kafka/errors.ts'
import { within } from '#platform/within.ts'

/** How long somebody who asks waits. */
const ASK_MS = 2_000
const LATEST = -1n
const EARLIEST = -2n

/** What the group of a client has not passed yet, by partition. @param client undefined while the cluster is away */
export async function groupDepths(client: Consumer | undefined, topics: readonly string[]): Promise<Depth[]> {
  const unknown = (error: string) => topics.map((name) => ({ name, messages: null, consumers: null, error }))
  if (topics.length === 0) return []
  if (client === undefined) return unknown('the broker is away')
  try {
    return await within(lagOf(client, topics), ASK_MS, 'the broker does not answer')
  } catch (error) {
    return unknown(errorWords(error))
  }
}

async function lagOf(client: Consumer, topics: readonly string[]): Promise<Depth[]> {
  const metadata = await client.metadata({ topics: [...topics] })
  const partitions = topics.map((topic) => ({
    topic,
    partitions: Array.from({ length: metadata.topics.get(topic)?.partitionsCount ?? 0 }, (_, partition) => partition),
  }))
  const committed = await client.listCommittedOffsets({ topics: partitions })
  /** One partition at a time: not every broker answers for several. */
  const offset = async (topic: string, partition: number, timestamp: bigint) =>
    (await client.listOffsets({ topics: [topic], partitions: { [topic]: [partition] }, timestamp })).get(topic)?.[
      partition
    ]
  return Promise.all(
    partitions.flatMap(({ topic, partitions: all }) =>
      all.map(async (partition) => {
        const passed = committed.get(topic)?.[partition]
        const from = passed === undefined || passed < 0n ? await offset(topic, partition, EARLIEST) : passed
        const to = await offset(topic, partition, LATEST)
        const messages = from === undefined || to === undefined ? null : Number(to > from ? to - from : 0n)
        return { name: `${topic}/${partition}`, messages, consumers: null }
      }),
    ),
  )
}
