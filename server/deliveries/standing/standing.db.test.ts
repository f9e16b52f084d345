import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testProgram } from '../../testing.ts'
import { deliveries } from '../index.ts'
import { deliveryStanding, pausedReceivers } from './store.ts'

const NOW = Date.now()
const MINUTE = 60_000
const ago = (minutes: number) => new Date(NOW - minutes * MINUTE)

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  program = await testProgram([deliveries])
  const today = new Date(NOW).toISOString().slice(0, 10)
  await program.database.worker.query('select delivery_days($1::date - 2, 3, 30)', [today])
})
after(() => program?.close())

const sql = (text: string, values: readonly unknown[]) => program.database.worker.query(text, values)
const arrived = (tenant: string, channel: string, target: string, minutes: number) =>
  sql(
    `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, ended, created_at)
     values ($1, gen_random_uuid(), $4, 1, $2, $3, 'delivered', 'delivered', $4)`,
    [tenant, channel, target, ago(minutes)],
  )
const waits = (tenant: string, channel: string, target: string, failures = 0) =>
  sql(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at, attempts, failures)
     values ($1, gen_random_uuid(), $2, $3, $5, $5, $5, $4::int, $4::int)`,
    [tenant, channel, target, failures, new Date(NOW + 60 * MINUTE)],
  )
const paused = (tenant: string, target: string, minutes: number, opens = 1) =>
  sql(
    `insert into delivery_target (tenant, target, failures, opens, open_until, opened_at) values ($1, $2, 10, $5, $3, $4)`,
    [tenant, target, ago(-1), ago(minutes), opens],
  )
const standing = (tenant: string) => deliveryStanding(program.database.worker, tenant, NOW - 1_440 * MINUTE, NOW)

test('a channel whose receiver was given up is down until something of it arrives, whatever arrived before', async () => {
  await arrived('down', 'push', 'host:push', 30)
  await waits('down', 'push', 'host:push')
  const push = { channel: 'push', delivered: 1, failed: 0, waiting: 1 }
  assert.deepEqual((await standing('down')).channels, [{ ...push, stuck: 0, down: false }], 'it only waits')
  await paused('down', 'host:push', 20)
  assert.deepEqual((await standing('down')).channels, [{ ...push, stuck: 1, down: true }])
  await arrived('down', 'push', 'host:other', 10)
  assert.deepEqual((await standing('down')).channels, [{ ...push, delivered: 2, stuck: 1, down: false }])
})

test('what was tried and did not arrive is told of before its receiver is given up', async () => {
  await arrived('tries', 'webhook', 'subscription:a', 5)
  await waits('tries', 'webhook', 'subscription:a', 2)
  await waits('tries', 'webhook', 'subscription:b')
  assert.deepEqual((await standing('tries')).channels, [
    { channel: 'webhook', delivered: 1, failed: 0, waiting: 2, stuck: 1, down: false },
  ])
  assert.deepEqual((await standing('nobody')).channels, [])
})

test('a receiver that asked for a pause holds its deliveries and is not down', async () => {
  await paused('asked', 'host:slow', 1, 0)
  await waits('asked', 'http', 'host:slow')
  assert.deepEqual((await standing('asked')).channels, [
    { channel: 'http', delivered: 0, failed: 0, waiting: 1, stuck: 1, down: false },
  ])
})

test('the receivers counted as paused beside webhooks are listed, with what waits for them and why', async () => {
  await paused('lists', 'host:idle', 30)
  await paused('lists', 'host:busy', 20)
  await paused('lists', 'subscription:a', 10)
  await waits('lists', 'http', 'host:busy', 3)
  await waits('lists', 'http', 'host:busy')
  await sql(
    `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, status, error, created_at)
     values ('lists', gen_random_uuid(), $1, 1, 'http', 'host:busy', 'retry', 503, 'the receiver answered 503', $1)`,
    [ago(1)],
  )
  const { breakersOpen, webhooksPaused } = await standing('lists')
  const listed = await pausedReceivers(program.database.worker, 'lists', NOW)
  assert.equal(listed.length, breakersOpen - webhooksPaused)
  assert.deepEqual(
    listed.map(({ target, channel, waiting, lastError }) => [target, channel, waiting, lastError]),
    [
      ['host:idle', null, 0, null],
      ['host:busy', 'http', 2, 'the receiver answered 503'],
    ],
  )
  assert.ok(listed[1]?.nextId)
  assert.deepEqual(await pausedReceivers(program.database.worker, 'lists', NOW + 2 * MINUTE), [], 'its time is over')
})
