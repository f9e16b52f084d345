import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows.close())

const overview = (tenant: string) => flows.ok(tenant, 'GET', '/api/v1/overview')

test('says what waits, what was lost and how channels fare, of the tenant alone', async () => {
  const tenant = 'stands'
  const times = {
    max_inactive_patient_warning_time: 60,
    max_inactive_patient_time: 600,
    close_inactive_encounters: true,
  }
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'q', brand: 'b', service: 's', ...times })
  for (const id of ['ana', 'eva']) {
    await flows.ok(tenant, 'PUT', `/api/v1/contacts/${id}`, { name: id, addresses: { push: `device-${id}` } })
    await flows.ok(tenant, 'POST', '/api/v1/encounters', {
      id: `of-${id}`,
      queueId: 'q',
      contactId: id,
      channel: 'webchat',
    })
  }
  await flows.ok(tenant, 'POST', '/api/v1/encounters/of-eva/close', { reason: 'solved' })
  await flows.ok(tenant, 'POST', '/api/v1/encounters/of-ana/messages', { from: 'patient', text: 'hola' })
  await flows.published(
    tenant,
    'N',
    graph(
      [
        ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
        ['push', 'notify', { content: { body: 'Hola' }, channels: ['push'] }],
        ['end', 'end', {}],
      ],
      ['start push', 'push end'],
    ),
  )
  await flows.pass(HOUR)
  const seen = await until(
    'a push that was delivered',
    () => flows.settled().then(() => overview(tenant)),
    // What waits and what ended are two questions: one that ends between them is in both answers.
    ({ deliveries }) =>
      deliveries.waiting === 0 && deliveries.channels.some(({ delivered }: { delivered: number }) => delivered === 1),
  )
  assert.deepEqual(seen.conversations, { open: 1, warned: 1 })
  // How many are ahead is a matter of the moment: a cursor of who had nothing to do is saved within a second.
  assert.equal(seen.events.setAside, 0)
  assert.deepEqual(seen.deliveries, {
    ...{ waiting: 0, lost: 0, breakersOpen: 0, webhooksPaused: 0 },
    channels: [{ channel: 'push', delivered: 1, failed: 0, waiting: 0, stuck: 0, down: false }],
  })
  assert.deepEqual(seen.notifications, { failed: 0, notSetUp: [] })
  const nobody = await overview('nobody')
  assert.deepEqual(
    [nobody.conversations, nobody.events, nobody.deliveries.channels],
    [{ open: 0, warned: 0 }, { ahead: 0, setAside: 0, quarantined: 0 }, []],
  )
})

test('says of how many nobody was told because no channel could take it, and which are not set up', async () => {
  const bare = await openFlows([], { CAUCE_PUSH_URL: '', SMTP_URL: '' })
  try {
    const standing = async (who: string) => (await bare.ok(who, 'GET', '/api/v1/overview')).notifications
    await bare.ok('acme', 'PUT', '/api/v1/contacts/ana', { name: 'Ana', addresses: { email: 'ana@example.com' } })
    const told = (channels: string[]) =>
      bare.ok('acme', 'POST', '/api/v1/notifications', {
        to: { contactId: 'ana' },
        content: { body: 'Hola' },
        channels,
      })
    await told(['push', 'email'])
    await told(['inbox'])
    assert.deepEqual(await standing('acme'), { failed: 1, notSetUp: ['push', 'email'] })
    assert.deepEqual(await standing('nobody'), { failed: 0, notSetUp: ['push', 'email'] })
    await bare.pass(25 * HOUR)
    assert.equal((await standing('acme')).failed, 0)
  } finally {
    await bare.close()
  }
})
