import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { Consumer } from '@platformatic/kafka'
import {
  kcatListen,
  kcatRead,
  kcatSend,
  type MockCluster,
  mockCluster,
  testTopic,
  withoutKcat,
} from '#platform/brokers/kafka/testing.ts'

const LARGE = 'x'.repeat(900_000)

describe('whoever listens to a topic of the cluster that librdkafka plays', { skip: withoutKcat() }, () => {
  let cluster: MockCluster
  before(async () => {
    cluster = await mockCluster()
  })
  after(() => cluster?.close())

  it('hears each record once, also those that the cluster does not keep', async () => {
    const topic = testTopic()
    const sent = Array.from({ length: 8 }, (_, i) => `${i}${LARGE}`)
    await kcatSend(cluster, topic, [{ key: 'k', value: sent[0] as string }])
    const listener = kcatListen(cluster, topic)
    try {
      for (const [i, value] of sent.entries()) {
        if (i > 0) await kcatSend(cluster, topic, [{ key: 'k', value }])
        while (listener.heard().length <= i) await new Promise((resolve) => setTimeout(resolve, 20))
      }
      assert.deepEqual(
        listener.heard().map(({ payload }) => payload),
        sent,
      )
      assert.ok((await kcatRead(cluster, topic)).length < sent.length, 'who reads at the end finds the first ones gone')
    } finally {
      await listener.close()
    }
  })

  it('is told when a record was gone before it was heard', async () => {
    const topic = testTopic()
    for (let i = 0; i < 8; i++) await kcatSend(cluster, topic, [{ key: 'k', value: `${i}${LARGE}` }])
    const listener = kcatListen(cluster, topic)
    try {
      await assert.rejects(async () => {
        for (;;) {
          listener.heard()
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }, /after -1 came [1-9]/)
    } finally {
      await listener.close()
    }
  })
})

describe('the cluster that librdkafka plays', { skip: withoutKcat() }, () => {
  let cluster: MockCluster
  before(async () => {
    cluster = await mockCluster()
  })
  after(() => cluster?.close())

  const UNKNOWN_MEMBER_ID = 25

  it('refuses a member without a name, as Kafka does, and lives on', async () => {
    const [broker = ''] = cluster.brokers
    const consumer = new Consumer({
      clientId: 'a',
      groupId: 'group',
      bootstrapBrokers: [broker],
      autocreateTopics: true,
    })
    consumer.topics.track(testTopic())
    await consumer.joinGroup({})
    for (const [asks, errorAt] of [
      [14, 12],
      [12, 12],
    ] as const) {
      const socket = connect(Number(broker.split(':')[1]), '127.0.0.1')
      socket.write(withoutName(asks, consumer.generationId))
      const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')])
      socket.destroy()
      assert.ok(answer instanceof Buffer, 'it has answered')
      assert.equal(answer.readInt16BE(errorAt), UNKNOWN_MEMBER_ID)
    }
    await consumer.close(true)
  })

  /** SyncGroup (14) or Heartbeat (12) of version 3. */
  function withoutName(asks: number, generation: number): Buffer {
    const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)])
    const head = Buffer.from([0, asks, 0, 3, 0, 0, 0, 1])
    const division = Buffer.alloc(4)
    division.writeInt32BE(generation)
    const nobody = Buffer.from([0xff, 0xff])
    const assignments = Buffer.alloc(asks === 14 ? 4 : 0)
    const body = Buffer.concat([head, text('a'), text('group'), division, nobody, nobody, assignments])
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length)
    return Buffer.concat([length, body])
  }
})
