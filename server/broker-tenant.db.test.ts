import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { services } from './services.ts'
import { testProgram } from './testing.ts'

/** Nobody listens there: what is judged is judged before anything connects. */
const AWAY = { MQTT_HOST: '127.0.0.1', MQTT_PORT: '1', RABBITMQ_HOST: '127.0.0.1', RABBITMQ_PORT: '1' }

describe('brokers of a tenant', () => {
  let program: Awaited<ReturnType<typeof testProgram>> | undefined
  afterEach(async () => {
    await program?.close()
  })

  for (const setting of ['CAUCE_BUS_TENANT', 'MQTT_TENANT']) {
    it(`that there is not, by ${setting}, stop the start: nobody would see what they bring`, async () => {
      program = await testProgram(services, { env: { ...AWAY, [setting]: 'nobody' } })
      await assert.rejects(program.start(), new RegExp(`^Error: ${setting} must be a tenant that is there`))
    })

    it(`that there is, by ${setting}, do not`, async () => {
      program = await testProgram(services, { env: { ...AWAY, [setting]: 'acme' } })
      await program.database.worker.query(
        `insert into tenant (tenant, name, created_at) values ('acme', 'Acme', now())`,
      )
      await program.start()
    })
  }
})
