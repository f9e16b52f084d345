import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

const DAY = 24 * HOUR

let program: FlowsHarness
before(async () => {
  program = await openFlows([], { CAUCE_NOTIFICATION_RETENTION_DAYS: '40' })
})
after(() => program?.close())

test('what was decided goes when it was kept long enough and its key is free again; what waits stays', async () => {
  const tenant = 'kept'
  await program.people(tenant)
  const send = async (more: object) =>
    (
      await program.ok(tenant, 'POST', '/api/v1/notifications', {
        to: 'maria',
        content: { body: 'Hola' },
        channels: ['inbox'],
        ...more,
      })
    ).notificationId as string
  const sendAt = new Date(program.clock.now() + 90 * DAY).toISOString()
  const waits = await send({ sendAt })
  const old = await send({ dedupeKey: 'k' })
  // There is no mail server; what was asked for stays with it, for an operator who sends it again.
  const failed = await send({ channels: ['email'] })
  await program.pass(39 * DAY)
  const young = await send({})
  const kept = async () =>
    (await program.ok(tenant, 'GET', '/api/v1/notifications')).items.map(({ id }: { id: string }) => id)
  assert.deepEqual(new Set(await kept()), new Set([waits, old, failed, young]))
  await program.pass(DAY + HOUR)
  await until('the old ones are gone', kept, (ids: string[]) => !ids.includes(old) && !ids.includes(failed))
  assert.deepEqual(new Set(await kept()), new Set([waits, young]))
  assert.equal((await program.call(tenant, 'GET', `/api/v1/notifications/${old}`)).status, 404)
  assert.notEqual(await send({ dedupeKey: 'k' }), old)
})
