import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows.close())

const nudging = graph(
  [
    ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
    ['push', 'notify', { content: { body: 'Hola' }, channels: ['push'] }],
    ['reply', 'waitForEvent', { event: 'encounter.resumed', timeout: 'P1D' }],
    ['end', 'end', {}],
  ],
  ['start push', 'push reply', 'reply end'],
)

/** A queue of a brand and people in it, each with a conversation in which they are to answer. */
async function people(tenant: string, ids: readonly string[], queue = 'coach', channel = 'webchat'): Promise<void> {
  const times = {
    max_inactive_patient_warning_time: 60,
    max_inactive_patient_time: 60,
    close_inactive_encounters: true,
  }
  await flows.ok(tenant, 'PUT', `/api/v1/queues/${queue}`, { name: queue, brand: 'b', service: 's', ...times })
  for (const id of ids) {
    await flows.ok(tenant, 'PUT', `/api/v1/contacts/${id}`, { name: id, addresses: { push: `device-${id}` } })
    await flows.ok(tenant, 'POST', '/api/v1/encounters', { id: `of-${id}`, queueId: queue, contactId: id, channel })
    await flows.ok(tenant, 'POST', `/api/v1/encounters/of-${id}/messages`, { from: 'patient', text: 'hola' })
  }
}

const funnel = (tenant: string, query = '') => flows.ok(tenant, 'GET', `/api/v1/reports/funnel${query}`)
const STAGES = ['detected', 'warned', 'delivered', 'followed', 'recovered', 'closed'] as const
const stages = (group: { [name: string]: unknown } | undefined) => STAGES.map((stage) => group?.[stage])
const comesTo = (tenant: string, wanted: readonly number[], query = '') =>
  until(
    `a funnel of ${wanted}`,
    () => flows.settled().then(() => funnel(tenant, query)),
    ({ groups }) => JSON.stringify(stages(groups[0])) === JSON.stringify(wanted),
  )

test('silences are followed from the notice to the return or the close', async () => {
  const tenant = 'road'
  await people(tenant, ['maria', 'john', 'ana'])
  const id = await flows.published(tenant, 'N', nudging)
  await flows.pass(HOUR)
  await comesTo(tenant, [3, 3, 3, 0, 0, 0])
  const { url } = await flows.ok(tenant, 'POST', '/api/v1/encounters/of-maria/link', {})
  await flows.pass(HOUR / 2)
  await flows.visit(`${new URL(url).pathname}/visit`)
  await flows.ok(tenant, 'POST', '/api/v1/encounters/of-ana/messages', { from: 'patient', text: 'aquí' })
  await comesTo(tenant, [3, 3, 3, 1, 2, 0])
  await flows.pass(HOUR / 2)
  await comesTo(tenant, [3, 3, 3, 1, 2, 1])
  const made = await funnel(tenant, '?by=flow')
  assert.deepEqual(
    made.groups.map((group: { key: string; version: number; timeToReturn: object }) => [
      group.key,
      group.version,
      group.timeToReturn,
    ]),
    [[id, 1, { medianMs: HOUR / 2, p90Ms: HOUR / 2 }]],
  )
  // She goes quiet again: another silence, and the first stays as it was.
  await flows.pass(HOUR)
  await comesTo(tenant, [5, 5, 5, 1, 2, 1])
})

test('is told apart by queue, brand, service, channel and day, and narrowed by each', async () => {
  const tenant = 'apart'
  await people(tenant, ['p1', 'p2'])
  await people(tenant, ['p3'], 'support', 'whatsapp')
  await flows.pass(HOUR)
  await comesTo(tenant, [3, 3, 0, 0, 0, 0])
  const keys = async (query: string) =>
    (await funnel(tenant, query)).groups.map((group: { key: string; detected: number }) => [group.key, group.detected])
  assert.deepEqual(await keys('?by=queue'), [
    ['coach', 2],
    ['support', 1],
  ])
  assert.deepEqual(await keys('?by=channel'), [
    ['webchat', 2],
    ['whatsapp', 1],
  ])
  assert.deepEqual(await keys('?by=brand'), [['b', 3]])
  assert.deepEqual(await keys('?by=service&queue=support'), [['s', 1]])
  assert.deepEqual(await keys('?by=flow'), [[null, 3]])
  assert.deepEqual(await keys('?by=channel&without=flow&queue=coach'), [['webchat', 2]])
  assert.deepEqual(await keys('?without=channel'), [])
  assert.equal((await keys('?by=day')).length, 1)
  assert.deepEqual(await keys('?channel=sms'), [])
  assert.deepEqual((await funnel('somebody')).groups, [])
})

test('each figure opens its rows: page by page, narrowed as the funnel is', async () => {
  const tenant = 'rows'
  await people(tenant, ['a', 'b', 'c'])
  await flows.pass(HOUR)
  await comesTo(tenant, [3, 3, 0, 0, 0, 0])
  await flows.ok(tenant, 'POST', '/api/v1/encounters/of-b/messages', { from: 'patient', text: 'aquí' })
  await comesTo(tenant, [3, 3, 0, 0, 1, 0])
  const rows = async (query: string) => {
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await flows.ok(
        tenant,
        'GET',
        `/api/v1/reports/silences?limit=2${query}${cursor && `&cursor=${cursor}`}`,
      )
      found.push(...page.items.map(({ encounterId }: { encounterId: string }) => encounterId))
      cursor = page.nextCursor
    }
    return found.sort()
  }
  assert.deepEqual(await rows(''), ['of-a', 'of-b', 'of-c'])
  const [row] = (await flows.ok(tenant, 'GET', '/api/v1/reports/silences?stage=recovered')).items
  assert.deepEqual(row.person, { id: 'b', name: 'b' })
  assert.deepEqual(await rows('&stage=recovered'), ['of-b'])
  assert.deepEqual(await rows('&stage=closed'), [])
  assert.deepEqual(await rows('&queue=coach&stage=warned'), ['of-a', 'of-b', 'of-c'])
  assert.deepEqual(await rows('&queue=other'), [])
  assert.deepEqual(await rows('&without=flow&stage=recovered'), ['of-b'])
  assert.deepEqual(await rows('&without=queue'), [])
  const bad = Buffer.from('["x","y","z"]').toString('base64url')
  assert.equal((await flows.call(tenant, 'GET', `/api/v1/reports/silences?cursor=${bad}`)).status, 400)
  assert.deepEqual((await flows.ok('somebody', 'GET', '/api/v1/reports/silences')).items, [])
})

test('a warning of another system counts once, however often it is told, and as warned when somebody was', async () => {
  const tenant = 'others'
  for (let i = 0; i < 3; i++) await flows.tell(tenant, 'encounter.tmipw_expired', 'theirs', { patient_id: 'x' })
  await comesTo(tenant, [1, 0, 0, 0, 0, 0])
  await flows.tell(tenant, 'encounter.closed', 'theirs')
  await comesTo(tenant, [1, 0, 0, 0, 0, 1])
  const status = async (query: string) => (await flows.call(tenant, 'GET', `/api/v1/reports/funnel${query}`)).status
  assert.deepEqual(await Promise.all(['?by=age', '?version=0', '?flow=x', '?from=2020-01-01T00:00:00Z'].map(status)), [
    ...[400, 400, 400, 400],
  ])
})
