import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import type { ChannelModel } from 'amqplib'
import { createReader, type Reader } from '#platform/brokers/rabbitmq/reader.ts'

/** A reader on a connection that opens its channels when the test says so. */
function rig(): { reader: Reader; connection: ChannelModel; reading(): number; opens(): Promise<void> } {
  const asked: (() => void)[] = []
  let reading = 0
  async function createChannel() {
    await new Promise<void>((resolve) => asked.push(resolve))
    let reads = false
    const channel = Object.assign(new EventEmitter(), {
      prefetch: async () => {},
      async consume() {
        reads = true
        reading += 1
        return { consumerTag: 'tag' }
      },
      async cancel() {
        if (reads) reading -= 1
        reads = false
      },
      async close() {
        if (reads) reading -= 1
        reads = false
        channel.emit('close')
      },
    })
    return channel
  }
  const reader = createReader({
    door: { name: 'events', queue: 'q', prefetch: 10, alone: false },
    declare: async () => {},
    deliver() {},
    changed() {},
    failed() {},
  })
  return {
    reader,
    connection: { createChannel } as unknown as ChannelModel,
    reading: () => reading,
    async opens() {
      for (const open of asked.splice(0)) open()
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('a reader that is told to stop while it is about to read', () => {
  for (const how of ['off', 'release'] as const) {
    it(`reads nothing: ${how}`, async () => {
      const { reader, connection, reading, opens } = rig()
      reader.begin(connection, true)
      await reader.read(how)
      await opens()
      assert.deepEqual([reading(), reader.state.state], [0, 'closed'])
      await reader.read('on')
      await opens()
      assert.deepEqual([reading(), reader.state.state], [1, 'consuming'])
    })
  }

  it('reads once when it is told to go on at once', async () => {
    const { reader, connection, reading, opens } = rig()
    reader.begin(connection, true)
    await reader.read('release')
    await reader.read('on')
    await opens()
    await opens()
    assert.deepEqual([reading(), reader.state.state], [1, 'consuming'])
  })
})
