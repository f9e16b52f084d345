import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'
import { hashId } from '#platform/ids.ts'
import type { NotifyRequest } from './index.ts'
import { createNotifier } from './notifier.ts'

let program: FlowsHarness
before(async () => {
  program = await openFlows()
})
after(() => program?.close())

const comesTo = (tenant: string, id: string, status: string) =>
  until(
    `${id} is ${status}`,
    () => program.ok(tenant, 'GET', `/api/v1/notifications/${id}`),
    (found) => found.status === status,
  )

test('a key that told nobody anything is free again', async () => {
  const tenant = 'released'
  const send = () =>
    program.ok(tenant, 'POST', '/api/v1/notifications', {
      to: 'pedro',
      content: { body: 'Hola' },
      channels: ['email'],
      dedupeKey: 'k',
    })
  await program.ok(tenant, 'PUT', '/api/v1/contacts/pedro', { name: 'P' })
  const nobody = await send()
  await comesTo(tenant, nobody.notificationId, 'failed')
  await program.ok(tenant, 'PUT', '/api/v1/contacts/pedro', { name: 'P', addresses: { email: 'pedro@example.com' } })
  const mailed = await send()
  assert.notEqual(mailed.notificationId, nobody.notificationId)
  await comesTo(tenant, mailed.notificationId, 'sent')
  assert.deepEqual(await send(), { notificationId: mailed.notificationId, duplicate: true })
})

test('of two in one call the one that is not needed takes no key from the other', async () => {
  const tenant = 'pair'
  await program.people(tenant)
  await program.ok(tenant, 'POST', '/api/v1/encounters/enc/close', { reason: 'x' })
  const notifier = await createNotifier(program.program.runtime)
  const { database } = program.program
  const request = (id: string, more: Partial<NotifyRequest>): NotifyRequest => ({
    tenant,
    id: hashId('released', id),
    to: { contactId: 'maria' },
    content: { format: 'plain', body: id },
    channels: ['inbox'],
    dedupeKey: 'one',
    ...more,
  })
  const both = [request('void', { stillTrue: { encounterId: 'enc', statuses: ['open'] } }), request('wanted', {})]
  const planned = await notifier.plan(database.worker, both, program.clock.now())
  await database.transaction(async (tx) => notifier.notify(tx, planned))
  assert.equal((await comesTo(tenant, hashId('released', 'void'), 'suppressed')).reason, 'the encounter is closed')
  await comesTo(tenant, hashId('released', 'wanted'), 'sent')
})

test('two who take one dedupe key at once: one writes, the other is told to decide again', async () => {
  const tenant = 'race'
  await program.people(tenant)
  const { database, runtime } = program.program
  const notifier = await createNotifier(runtime)
  const request = (id: string): NotifyRequest => ({
    tenant,
    id: hashId('race', id),
    to: { contactId: 'maria' },
    content: { format: 'plain', body: 'x' },
    channels: ['inbox'],
    dedupeKey: 'k',
  })
  const plan = (id: string) => notifier.plan(database.worker, [request(id)], program.clock.now())
  const [a, b] = await Promise.all([plan('a'), plan('b')])
  const write = (planned: typeof a) => database.transaction(async (tx) => notifier.notify(tx, planned))
  await write(a)
  await assert.rejects(write(b), { code: 'CA001' })
})
