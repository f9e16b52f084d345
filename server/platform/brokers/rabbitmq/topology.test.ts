import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import type { ChannelModel } from 'amqplib'
import { ensureExchange, ensureQueue } from '#platform/brokers/rabbitmq/topology.ts'

const refusal = (code: number) => Object.assign(new Error(`Operation failed: ${code}`), { code })

/** A broker whose user may declare and bind nothing. */
function guarded(there: readonly string[]): ChannelModel {
  const look = async (name: string) => {
    if (!there.includes(name)) throw refusal(404)
    return { queue: name, messageCount: 0, consumerCount: 0 }
  }
  const forbidden = async () => {
    throw refusal(403)
  }
  const channel = () =>
    Object.assign(new EventEmitter(), {
      checkExchange: look,
      checkQueue: look,
      assertExchange: forbidden,
      assertQueue: forbidden,
      bindQueue: forbidden,
      async close() {},
    })
  return { createChannel: async () => channel() } as unknown as ChannelModel
}

const exchange = { name: 'pet.events', type: 'topic', durable: true }
const queue = { name: 'flows', options: {}, exchange: 'pet.events', bindings: ['encounter.*'] }

test('what is there is used as it is, also by a user who may declare nothing', async () => {
  const connection = guarded(['pet.events', 'flows'])
  assert.equal(await ensureExchange(connection, exchange), null)
  assert.match(String(await ensureQueue(connection, queue)), /keeps the bindings that it has/)
})

test('what is not there and may not be made is told of', async () => {
  await assert.rejects(ensureExchange(guarded([]), exchange), /403/)
  await assert.rejects(ensureQueue(guarded([]), queue), /403/)
})
