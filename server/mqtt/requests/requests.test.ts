import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection, MqttLink, MqttMessage, OutgoingMessage } from '#platform/brokers/mqtt/index.ts'
import { MqttAway } from '#platform/brokers/mqtt/index.ts'
import type { MqttMetrics } from '../metrics.ts'
import { readAnswer } from './envelope.ts'
import { createRequests } from './requests.ts'

const count = { inc() {} }

/** Requests over a broker that answers `…/request` on `…/response`, where that is subscribed to. */
function rig() {
  const subscribed = new Set<string>()
  const state = { refuses: false, answers: true }
  const connection = {
    async subscribe(filters: readonly string[]) {
      if (state.refuses) throw new MqttAway('the connection was lost')
      for (const filter of filters) subscribed.add(filter)
      return []
    },
    async unsubscribe(filters: readonly string[]) {
      for (const filter of filters) subscribed.delete(filter)
    },
  } as unknown as Connection
  const link = {
    clientId: 'me',
    connection: () => connection,
    state: () => ({ lastError: null }),
  } as unknown as MqttLink
  const requests = createRequests({
    link: () => link,
    async publish(_kind, { topic, payload }: OutgoingMessage) {
      const { correlation_id, data } = JSON.parse(payload.toString())
      const response = topic.replace(/request$/, 'response')
      if (!state.answers || !subscribed.has(response)) return { heard: true }
      const answer = Buffer.from(JSON.stringify({ correlation_id, ok: true, data }))
      setImmediate(() => requests.take({ topic: response, payload: answer } as MqttMessage))
      return { heard: true }
    },
    answerPrefix: 'answers',
    metrics: { lateAnswers: count, consumed: count } as unknown as MqttMetrics,
  })
  return { requests, subscribed, state, connection }
}

describe('requests whose answers come by the convention', () => {
  it('go to any number of topics one after the other, and hold few subscriptions', async () => {
    const { requests, subscribed, connection } = rig()
    for (let i = 0; i < 450; i++) {
      const { data } = await requests.ask(`devices/${i}/request`, i, 1_000)
      assert.equal(data, i)
    }
    assert.equal(subscribed.size, 200)
    assert.ok(subscribed.has('devices/449/response') && !subscribed.has('devices/0/response'))
    // One that made room is asked again, and a new connection asks for those of now.
    assert.equal((await requests.ask('devices/0/request', 'again', 1_000)).data, 'again')
    subscribed.clear()
    await requests.connected(connection)
    assert.equal(subscribed.size, 201)
    assert.ok(subscribed.has('answers/me') && subscribed.has('devices/0/response'))
  })

  it('are turned away only while as many wait for answers, whose topics stay', async () => {
    const { requests, subscribed, state } = rig()
    state.answers = false
    const waiting = Array.from({ length: 200 }, (_, i) =>
      requests.ask(`devices/${i}/request`, i, 300).catch(({ code }) => code),
    )
    await new Promise((resolve) => setImmediate(resolve))
    await assert.rejects(requests.ask('one/more/request', 0, 1_000), { code: 'mqtt/topics' })
    assert.equal(subscribed.size, 200)
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['mqtt/no-answer']))
    state.answers = true
    assert.equal((await requests.ask('one/more/request', 1, 1_000)).data, 1)
  })

  it('subscribe again after that failed', async () => {
    const { requests, state } = rig()
    state.refuses = true
    await assert.rejects(requests.ask('a/request', 1, 1_000), MqttAway)
    state.refuses = false
    assert.equal((await requests.ask('a/request', 2, 1_000)).data, 2)
  })
})

describe('an answer', () => {
  const read = (payload: Buffer) => readAnswer({ payload, correlationData: Buffer.from('c-1') } as MqttMessage)?.answer

  it('is given whatever it is: JSON, text, or bytes', () => {
    const ok = { ok: true, dataBase64: null, error: null }
    assert.deepEqual(read(Buffer.from('{"a":1}')), { ...ok, data: { a: 1 } })
    assert.deepEqual(read(Buffer.from('sí')), { ...ok, data: 'sí' })
    assert.deepEqual(read(Buffer.from([0xff, 0x00, 0xd8])), { ...ok, data: null, dataBase64: '/wDY' })
  })

  it('has for data what stands beside its correlation, where it has no member of that name', () => {
    const data = (answer: object) => read(Buffer.from(JSON.stringify({ correlation_id: 'c-1', ...answer })))?.data
    assert.deepEqual(data({ providers: [1], hops: 2 }), { providers: [1] })
    assert.deepEqual(data({ ok: true, providers: [1] }), { providers: [1] })
    assert.deepEqual(data({ ok: true, data: 0, took: 3 }), 0)
    assert.deepEqual(data({ ok: true, data: null, took: 3 }), null)
    assert.deepEqual(data({ ok: true }), null)
  })
})
