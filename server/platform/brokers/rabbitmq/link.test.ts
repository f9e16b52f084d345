import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createLink } from '#platform/brokers/rabbitmq/link.ts'
import { withoutBroker } from '#platform/brokers/testing.ts'

const PORT = 5672

it('a virtual host that is not there is told of', { skip: await withoutBroker('RabbitMQ', PORT) }, async () => {
  const { promise: lost, resolve } = Promise.withResolvers<Error | undefined>()
  const address = { host: '127.0.0.1', port: PORT, username: 'guest', password: 'guest', vhost: 'nowhere', tls: null }
  const link = createLink({ address, name: 'test', setUp: async () => {}, changed: ({ error }) => resolve(error) })
  assert.match((await lost)?.message ?? '', /there is no virtual host "nowhere", or guest may not use it/)
  await link.close()
})
