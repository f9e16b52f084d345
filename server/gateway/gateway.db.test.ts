import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { until } from '#events/testing.ts'
import { gateway } from '#gateway/index.ts'
import { RABBITMQ_PORT, type Stranger, stranger } from '#gateway/testing.ts'
import { withoutBroker } from '#platform/brokers/testing.ts'
import { flatEvent, testProgram, testServer } from '../testing.ts'

type Opened = Awaited<ReturnType<typeof testProgram>>

const skip = await withoutBroker('RabbitMQ', RABBITMQ_PORT)

const flat = (id: string, subtype = 'tmipw_expired', encounterId = 'enc-1') =>
  JSON.stringify({ event_id: id, type: 'encounter', subtype, encounter_id: encounterId, datetime: 1_760_000_000_000 })

describe('RabbitMQ', { skip }, () => {
  let other: Stranger
  let program: Opened
  before(async () => {
    other = await stranger()
    program = await testProgram([gateway], { env: other.env })
    await program.start()
    await until(
      async () => (await diagnose()).state,
      (state) => state === 'connected',
    )
  })
  after(async () => {
    await program?.close()
    await other?.close()
  })

  async function ask(url: string, tenant = 'default') {
    const server = await testServer(program)
    const answer = await server.inject({ url, headers: { authorization: `Bearer ${tenant}` } })
    return answer.json()
  }
  const diagnose = () => ask('/backoffice/brokers')
  const stored = (id: string) =>
    program.database.worker.query<{ form: string; source: string; origin: string; raw: string; subject: string }>(
      'select form, source, origin, raw, subject from event_log where id = $1',
      [id],
    )

  it('gets every event of the log, with its type as routing key, its text as it came, and CloudEvents headers', async () => {
    const event = flatEvent({ id: 'out-1', subtype: 'tmipw_expired' })
    await program.log.append(event)
    const [message] = await until(
      () => other.seen.filter(({ id }) => id === 'out-1'),
      (found) => found.length > 0,
    )
    assert.equal(message?.key, 'encounter.tmipw_expired')
    assert.equal(message?.body, event.raw)
    const { contentType, deliveryMode, type, timestamp, headers } = message?.properties ?? {}
    assert.deepEqual(
      { contentType, deliveryMode, type, timestamp },
      { contentType: 'application/json', deliveryMode: 2, type: 'encounter.tmipw_expired', timestamp: 1_800_000_000 },
    )
    assert.deepEqual(
      { ...headers },
      {
        cloudEvents_specversion: '1.0',
        cloudEvents_id: 'out-1',
        cloudEvents_source: event.source,
        cloudEvents_type: 'encounter.tmipw_expired',
        cloudEvents_subject: 'enc-1',
        cloudEvents_time: new Date(1_800_000_000_000).toISOString(),
      },
    )
  })

  it('brings what strangers publish straight to the exchange; each is taken once and not sent back', async () => {
    await other.publish([{ key: 'encounter.tmipw_expired', body: flat('in-1') }])
    const [row] = await until(
      () => stored('in-1'),
      (rows) => rows.length > 0,
    )
    assert.deepEqual(row, { form: 'flat', source: 'cauce:events', origin: 'amqp', raw: flat('in-1'), subject: 'enc-1' })
    await other.publish([{ key: 'encounter.tmipw_expired', body: flat('in-1') }])
    await program.log.append(flatEvent({ id: 'out-2' }))
    await until(
      () => other.seen.filter(({ id }) => id === 'out-2'),
      (found) => found.length > 0,
    )
    assert.equal((await stored('in-1')).length, 1)
    assert.deepEqual(
      other.seen.filter(({ body }) => body === flat('in-1')).length,
      2,
      'what the stranger sent, and nothing of ours',
    )
  })
})
