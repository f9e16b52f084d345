import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { quietNow, replayed } from '#flows/machine/replay/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* A message that the draft sends otherwise is judged as it would be in earnest; one that waited reads as it did. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const MINUTE = 60_000
type Told = { [name: string]: unknown }

test('a message that the draft sends otherwise is judged anew', async () => {
  const tenant = 'judged'
  await quietNow(flows, tenant)
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/ana', { name: 'Ana', addresses: { push: 'of-ana' } })
  const written = 'A las {{ now | date: "%H:%M" }}'
  const drawn = (other: Told = {}, then: Told = {}) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        [
          'say',
          'notify',
          { channels: ['push'], category: 'free', content: { title: 'Hola', body: 'Vuelva' }, ...other },
        ],
        [
          'later',
          'notify',
          { channels: ['push'], category: 'hold', content: { title: 'Hola', body: written }, ...then },
        ],
        ['stay', 'wait', { for: 'P7D' }],
      ],
      ['start say', 'say later', 'later stay'],
    )
  const flow = await flows.published(tenant, 'F', drawn())
  const from = flows.clock.now() - 1
  await flows.tell(tenant, 'go', 'talk', { contact_id: 'ana' })
  await flows.stands(tenant, flow, 'later')
  await until(
    'one that waits for its time',
    () => flows.notificationsOf(tenant),
    (all) => all.some(({ status }: { status: string }) => status === 'held'),
  )
  await flows.pass(HOUR)
  await flows.stands(tenant, flow, 'stay')
  await flows.settled()
  flows.clock.advance(MINUTE)

  const changed = async (other: Told) => {
    await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn(other))
    const { examples } = await replayed(flows, tenant, flow, from)
    const said = examples[0].draft.said.find(({ nodeId }: { nodeId: string }) => nodeId === 'say')
    const kinds = examples[0].differences.map(({ kind, nodeId }: { [name: string]: string }) => `${kind} ${nodeId}`)
    return [said?.outcome, said?.reason, kinds[0]]
  }

  const as = await replayed(flows, tenant, flow, from, { version: 1 })
  assert.deepEqual([as.examples, as.same], [[], 1])
  assert.deepEqual(await changed({ content: { title: 'Hola', body: 'Otra' } }), ['sent', null, 'messageChanged say'])
  assert.deepEqual(await changed({ category: 'drop' }), ['suppressed', 'quiet hours: Drop', 'messageMissing say'])
  assert.deepEqual(await changed({ category: 'hold' }), ['sent', null, 'otherTime say'])
  assert.deepEqual(await changed({ channels: ['email'] }), ['failed', 'no email address', 'messageMissing say'])
  // It would not have waited.
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn({}, { critical: true }))
  const [{ differences }] = (await replayed(flows, tenant, flow, from)).examples
  assert.deepEqual(
    differences.map(({ kind, nodeId }: { [name: string]: string }) => `${kind} ${nodeId}`),
    ['messageChanged later', 'otherTime later'],
  )
  const nobody = { to: { contactId: 'nobody' } }
  assert.deepEqual(await changed(nobody), ['failed', 'nobody of that id is known', 'messageMissing say'])
})

test('what goes on to a second channel stands on neither side, also where the first is judged anew', async () => {
  const tenant = 'goes-on'
  const addresses = { push: 'of-ana', email: 'ana@example.com' }
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/ana', { name: 'Ana', addresses })
  const drawn = (other: Told = {}) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['say', 'notify', { channels: ['push', 'email'], escalateAfter: 'PT1H', content: { body: 'Hola' }, ...other }],
        ['stay', 'wait', { for: 'P7D' }],
      ],
      ['start say', 'say stay'],
    )
  const flow = await flows.published(tenant, 'F', drawn())
  const from = flows.clock.now() - 1
  await flows.tell(tenant, 'go', 'talk', { contact_id: 'ana' })
  await flows.stands(tenant, flow, 'stay')
  await flows.settled()
  await flows.pass(HOUR + MINUTE)
  await until(
    'the second channel',
    () => flows.notificationsOf(tenant),
    (all) => all.some(({ channel, status }: Told) => channel === 'email' && status === 'sent'),
  )
  await flows.settled()
  flows.clock.advance(MINUTE)
  const told = [{ nodeId: 'say', channel: 'push', outcome: 'sent', real: 1, draft: 1 }]
  for (const other of [{}, { category: 'reminders' }, { critical: true }]) {
    await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn(other))
    const { same, messages } = await replayed(flows, tenant, flow, from)
    assert.deepEqual([same, messages], [1, told])
  }
})
