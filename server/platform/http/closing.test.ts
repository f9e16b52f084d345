import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import { Registry } from 'prom-client'
import { route } from '#platform/http/route.ts'
import { memoryLogger, testServer } from '#platform/http/testing.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'

const base = { tag: 'Test', summary: 'Test', method: 'GET', permission: 'public' } as const
const gate = Promise.withResolvers<void>()
const entered = Promise.withResolvers<void>()
const routes = [
  route({
    ...base,
    path: '/open',
    async handle() {
      entered.resolve()
      await gate.promise
      return { ok: true }
    },
  }),
  route({ ...base, path: '/quick', handle: async () => ({ ok: true }) }),
]

test('closing takes nothing new and lets what is in hand finish', async () => {
  const server = await testServer(routes)
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  const inHand = fetch(`http://127.0.0.1:${port}/open`)
  await entered.promise
  const closing = server.close()
  await assert.rejects(
    (async () => {
      // The port is given back in this turn of the event loop or one of the next.
      for (;;) await (await fetch(`http://127.0.0.1:${port}/quick`, { headers: { connection: 'close' } })).text()
    })(),
  )
  gate.resolve()
  assert.equal((await inHand).status, 200)
  await closing
})

test('closing resets no caller that goes on over open connections', async () => {
  const server = await testServer(routes)
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const peek = async () => {
    const asked = request({ port, path: '/quick', agent }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    return answer.headers.connection
  }
  assert.equal(await peek(), 'keep-alive')
  const closing = server.close()
  // Its connection has been idle; the answer says that it is the last.
  await delay(100)
  assert.equal(await peek(), 'close')
  await closing
  agent.destroy()
})

test('who goes before the body is whole, or is cut off by the stop, is no lost database', async () => {
  const takes = route({
    tag: 'Test',
    summary: 'Test',
    permission: 'public',
    method: 'POST',
    path: '/takes',
    body: Type.Object({}),
    handle: async () => ({}),
  })
  const { logger, lines } = memoryLogger()
  const registry = new Registry()
  const server = await testServer([takes], { logger, times: createRouteTimes(registry) })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  const halfSent = async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    const begun = once(server.server, 'request')
    socket.write('POST /takes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"a":')
    await begun
    return socket
  }
  const statuses = async () =>
    [...(await registry.metrics()).matchAll(/_count\{.*status="(\d+)"\} (\d+)/g)].map(([, status, times]) => [
      status,
      times,
    ])
  const gone = await halfSent()
  gone.destroy()
  while ((await statuses()).length === 0) await delay(5)
  await halfSent()
  await server.close()
  // The stream's end is told in a later turn of the event loop.
  while ((await statuses())[0]?.[1] === '1') await delay(5)
  assert.deepEqual(await statuses(), [['400', '2']])
  assert.deepEqual(lines, [])
})
