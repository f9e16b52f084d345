import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Runtime } from '#platform/service.ts'
import { nextTrace } from '#platform/trace-context.ts'
import type { Vault } from '#secrets/index.ts'
import type { Delivery } from '../delivery.ts'
import { startReceiver } from '../testing.ts'
import { httpChannel } from './http.ts'

test('a call whose own time is over says how long it waited', async () => {
  const receiver = await startReceiver(() => {})
  const runtime = {
    database: {},
    settings: { of: () => ({ CAUCE_WEBHOOK_ALLOW: ['127.0.0.0/8'] }) },
    clock: { wall: Date.now },
  }
  const channel = httpChannel(runtime as unknown as Runtime, { reveal: async () => new Map() } as unknown as Vault)
  const delivery = { id: 'd', request: { method: 'GET', url: receiver.url, timeoutMs: 200 } } as unknown as Delivery
  const [prepared] = await channel.prepare([delivery], {} as never)
  assert.ok(prepared !== undefined && 'summary' in prepared)
  const attempt = await channel.send(prepared, delivery, new AbortController().signal, nextTrace(null))
  assert.deepEqual(attempt, { verdict: 'retry', error: 'no answer within 0.2 s' })
  await receiver.close()
})
