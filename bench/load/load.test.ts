import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { IN_EVENT, startReceiver } from '../receiver/index.ts'
import { startGenerator } from './index.ts'

const request = { method: 'POST', path: '/', body: JSON.stringify({ n: '{n}', due: '{due}' }) }

test('both loops send what they were asked to, and the receiver gets each once', async () => {
  const receiver = await startReceiver(1)
  const generator = startGenerator()
  try {
    const to = { host: '127.0.0.1', port: receiver.ports[0] as number, request }
    for (const [connections, rate] of [
      [4, {}],
      [64, { ratePerS: 2_000 }],
    ] as const) {
      await receiver.expect(IN_EVENT)
      const load = await generator.run({ ...to, connections, ...rate, requests: 500 })
      const [received] = await receiver.settled(500)
      assert.deepEqual([load.sent, load.accepted, load.statuses], [500, 500, { 200: 500 }])
      assert.deepEqual([received?.requests, received?.distinct, received?.strange], [500, 500, 0])
      assert.equal(received?.latency.total, 500)
    }
  } finally {
    await generator.stop()
    await receiver.stop()
  }
})

test('a rate that is not taken in time is given up, and what was sent is still answered', async () => {
  const server = createServer((_, answer) => void setTimeout(() => answer.end('{}'), 100))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const generator = startGenerator()
  try {
    const { port } = server.address() as AddressInfo
    const to = { host: '127.0.0.1', port, request, connections: 2 }
    const load = await generator.run({ ...to, ratePerS: 1_000, seconds: 0.5, patienceMs: 100 })
    assert.equal(load.givenUp, true)
    assert.ok(load.sent >= 4 && load.sent < 20, `${load.sent} were sent`)
    assert.deepEqual(load.statuses, { 200: load.sent })
    assert.equal((await generator.run({ ...to, requests: 4 })).givenUp, false)
  } finally {
    await generator.stop()
    server.close()
  }
})

test('a receiver that hangs takes requests and does not answer', async () => {
  const receiver = await startReceiver(1)
  const generator = startGenerator()
  try {
    await receiver.expect(IN_EVENT)
    await receiver.hang(receiver.ports)
    const to = { host: '127.0.0.1', port: receiver.ports[0] as number, request }
    const running = generator.run({ ...to, connections: 3, requests: 3 })
    const [received] = await receiver.settled(3)
    assert.equal(received?.distinct, 3)
    await receiver.stop()
    assert.deepEqual((await running).statuses, { lost: 3 })
  } finally {
    await generator.stop()
    await receiver.stop()
  }
})
