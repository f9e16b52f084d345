import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { access } from '#access/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { asOwner, createLedger, ledger, until } from '#events/testing.ts'
import { flags } from '#flags/index.ts'
import { gateway } from '#gateway/index.ts'
import { mqtt } from '#mqtt/index.ts'
import type { Service } from '#platform/service.ts'
import { testDatabase } from '#platform/testing.ts'
import { switches } from '#switches/index.ts'
import { flatEvent, testProgram } from './testing.ts'

describe('a program that starts', () => {
  it('lets every part start before what waits for its consumers takes the connections', async () => {
    const place = await testDatabase()
    await createLedger(place.url)
    const earlier = await testProgram([ledger('reader')], { url: place.url })
    await earlier.log.append(flatEvent({ id: 'waits' }))
    await earlier.stop()
    const heardOf = () =>
      asOwner(place.url, async (client) => (await client.query('select 1 from ledger')).rowCount ?? 0)
    const slow: Service = {
      name: 'slow',
      settings: {},
      migrations: null,
      open: () => ({
        async start() {
          await setTimeout(300)
          assert.equal(await heardOf(), 0)
        },
      }),
    }
    const program = await testProgram([ledger('reader'), slow], { url: place.url })
    await program.start()
    await until(heardOf, (n) => n === 1)
    await program.close()
    await place.drop()
  })
})

describe('a program that stops', () => {
  it('finishes what is in hand and gives everything back, also when a context cannot stop', async () => {
    const place = await testDatabase()
    const sick: Service = {
      name: 'sick',
      settings: {},
      migrations: null,
      open: () => ({
        async stop() {
          throw new Error('it hurts')
        },
      }),
    }
    const program = await testProgram([sick, ledger('reader')], { url: place.url })
    await createLedger(place.url)
    await program.start()
    const sent = Array.from({ length: 700 }, (_, i) => program.log.append(flatEvent({ id: `e${i}` })))
    const settled = Promise.allSettled(sent)
    await program.close()
    const taken = (await settled).filter(({ status }) => status === 'fulfilled').length
    assert.equal(taken, 700)
    await asOwner(place.url, async (client) => {
      const count = async (text: string) => (await client.query<{ n: number }>(text)).rows[0]?.n
      assert.equal(await count('select count(*)::int as n from event_log'), 700)
      assert.equal(await count('select count(*)::int as n from shard_lease where node is not null'), 0)
      assert.equal(await count('select count(*)::int as n from node'), 0)
      // The server ends a connection a moment after its client has.
      const connections = () =>
        count(
          `select count(*)::int as n from pg_stat_activity where application_name = 'cauce' and datname = current_database()`,
        )
      await until(connections, (n) => n === 0)
    })
    await place.drop()
  })

  it('waits for brokers, receivers and marks only as long as is left for them together', async () => {
    const place = await testDatabase()
    const program = await testProgram([access, flags, switches, deliveries, gateway, mqtt], {
      url: place.url,
      env: { CAUCE_BUS: 'rabbitmq', RABBITMQ_PORT: '1' },
    })
    await program.start()
    const asked: string[] = []
    const left = (step: string) => asked.push(step)
    await program.stop({ left })
    // MQTT, then the bus: what it reads, and its end.
    assert.deepEqual(asked, ['brokers', 'brokers', 'brokers', 'deliveries', 'marks'])
    await place.drop()
  })
})
