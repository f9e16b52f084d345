import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Consumer, ProtocolError } from '@platformatic/kafka'
import { createReading, type Gone } from '#platform/brokers/kafka/reading.ts'

const TOPIC = 'events'

/** A cluster whose one partition has records from `first` on, as many as given, and each place beyond them is unknown. */
function cluster(first: bigint, records: readonly string[]): Consumer {
  const responses = (partition: object) => [{ topicId: 'id', partitions: [{ partitionIndex: 0, ...partition }] }]
  const end = first + BigInt(records.length)
  const fake = {
    metadata: async () => ({ topics: new Map([[TOPIC, { id: 'id', partitions: [{ leader: 1 }] }]]) }),
    listOffsets: async () => new Map([[TOPIC, [first]]]),
    async fetch({ topics }: { topics: { partitions: { fetchOffset: bigint }[] }[] }) {
      const from = topics[0]?.partitions[0]?.fetchOffset as bigint
      if (from < first || from > end) {
        const error = new ProtocolError('OFFSET_OUT_OF_RANGE')
        throw Object.assign(error, { response: { responses: responses({ errorCode: error.apiCode }) } })
      }
      const batch = {
        firstOffset: first,
        lastOffsetDelta: records.length - 1,
        attributes: 0,
        records: records.map((text, i) => ({ offsetDelta: i, key: null, value: Buffer.from(text), headers: [] })),
      }
      return { responses: responses({ errorCode: 0, records: from < end ? [batch] : [] }) }
    },
  }
  return fake as unknown as Consumer
}

async function readAll(committed: bigint, from: Consumer, count: number) {
  const seen: string[] = []
  const gone: Gone[] = []
  const reading = createReading({
    door: 'events',
    partitions: [{ topic: TOPIC, partition: 0, committed }],
    most: 100,
    deliver(message) {
      seen.push(message.body.toString())
      message.accept()
      if (seen.length === count) reading.stop()
    },
    settled() {},
    well() {},
    gone: (what) => void gone.push(what),
  })
  await reading.run(from)
  const [partition] = reading.partitions
  return { seen, gone, committed: partition?.committed, settled: partition?.progress.settled }
}

test('what is gone before it was read is told of, but not to a group that had read nothing', async () => {
  const missed = await readAll(3n, cluster(10n, ['a', 'b']), 2)
  assert.deepEqual(missed.seen, ['a', 'b'])
  assert.deepEqual(missed.gone, [{ topic: TOPIC, partition: 0, next: 3n, first: 10n }])
  assert.deepEqual((await readAll(0n, cluster(10n, ['a', 'b']), 2)).gone, [])
})

test('a topic that was made anew is read from its beginning, and what is passed of it is there to commit', async () => {
  const anew = await readAll(1_000n, cluster(0n, ['a', 'b']), 2)
  assert.deepEqual(anew.seen, ['a', 'b'])
  assert.deepEqual(anew.gone, [{ topic: TOPIC, partition: 0, next: 1_000n, first: 0n }])
  assert.equal(anew.settled, 2n)
  assert.equal(anew.committed, 0n)
})
