import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { flows as service } from '#flows/index.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, START, until } from '#flows/testing-program.ts'
import { notifications } from '#notifications/index.ts'
import { testProgram } from '../testing.ts'

/* Runs that begin by the clock, or because somebody asks. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const hourly = (more: object = {}) =>
  graph(
    [
      ['start', 'trigger', { schedule: '0 * * * *', zone: 'UTC', ...more }],
      ['end', 'end', { outcome: 'rung' }],
    ],
    ['start end'],
  )
const pass = (ms: number) => flows.pass(ms)
const runs = async (tenant: string, flow: string, n: number) => {
  const found = await until(
    `${n} runs`,
    () => flows.runsOf(tenant, flow),
    (all) => all.length >= n,
  )
  await flows.settled()
  assert.equal((await flows.runsOf(tenant, flow)).length, n)
  return found
}
/** The time that the schedule of a flow waits for. */
const nextOf = async (tenant: string, flow: string) =>
  (await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}`)).nextScheduledAt
const waitsFor = (tenant: string, flow: string, at: string | null) =>
  until(
    `it waits for ${at}`,
    () => nextOf(tenant, flow),
    (found) => found === at,
  )
const iso = (ms: number) => new Date(ms).toISOString()

test('a schedule begins a run at each of its times, over two nodes once, and not before', async () => {
  const tenant = 'clock'
  const other = await testProgram([deliveries, conversations, notifications, service], {
    clock: flows.clock,
    url: flows.program.url,
    node: 'other',
  })
  await other.start()
  try {
    const flow = await flows.published(tenant, 'H', hourly())
    const begun = flows.clock.now()
    const first = Math.ceil((begun + 1) / HOUR) * HOUR
    assert.equal(await nextOf(tenant, flow), iso(first))
    await pass(first - begun - 1)
    await flows.settled()
    assert.deepEqual(await flows.runsOf(tenant, flow), [])
    await pass(1)
    const [run] = await runs(tenant, flow, 1)
    assert.deepEqual([run.status, run.outcome, run.subject], ['completed', 'rung', flow])
    const event = await flows.ok(tenant, 'GET', `/api/v1/events/${run.eventId}`)
    assert.deepEqual(
      [event.type, event.data, event.caused.runs.map(({ id }: { id: string }) => id)],
      ['flow.scheduled', { flowId: flow, trigger: 'start', scheduledAt: iso(first) }, [run.id]],
    )
    for (let n = 2; n <= 6; n++) {
      await waitsFor(tenant, flow, iso(first + (n - 1) * HOUR))
      await pass(HOUR)
      await runs(tenant, flow, n)
    }
  } finally {
    await other.stop()
  }
})

test('times that passed while nobody was there are skipped; a late minute is made up once', async () => {
  const tenant = 'away'
  const flow = await flows.published(tenant, 'H', hourly())
  const first = Date.parse(await nextOf(tenant, flow))
  await pass(first - flows.clock.now() + 5 * HOUR + 61_000)
  await waitsFor(tenant, flow, iso(first + 6 * HOUR))
  await flows.settled()
  assert.deepEqual(await flows.runsOf(tenant, flow), [])
  await pass(first + 6 * HOUR - flows.clock.now() + 59_000)
  await waitsFor(tenant, flow, iso(first + 7 * HOUR))
  await runs(tenant, flow, 1)
})

test('a row that had to be tried again still means its own time', async () => {
  const tenant = 'again'
  const flow = await flows.published(tenant, 'H', hourly())
  const first = Date.parse(await nextOf(tenant, flow))
  // What a failed handler leaves behind: the same row, due a little later.
  await flows.program.database.transaction(async (tx) => {
    await tx.query(
      `update due set due_at = to_timestamp($3::double precision / 1000), attempts = 1
       where kind = 'flow.schedule' and tenant = $1 and key = $2`,
      [tenant, flow, first + 2_000],
    )
  })
  await pass(first + 2_000 - flows.clock.now())
  const [run] = await runs(tenant, flow, 1)
  const { data } = await flows.ok(tenant, 'GET', `/api/v1/events/${run.eventId}`)
  assert.equal(data.scheduledAt, iso(first))
  await waitsFor(tenant, flow, iso(first + HOUR))
})

test('a run under way is not begun again; publishing moves the schedule, unpublishing ends it', async () => {
  const tenant = 'moved'
  const slow = graph(
    [
      ['start', 'trigger', { schedule: { cron: '0 * * * *', zone: 'UTC' } }],
      ['w', 'wait', { for: 'PT90M' }],
    ],
    ['start w'],
  )
  const flow = await flows.published(tenant, 'S', slow)
  for (let n = 0; n < 2; n++) {
    await pass(Date.parse(await nextOf(tenant, flow)) - flows.clock.now())
    await waitsFor(tenant, flow, iso(flows.clock.now() + HOUR))
    await runs(tenant, flow, 1)
  }
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, hourly({ schedule: '30 * * * *' }))
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, {})
  assert.equal(await nextOf(tenant, flow), iso(flows.clock.now() + HOUR / 2))
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/unpublish`)
  assert.equal(await nextOf(tenant, flow), null)
  await pass(2 * HOUR)
  await flows.settled()
  assert.equal((await flows.runsOf(tenant, flow)).length, 1)
})

const GREETS = graph(
  [
    ['start', 'trigger', { manual: true }],
    ['say', 'message', { text: 'hola {{ event.data.who }}' }],
    ['w', 'waitForEvent', { event: 'on' }],
    ['end', 'end', { outcome: 'asked' }],
  ],
  ['start say', 'say w', 'w end'],
)

test('a run is begun by hand with its input, once for each Idempotency-Key', async () => {
  const tenant = 'hand'
  await flows.people(tenant)
  const flow = await flows.published(tenant, 'M', GREETS)
  const ask = (body: object, key?: string) =>
    flows.call(tenant, 'POST', `/api/v1/flows/${flow}/runs`, body, key === undefined ? {} : { 'idempotency-key': key })
  const begun = await ask({ subject: 'enc', input: { who: 'Ana' } }, 'once')
  assert.equal(begun.status, 202)
  assert.equal(begun.headers.location, `/api/v1/runs/${begun.body.id}`)
  const run = await until(
    'the run stands',
    () => flows.call(tenant, 'GET', `/api/v1/runs/${begun.body.id}`),
    ({ body }) => body.status === 'waiting',
  )
  assert.deepEqual([run.body.subject, run.body.version, run.body.eventId], ['enc', 1, begun.body.eventId])
  const { items } = await flows.ok(tenant, 'GET', '/api/v1/encounters/enc/messages')
  assert.deepEqual(
    items.map(({ text }: { text: string }) => text),
    ['hola Ana'],
  )
  const repeat = await ask({ subject: 'enc', input: { who: 'Ana' } }, 'once')
  assert.deepEqual([repeat.status, repeat.body], [202, begun.body])
  assert.equal((await ask({ subject: 'enc' })).status, 409, 'one run per key')
  await flows.tell(tenant, 'on', 'enc')
  await flows.comesTo(tenant, flow, 'completed')
  const alone = await ask({ input: { who: 'x' } })
  assert.equal(alone.status, 202)
  const failed = await until(
    'a run about nobody fails at the message',
    () => flows.call(tenant, 'GET', `/api/v1/runs/${alone.body.id}`),
    ({ body }) => body.status === 'failed',
  )
  assert.equal(failed.body.failure.nodeId, 'say')
})

test('who may not, what is not there, and what is no input are refused', async () => {
  const tenant = 'refused'
  const flow = await flows.published(tenant, 'M', GREETS)
  const url = `/api/v1/flows/${flow}/runs`
  const status = async (who: string, at: string, body: object) => (await flows.call(who, 'POST', at, body)).status
  assert.equal(await status('another', url, {}), 404)
  assert.equal(await status(tenant, '/api/v1/flows/00000000-0000-7000-8000-000000000000/runs', {}), 404)
  for (const body of [
    { input: 'x' },
    { more: 1 },
    { subject: '' },
    { subject: 'x'.repeat(256) },
    { input: { a: '\u0000' } },
  ]) {
    assert.equal(await status(tenant, url, body), 400, JSON.stringify(body))
  }
  const events = await flows.published(tenant, 'E', graph([['start', 'trigger', { event: 'go' }]], []))
  assert.equal(await status(tenant, `/api/v1/flows/${events}/runs`, {}), 409)
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/unpublish`)
  assert.equal(await status(tenant, url, {}), 409)
  // Nobody else begins it: an event that only looks like ours is an event.
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, {})
  const named = { id: 'f', source: 'cauce:flows', type: 'flow.requested', flowid: flow, subject: 's' }
  const forged = { specversion: '1.0', ...named }
  assert.equal((await flows.call(tenant, 'POST', '/api/v1/events', forged)).status, 202)
  await flows.settled()
  assert.deepEqual(await flows.runsOf(tenant, flow), [])
})

test('a flow that begins by the clock or by hand is simulated as well', async () => {
  const tenant = 'play'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'P' })
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, hourly())
  const play = (event: object) => flows.ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, { event })
  assert.equal((await play({ type: 'flow.scheduled', time: iso(START) })).outcome, 'rung')
  assert.equal((await play({ type: 'flow.requested' })).outcome, 'not started')
})

test('what no trigger can be is refused on publish', async () => {
  const tenant = 'faults'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'F' })
  const faults = async (...triggers: { [name: string]: unknown }[]) => {
    const nodes = triggers.map((data, i) => [`t${i}`, 'trigger', data] as const)
    const { body } = await flows.call(tenant, 'PUT', `/api/v1/flows/${id}/draft`, graph(nodes, []))
    return body.faults.map(({ path }: { path: string }) => path.replace('/nodes/', ''))
  }
  assert.deepEqual(await faults({}), ['t0/data/event'])
  assert.deepEqual(await faults({ event: 'a', manual: true }), ['t0/data/manual'])
  assert.deepEqual(await faults({ schedule: '* * * *', zone: 'UTC' }), ['t0/data/schedule'])
  assert.deepEqual(await faults({ schedule: { cron: '0 9 * * *', zone: 'Mars/X' } }), ['t0/data/schedule/zone'])
  assert.deepEqual(await faults({ schedule: '0 9 * * *' }), ['t0/data/zone'])
  assert.deepEqual(await faults({ manual: true, where: 'true' }), ['t0/data/where'])
  assert.deepEqual(await faults({ manual: true }, { manual: true }, { event: 'a' }), ['t1/data/manual'])
})
