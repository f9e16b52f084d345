import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asOwner } from '#events/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

test('what a run did to its conversation is done when its next step, or a flow that it calls, looks at it', async () => {
  const tenant = 'deeds'
  await flows.people(tenant)
  const looks = (from: string) => [`${from} which`, 'which.yes saw', 'which.else missed']
  const which = ['which', 'branch', { cases: [{ handle: 'yes', when: "'vip' in encounter.tags" }] }] as const
  const ends = [['saw', 'emit', { type: 'saw' }] as const, ['missed', 'emit', { type: 'missed' }] as const]
  const other = await flows.published(
    tenant,
    'Other',
    graph([['start', 'trigger', { manual: true }], which, ...ends], looks('start')),
  )
  await flows.published(
    tenant,
    'F',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['mark', 'tag', { tags: ['vip'] }],
        ['call', 'http', { url: `${flows.receiver.url}/fast`, method: 'POST', body: '{}' }],
        ['ask', 'subflow', { flow: other }],
        which,
        ...ends,
      ],
      ['start mark', 'mark call', 'call.ok ask', ...looks('ask')],
    ),
  )
  const told = async (type: string) => (await flows.ok(tenant, 'GET', `/api/v1/events?type=${type}`)).items.length
  // Whoever carries out what waits for its time has enough to do with another conversation.
  await flows.ok(tenant, 'POST', '/api/v1/encounters', {
    id: 'busy',
    queueId: 'q',
    contactId: 'maria',
    channel: 'chat',
  })
  await asOwner(flows.program.url, async (client) => {
    await client.query('begin')
    await client.query(`select 1 from encounter where tenant = $1 and encounter_id = 'busy' for update`, [tenant])
    const at = flows.clock.now()
    const command = {
      encounterId: 'busy',
      id: 'x',
      kind: 'tag',
      tags: ['x'],
      at,
      cause: null,
      hops: 0,
      traceparent: null,
    }
    await flows.program.database.worker.query(
      `insert into due (kind, tenant, key, due_at, payload) values ('encounter.command', $1, 'x', to_timestamp($2), $3)`,
      [tenant, at / 1_000, JSON.stringify(command)],
    )
    await flows.pass(1_000)
    await flows.tell(tenant, 'go', 'enc')
    await until(
      'both have looked',
      async () => (await told('saw')) + (await told('missed')),
      (looked) => looked === 2,
    )
    await client.query('rollback')
  })
  assert.equal(await told('missed'), 0)
})
