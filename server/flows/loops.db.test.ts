import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'
import { subscriptions } from '#subscriptions/index.ts'
import { timers } from '#timers/index.ts'

/* Whatever way a flow sets itself off by, it comes to rest; and one event leads to so many runs at most. */

let flows: FlowsHarness
let api: string
before(async () => {
  flows = await openFlows([timers, subscriptions])
  api = await flows.listen()
})
after(() => flows?.close())

/** A flow whose every run makes one request to this very program. */
const calling = (event: string, tenant: string, url: string, body: object) =>
  graph(
    [
      ['start', 'trigger', { event }],
      ['call', 'http', { method: 'POST', url: `${api}${url}`, headers: { Authorization: `Bearer ${tenant}` }, body }],
    ],
    ['start call'],
    { onePerKey: false },
  )

/** So many runs came of it, and no more. */
async function restsAt(tenant: string, flow: string, n: number): Promise<void> {
  await until(
    `${n} runs are over`,
    () => count(tenant, flow),
    (runs) => runs.all >= n && runs.waiting === 0,
  )
  await flows.settled()
  assert.equal((await count(tenant, flow)).all, n)
}

const count = async (tenant: string, flow: string) => {
  const [row] = await flows.program.database.worker.query<{ all: number; waiting: number }>(
    `select count(*) as all, count(*) filter (where status = 'waiting') as waiting from flow_run
     where tenant = $1 and flow_id = $2`,
    [tenant, flow],
  )
  return { all: Number(row?.all), waiting: Number(row?.waiting) }
}

test('a flow that posts its own event is cut after sixteen hops', async () => {
  const tenant = 'post'
  const body = { specversion: '1.0', id: '{{ event.id }}+', source: 't', type: 'self.told', subject: 's' }
  const flow = await flows.published(tenant, 'H', calling('self.told', tenant, '/api/v1/events', body))
  await flows.tell(tenant, 'self.told', 's')
  await restsAt(tenant, flow, 16)
  const { items } = await flows.ok(tenant, 'GET', '/api/v1/events?type=self.told')
  assert.deepEqual(
    items.map(({ hops }: { hops: number }) => hops),
    Array.from({ length: 17 }, (_, i) => 16 - i),
  )
  // The first event tells of the whole chain.
  const { caused: all } = await flows.ok(tenant, 'GET', `/api/v1/events/${encodeURIComponent(items.at(-1).id)}`)
  assert.deepEqual([all.runs.length, all.events.length], [16, 16])
  // What came back through the door still names the run that sent it.
  const run = await flows.runOf(tenant, flow)
  const caused = items.find(({ cause }: { cause: string }) => cause === `run:${run.id}`)
  assert.ok(caused, 'the event that a run posted names the run')
})

test('so is one that writes into the conversation it listens to', async () => {
  const tenant = 'write'
  await flows.people(tenant)
  const flow = await flows.published(
    tenant,
    'M',
    calling('encounter.message_sent', tenant, '/api/v1/encounters/enc/messages', { from: 'bot', text: 'again' }),
  )
  await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/messages', { from: 'bot', text: 'first' })
  await restsAt(tenant, flow, 16)
})

test('so is one that sets timers for itself, by event or by call', async () => {
  const tenant = 'timed'
  const event = { type: 'time.came', subject: 's' }
  const flow = await flows.published(
    tenant,
    'T',
    calling('time.came', tenant, '/api/v1/timers', { delay: 'PT0S', event }),
  )
  await flows.tell(tenant, 'time.came', 's')
  // A timer is a hop of its own.
  await restsAt(tenant, flow, 8)
})

test('a webhook that leads back counts as well', async () => {
  const tenant = 'hook'
  const flow = await flows.published(
    tenant,
    'W',
    graph(
      [
        ['start', 'trigger', { event: 'hook.told' }],
        ['tell', 'emit', { type: 'hook.out' }],
      ],
      ['start tell'],
      { onePerKey: false },
    ),
  )
  await flows.ok(tenant, 'POST', '/api/v1/subscriptions', {
    routingKeyPattern: 'hook.out',
    webhookUrl: `${flows.receiver.url}/hook`,
  })
  await flows.tell(tenant, 'hook.told', 's')
  await restsAt(tenant, flow, 1)
  const got = await flows.receiver.received.waitFor(({ headers }) => headers.tracestate !== undefined)
  assert.match(String(got.headers.tracestate), /^cauce=2$/)
  const answer = await flows.call(
    tenant,
    'POST',
    '/api/v1/events',
    { specversion: '1.0', id: 'back', source: 't', type: 'hook.answered' },
    { traceparent: String(got.headers.traceparent), tracestate: `other=1,${got.headers.tracestate}` },
  )
  assert.equal(answer.status, 202)
  const { hops } = await flows.ok(tenant, 'GET', '/api/v1/events/back?source=t')
  assert.equal(hops, 2)
})

test('one event leads to a thousand runs at most beyond those it starts itself', async () => {
  const tenant = 'fan'
  const flow = await flows.published(
    tenant,
    'F',
    graph(
      [
        ['start', 'trigger', { event: 'fan.out' }],
        ['a', 'emit', { type: 'fan.out' }],
        ['b', 'emit', { type: 'fan.out' }],
        ['c', 'emit', { type: 'fan.out' }],
      ],
      ['start a', 'a b', 'b c'],
      { onePerKey: false },
    ),
  )
  await flows.tell(tenant, 'fan.out', 's')
  await restsAt(tenant, flow, 1_004)
  // The next event has a cascade of its own.
  await flows.tell(tenant, 'fan.out', 's')
  await restsAt(tenant, flow, 2_008)
})
