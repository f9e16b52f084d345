import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { replayed } from '#flows/machine/replay/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* What a replay has to know of the time beside its events: calendars, other people, flows that call this one, what people did. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const MINUTE = 60_000
/** On its own version a replay differs in nothing. */
async function assertSame(tenant: string, flow: string, from: number, count: number): Promise<void> {
  const { runs, same, examples } = await replayed(flows, tenant, flow, from, { version: 1 })
  assert.deepEqual([examples, runs, same], [[], { real: count, draft: count }, count])
}

async function later(): Promise<void> {
  await flows.settled()
  flows.clock.advance(MINUTE)
}

test('waits in the hours of the queue, as its calendar has them', async () => {
  const tenant = 'hours'
  const open = [{ from: '00:00', to: '23:59' }]
  const week = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, open]))
  await flows.ok(tenant, 'PUT', '/api/v1/calendars/office', { timeZone: 'UTC', week })
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true, calendarId: 'office' })
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/ana', { name: 'Ana' })
  await flows.ok(tenant, 'POST', '/api/v1/encounters', { id: 'talk', queueId: 'q', contactId: 'ana', channel: 'chat' })
  const flow = await flows.published(
    tenant,
    'F',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['stay', 'wait', { for: 'PT2H', calendar: 'queue' }],
      ],
      ['start stay'],
    ),
  )
  const from = flows.clock.now() - 1
  await flows.tell(tenant, 'go', 'talk')
  await flows.stands(tenant, flow, 'stay')
  await flows.pass(3 * HOUR)
  await flows.comesTo(tenant, flow, 'completed')
  await later()
  await assertSame(tenant, flow, from, 1)
})

test('tells people beside those of the events, also whom only the draft names', async () => {
  const tenant = 'beside'
  for (const id of ['boss', 'deputy'])
    await flows.ok(tenant, 'PUT', `/api/v1/contacts/${id}`, { name: id, addresses: { push: `of-${id}` } })
  const telling = (contactId: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['tell', 'notify', { channels: ['push'], content: { title: 'Hola', body: 'Mire' }, to: { contactId } }],
      ],
      ['start tell'],
    )
  const flow = await flows.published(tenant, 'F', telling('{{ event.data.whom }}'))
  const from = flows.clock.now() - 1
  await flows.tell(tenant, 'go', 'talk', { whom: 'boss' })
  await flows.comesTo(tenant, flow, 'completed')
  await later()
  await assertSame(tenant, flow, from, 1)
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, telling('deputy'))
  assert.deepEqual((await replayed(flows, tenant, flow, from)).messages, [
    { nodeId: 'tell', channel: 'push', outcome: 'sent', real: 1, draft: 1 },
  ])
  const trial = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate/people`, {
    people: { invented: { count: 3 } },
    event: { type: 'go' },
  })
  assert.deepEqual(
    trial.totals.messages.map(({ outcome, count }: { outcome: string; count: number }) => [outcome, count]),
    [['sent', 3]],
  )
})

test('begins what another flow calls beside a run of the same key, as in earnest', async () => {
  const tenant = 'called'
  const deep = await flows.published(tenant, 'Deep', graph([['start', 'trigger', { manual: true }]], []))
  const inner = await flows.published(tenant, 'Inner', {
    ...graph(
      [
        ['start', 'trigger', { manual: true }],
        ['deeper', 'subflow', { flow: deep }],
        ['stay', 'wait', { for: 'PT1H' }],
      ],
      ['start deeper', 'deeper stay'],
    ),
    settings: { key: 'event.subject', onePerKey: true },
  })
  await flows.published(tenant, 'Outer', {
    ...graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['before', 'subflow', { flow: deep }],
        ['call', 'subflow', { flow: inner }],
        ['after', 'subflow', { flow: deep }],
      ],
      ['start before', 'before call', 'call after'],
    ),
    settings: { onePerKey: false },
  })
  const from = flows.clock.now() - 1
  for (let i = 0; i < 2; i++) await flows.tell(tenant, 'go', 'talk')
  await until(
    'two runs that stay',
    () => flows.ok(tenant, 'GET', `/api/v1/flows/${inner}/standing`),
    ({ items }) => items[0]?.nodeId === 'stay' && items[0].runs === 2,
  )
  await flows.pass(2 * HOUR)
  await flows.comesTo(tenant, inner, 'completed')
  await later()
  await assertSame(tenant, inner, from, 2)
})

test('tries again what somebody tried again, and goes on from where somebody went on', async () => {
  const tenant = 'hand'
  const url = `${flows.receiver.url}/hand`
  const flow = await flows.published(tenant, 'F', {
    ...graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['call', 'http', { url, method: 'POST', body: '{}' }],
        ['which', 'branch', { cases: [{ handle: 'ok', when: 'event.data.good' }] }],
        ['alarm', 'emit', { type: 'went.wrong' }],
        ['done', 'emit', { type: 'went.well' }],
      ],
      ['start call', 'call.ok which', 'which.ok done', 'which.else alarm'],
    ),
  })
  const from = flows.clock.now() - 1
  flows.receiver.breakWith(400)
  await flows.tell(tenant, 'go', 'talk', { good: false })
  await flows.comesTo(tenant, flow, 'failed')
  const [{ id }] = await flows.runsOf(tenant, flow)
  await later()
  await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/retry`, {})
  await later()
  await flows.comesTo(tenant, flow, 'failed')
  await assertSame(tenant, flow, from, 1)
  flows.receiver.breakWith(null)
  await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/retry`, {})
  await flows.comesTo(tenant, flow, 'completed')
  await later()
  await assertSame(tenant, flow, from, 1)
  const other = await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/fork`, { nodeId: 'which', data: { good: true } })
  await flows.comesTo(tenant, flow, 'completed')
  await later()
  for (const run of [id, other.id]) {
    const again = await flows.ok(tenant, 'POST', `/api/v1/runs/${run}/replay`, { version: 1 })
    assert.deepEqual([again.differences, again.same], [[], true])
  }
  await assertSame(tenant, flow, from, 1)
})
