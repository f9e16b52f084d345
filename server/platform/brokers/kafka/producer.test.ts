import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { compatibilityPartitioner } from '@platformatic/kafka'
import { type KafkaProducer, kafkaProducer } from '#platform/brokers/kafka/producer.ts'
import type { KafkaRecord } from '#platform/brokers/kafka/record.ts'
import {
  kcatRead,
  type MockCluster,
  mockCluster,
  type Told,
  testTopic,
  withoutKcat,
} from '#platform/brokers/kafka/testing.ts'
import { batchesOf, type SentBatch } from '#platform/brokers/kafka/testing-batches.ts'
import { Postponed } from '#platform/postponed.ts'

const SUBJECTS = 7

describe('the producer for Kafka', { skip: withoutKcat() }, () => {
  let cluster: MockCluster
  let producer: KafkaProducer
  const topic = testTopic()
  const open = (own: string | null = topic) =>
    kafkaProducer({
      address: { brokers: cluster.brokers, tls: null, sasl: null },
      clientId: 'cauce-test',
      topic: own,
      wall: () => 1_800_000_000_000,
    })
  before(async () => {
    cluster = await mockCluster(3)
    producer = open()
    await producer.reach.whenReady()
  })
  after(async () => {
    await producer?.close()
    await cluster?.close()
  })

  const records = (run: string, count: number, to = topic): KafkaRecord[] =>
    Array.from({ length: count }, (_, i) => ({
      topic: to,
      key: `subject-${i % SUBJECTS}`,
      value: `${run}-${String(i).padStart(5, '0')}`,
      headers: { 'content-type': 'text/plain', word: 'acción' },
      at: 1_800_000_000_000 + i,
    }))

  /** Each at least once, and those of a key, by when they first came, in the order in which they were sent. */
  function inOrder(found: readonly Told[], run: string, count: number): void {
    const first = new Map<string, Told>()
    for (const told of found) {
      if (told.payload?.startsWith(`${run}-`) && !first.has(told.payload)) first.set(told.payload, told)
    }
    assert.equal(first.size, count)
    for (let subject = 0; subject < SUBJECTS; subject++) {
      const values = [...first].filter(([, { key }]) => key === `subject-${subject}`).map(([value]) => value)
      assert.deepEqual(values, values.toSorted())
    }
  }

  /**
   * Kafka takes a batch whose number it has seen for the one that it has, whatever is in it, and refuses one behind a gap;
   * librdkafka's cluster does not look. @returns how many were sent again
   */
  function knownAgain(sent: readonly SentBatch[]): number {
    const told = new Map<string, { next: number; batches: Map<number, Buffer> }>()
    let again = 0
    for (const { to, producer, sequence, count, records } of sent) {
      const of = told.get(`${producer} ${to}`) ?? { next: 0, batches: new Map() }
      told.set(`${producer} ${to}`, of)
      if (sequence < of.next) {
        again += 1
        assert.deepEqual(records, of.batches.get(sequence), 'the same number, the same records')
        continue
      }
      assert.equal(sequence, of.next, 'no gap')
      of.next += count
      of.batches.set(sequence, records)
    }
    return again
  }

  it('sends to the partition of each key in order, and resolves with what became of each', async () => {
    const outcomes = await Promise.all([producer.send(records('a', 300)), producer.send(records('b', 300))])
    assert.deepEqual(new Set(outcomes.flat()), new Set(['confirmed']))
    assert.deepEqual(producer.counts, { unconfirmed: 0, confirmed: 600, lastConfirmAt: 1_800_000_000_000 })
    const found = await kcatRead(cluster, topic)
    assert.equal(found.length, 600)
    inOrder(found, 'a', 300)
    inOrder(found, 'b', 300)
    assert.deepEqual(found[0]?.headers, { 'content-type': 'text/plain', word: 'acción' })
    for (const { key, partition } of found) {
      const meant = compatibilityPartitioner({ topic, value: Buffer.of() }, Buffer.from(String(key))) % 4
      assert.equal(partition, meant, 'where the other clients of Kafka put that key')
    }
  })

  it('says that it waits while the cluster is away, and sends when it is back', async () => {
    const own = testTopic()
    const another = open(own)
    await another.reach.whenReady()
    await another.send(records('early', 10, own))
    cluster.cut()
    await assert.rejects(another.send(records('late', 100, own)), Postponed)
    assert.equal(another.counts.unconfirmed, 0)
    let waited: Postponed | undefined
    await another.send(records('late', 100, own)).catch((error: Postponed) => {
      waited = error
    })
    cluster.restore()
    await waited?.until
    await another.send(records('late', 100, own))
    inOrder(await kcatRead(cluster, own), 'late', 100)
    await another.close()
  })

  it('keeps order and loses nothing while connections break under it', async () => {
    const own = testTopic()
    const sent: SentBatch[] = []
    cluster.watch((frame) => sent.push(...batchesOf(frame).filter(({ to }) => to.startsWith(`${own}/`))))
    const another = open(own)
    await another.reach.whenReady()
    let over = false
    const breaking = (async () => {
      while (!over) {
        cluster.reset()
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
    })()
    const nameOf = (run: number) => `run${String(run).padStart(3, '0')}`
    let runs = 0
    // It breaks until it has struck something that was under way, and some go out in peace after that.
    for (let calm = 0; calm < 7; runs++) {
      for (;;) {
        try {
          await another.send(records(nameOf(runs), 50, own))
          break
        } catch (error) {
          assert.ok(error instanceof Postponed)
          await error.until
        }
      }
      assert.ok(runs < 500, 'nothing was sent again')
      if (runs >= 12 && knownAgain(sent) > 0) over = true
      if (over) calm++
    }
    await breaking
    const found = await kcatRead(cluster, own)
    for (let run = 0; run < runs; run++) inOrder(found, nameOf(run), 50)
    await another.close()
  })
})
