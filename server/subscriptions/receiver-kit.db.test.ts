import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { deliveries } from '#deliveries/index.ts'
import { createReceiver, type Webhook } from '../../client/webhook-receiver/index.mjs'
import { flatEvent, testProgram, testServer } from '../testing.ts'
import { subscriptions } from './index.ts'

/** The receiver kit that ships, against what is really sent. */

const TENANT = 'kit'

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
const servers: Server[] = []

before(async () => {
  program = await testProgram([deliveries, subscriptions], { env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.1' } })
  app = await testServer(program)
  await program.start()
})
after(async () => {
  await app?.close()
  await program?.close()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

async function call<T>(method: 'GET' | 'POST', path: string, payload: object = {}): Promise<T> {
  const headers = { authorization: `Bearer ${TENANT}` }
  const body = method === 'GET' ? {} : { payload }
  const answer = await app.inject({ method, url: `/api/v1/subscriptions${path}`, headers, ...body })
  assert.ok(answer.statusCode < 300, answer.body)
  return answer.json() as T
}

async function until<T>(what: string, fact: () => Promise<T | false> | T | false): Promise<T> {
  const deadline = Date.now() + 15_000
  for (;;) {
    const found = await fact()
    if (found !== false) return found
    if (Date.now() > deadline) throw new Error(`never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A receiver of its own for each test; the keys are known once the subscription is made. */
async function receiving(work: (webhook: Webhook) => unknown) {
  const keys: string[] = []
  const answers: number[] = []
  const server = createServer(async (request, response) => {
    const listen = createReceiver({ keys, store }).listener(work, { onError: () => {} })
    response.once('finish', () => answers.push(response.statusCode))
    await listen(request, response)
  })
  // One memory however often the keys change.
  const seen = new Map<string, 'busy' | 'done'>()
  const store = {
    begin(id: string) {
      const state = seen.get(id) ?? 'new'
      if (state === 'new') seen.set(id, 'busy')
      return state
    },
    done: (id: string) => void seen.set(id, 'done'),
    forget: (id: string) => void seen.delete(id),
  }
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, keys, answers }
}

const append = (id: string) => program.log.append(flatEvent({ id, tenant: TENANT, subtype: 'closed' }))

type Made = { id: string; secret: string; publicKeys: { publicKey: string }[] }
const register = (webhookUrl: string, more: object = {}) =>
  call<Made>('POST', '', { routingKeyPattern: 'encounter.closed', webhookUrl, ...more })

test('what is sent is taken: with a secret, with a public key, before and after a rotation', async () => {
  const got: unknown[] = []
  const { url, keys, answers } = await receiving((webhook) => got.push(webhook.json<{ event_id: string }>().event_id))
  const { id, secret } = await register(url)
  keys.push(secret)
  await append('k1')
  await until('the first', () => got.length === 1)
  // The receiver learns of the new key later than the sender uses it.
  const { publicKey } = await call<{ publicKey: string }>('POST', `/${id}/rotate-secret`, { signature: 'v1a' })
  await append('k2')
  await until('the second', () => got.length === 2)
  keys.splice(0, 1, publicKey)
  await append('k3')
  await until('the third', () => got.length === 3)
  assert.deepEqual(got, ['k1', 'k2', 'k3'])
  keys.splice(0, 1, `whsec_${Buffer.alloc(32).toString('base64')}`)
  await append('k4')
  await until('the refusal', () => answers.length === 4)
  assert.deepEqual(answers, [200, 200, 200, 401])
})

test('a retry of what could not be done is done; a replay of what was is dropped', async () => {
  const got: string[] = []
  const { url, keys, answers } = await receiving(({ id }) => {
    got.push(id)
    if (got.length === 1) throw new Error('not now')
  })
  const { id, publicKeys } = await register(url, { signature: 'v1a', retryDelays: ['PT1S'] })
  keys.push(...publicKeys.map(({ publicKey }) => publicKey))
  await append('r1')
  await until('the retry', () => answers.length === 2)
  const [first, second] = got
  assert.equal(first, second)
  await until('its mark', async () => {
    const { items } = await call<{ items: { status: string }[] }>('GET', `/${id}/deliveries`)
    return items[0]?.status === 'delivered'
  })
  await call('POST', `/${id}/replay`, { deliveryId: first })
  await until('the replay', () => answers.length === 3)
  assert.deepEqual(answers, [500, 200, 200])
  assert.deepEqual(got, [first, first])
})
