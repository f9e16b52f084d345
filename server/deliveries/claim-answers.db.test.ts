import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { beginDrain } from '#platform/drain.ts'
import { noSpans } from '#platform/telemetry/spans.ts'
import type { Database, Db } from '#platform/work.ts'
import type { Channel } from './delivery.ts'
import { createDispatcher } from './dispatcher.ts'
import { deliveryRig, until } from './testing-rig.ts'

let rig: Awaited<ReturnType<typeof deliveryRig>>
before(async () => {
  rig = await deliveryRig()
})
after(() => rig?.program.close())

/** A dispatcher of its own, whose channel the rig's does not serve, and what happens to the answers of its claims. */
async function second(name: string, answer: { toClaim(rows: unknown[]): Promise<unknown[]> }, behave: Channel['send']) {
  const { program, channel, draft } = rig
  const sent: string[] = []
  const worker = {
    query: async (text: string, values: unknown[]) => {
      const rows = await program.database.worker.query(text, values)
      return /^with wanted[\s\S]*picked as/.test(text) && rows.length > 0 ? answer.toClaim(rows) : rows
    },
  } as Db
  const dispatcher = createDispatcher({
    database: { ...program.database, worker } as Database,
    clock: program.runtime.clock,
    logger: pino({ level: 'silent' }),
    spans: noSpans,
    channels: new Map([
      [
        name,
        {
          ...channel,
          name,
          timeoutMs: 10_000,
          send: (prepared, delivery, ...rest) => {
            sent.push(delivery.id)
            return behave(prepared, delivery, ...rest)
          },
        },
      ],
    ]),
    keepDays: 30,
  })
  await dispatcher.start()
  const one = draft(name)
  const now = program.runtime.clock.wall()
  await program.database.worker.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at)
     values ('default', $1::uuid, $2, $2, to_timestamp($3 / 1000.0), to_timestamp($3 / 1000.0), to_timestamp($3 / 1000.0))`,
    [one.id, name, now],
  )
  return { dispatcher, sent, one }
}

const gate = () => Promise.withResolvers<void>()

test('what was sent is marked once when its run is over and a claim of the next brings it', async () => {
  const { worker, ended, historyOf } = rig
  const [sending, answering] = [gate(), gate()]
  let claims = 0
  const { dispatcher, sent, one } = await second(
    'late-claim',
    {
      async toClaim(rows) {
        claims += 1
        if (claims === 2) await answering.promise
        return rows
      },
    },
    async () => {
      await sending.promise
      return { verdict: 'delivered' }
    },
  )
  await until(async () => sent.length === 1, 'being sent')
  await worker.query('delete from delivery_node where id = $1', [dispatcher.lease])
  await until(async () => claims === 2, 'claimed by the next run')
  sending.resolve()
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.deepEqual(await historyOf(one.id), [])
  answering.resolve()
  assert.equal((await ended(one.id)).length, 1)
  await dispatcher.stop(beginDrain())
  assert.deepEqual(sent, [one.id])
})

test('rows of a claim whose answer was lost are freed, and sent once', async () => {
  const { ended } = rig
  let lost = 0
  const { dispatcher, sent, one } = await second(
    'lost-claim',
    {
      async toClaim(rows) {
        if (lost > 0) return rows
        lost += 1
        throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' })
      },
    },
    async () => ({ verdict: 'delivered' }),
  )
  assert.equal((await ended(one.id)).length, 1)
  assert.equal(lost, 1)
  await dispatcher.stop(beginDrain())
  assert.deepEqual(sent, [one.id])
})
