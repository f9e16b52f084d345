import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
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
