import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* What is over goes after its time, and nothing that is still needed. */

const DAY = 24 * HOUR

let flows: FlowsHarness
before(async () => {
  flows = await openFlows([], { CAUCE_RUN_RETENTION_DAYS: '2', CAUCE_REPORT_RETENTION_DAYS: '31' })
})
after(() => flows?.close())

const countOf = async (table: string, tenant: string): Promise<number> => {
  const [row] = await flows.program.database.worker.query<{ n: number }>(
    `select count(*)::int as n from ${table} where tenant = $1`,
    [tenant],
  )
  return row?.n ?? 0
}

/** So much time passes, and what is over was looked at since. */
async function pass(ms: number): Promise<void> {
  await flows.pass(ms)
  await until(
    'the looks',
    () =>
      flows.program.database.worker.query<{ n: number }>(
        `select count(*)::int as n from due where kind in ('flow.retention', 'report.retention')
           and due_at <= to_timestamp($1::double precision / 1000)`,
        [flows.clock.wall()],
      ),
    ([row]) => row?.n === 0,
  )
}

const short = (settings?: object) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['one', 'wait', { for: 'PT1S' }],
      ['two', 'wait', { for: 'PT1S' }],
      ['three', 'wait', { for: 'PT1S' }],
      ['four', 'wait', { for: 'PT1S' }],
    ],
    ['start one', 'one two', 'two three', 'three four'],
    settings,
  )

/** A run of many steps comes and goes. */
async function ended(tenant: string, flow: string): Promise<void> {
  await flows.tell(tenant, 'go', 'a')
  await flows.stands(tenant, flow, 'one')
  for (const next of ['two', 'three', 'four']) {
    await flows.pass(1_000)
    await flows.stands(tenant, flow, next)
  }
  await flows.pass(1_000)
  await flows.comesTo(tenant, flow, 'completed')
}

test('runs that ended go with their steps when they were kept long enough, and those that wait stay', async () => {
  const tenant = 'over'
  const flow = await flows.published(tenant, 'Short', short())
  const waits = await flows.published(
    tenant,
    'Waits',
    graph(
      [
        ['start', 'trigger', { event: 'stay' }],
        ['year', 'wait', { for: 'P1Y' }],
      ],
      ['start year'],
    ),
  )
  await flows.tell(tenant, 'stay', 'b')
  await flows.stands(tenant, waits, 'year')
  await ended(tenant, flow)
  assert.ok((await countOf('flow_step', tenant)) > 0)
  await pass(DAY)
  assert.equal((await flows.runsOf(tenant, flow)).length, 1, 'it is kept for two days')
  await pass(DAY + HOUR)
  assert.deepEqual(await flows.runsOf(tenant, flow), [])
  assert.equal(await countOf('flow_step', tenant), 0)
  assert.equal((await flows.runsOf(tenant, waits)).length, 1)
})

test('a flow that lets so many begin in a week counts those of a week', async () => {
  const tenant = 'rated'
  const flow = await flows.published(tenant, 'Rated', short({ rate: { limit: 1, per: 'P7D' } }))
  await ended(tenant, flow)
  await pass(4 * DAY)
  await flows.tell(tenant, 'go', 'b')
  await until(
    'it waits its turn',
    () => flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/entries`),
    ({ items }) => items.length === 1,
  )
  assert.equal((await flows.runsOf(tenant, flow)).length, 1)
  await pass(3 * DAY + HOUR)
  await flows.stands(tenant, flow, 'one')
  await pass(HOUR)
  assert.equal((await flows.runsOf(tenant, flow)).length, 1, 'the first one is forgotten')
})

test('answered questions and finished work on many go as well', async () => {
  const tenant = 'asked'
  const flow = await flows.published(
    tenant,
    'Asks',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['ask', 'approval', { to: 'boss@example.com', text: 'May I?' }],
        ['end', 'end', {}],
      ],
      ['start ask', 'ask end'],
    ),
  )
  await flows.tell(tenant, 'go', 'a')
  await flows.stands(tenant, flow, 'ask')
  const bulk = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/runs/bulk`, { action: 'cancel' })
  await flows.comesTo(tenant, flow, 'cancelled')
  await until(
    'the work is done',
    () => flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/runs/bulk/${bulk.id}`),
    ({ state }) => state === 'done',
  )
  await flows.tell(tenant, 'go', 'b')
  await until(
    'another question',
    () => countOf('flow_approval', tenant),
    (n) => n === 2,
  )
  await pass(2 * DAY + HOUR)
  assert.equal(await countOf('flow_bulk', tenant), 0)
  assert.equal(await countOf('flow_approval', tenant), 1, 'what nobody has answered stays')
})

test('a replay looks no further back than runs are kept', async () => {
  const tenant = 'back'
  const flow = await flows.published(tenant, 'Short', short())
  const now = flows.clock.now()
  const asked = (days: number) =>
    flows.call(tenant, 'POST', `/api/v1/flows/${flow}/replay`, {
      from: new Date(now - days * DAY).toISOString(),
      to: new Date(now).toISOString(),
      dryRun: true,
    })
  assert.equal((await asked(1)).status, 200)
  const { status, body } = await asked(3)
  assert.equal(status, 400)
  assert.equal(body.errors[0].path, '/from')
})

test('what reports show is kept for their time, and what a winner is looked for among for longer', async () => {
  const tenant = 'proof'
  const drawn = (winner: object) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        [
          'trial',
          'split',
          {
            arms: [
              { handle: 'a', weight: 1 },
              { handle: 'b', weight: 1 },
            ],
            ...winner,
          },
        ],
        ['end', 'end', {}],
      ],
      ['start trial', 'trial end'],
      { goal: { event: 'back', within: 'P1D' } },
    )
  const plain = await flows.published(tenant, 'Plain', drawn({}))
  const seeks = await flows.published(tenant, 'Seeks', drawn({ winner: { minimum: 100 } }))
  await flows.tell(tenant, 'go', 'a')
  const entered = async (flow: string, query = '') => {
    const { versions, from } = await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/report${query}`)
    const people = (versions[0]?.arms ?? []).reduce((sum: number, arm: { entered: number }) => sum + arm.entered, 0)
    return { people, from }
  }
  for (const flow of [plain, seeks]) {
    await until(
      'the entry',
      () => entered(flow),
      ({ people }) => people === 1,
    )
  }
  await pass(30 * DAY)
  assert.equal((await entered(plain, `?from=2026-01-01T00:00:00Z`)).people, 1)
  await pass(3 * DAY)
  const { from } = await entered(plain, `?from=2026-01-01T00:00:00Z`)
  assert.equal(Date.parse(from), flows.clock.now() - 31 * DAY, 'the report says how far back it looks')
  const left = await flows.program.database.worker.query<{ flow: string }>(
    'select flow_id::text as flow from flow_split where tenant = $1',
    [tenant],
  )
  assert.deepEqual(left, [{ flow: seeks }])
})

test('silences go when no report shows them any more', async () => {
  const tenant = 'quiet'
  await flows.people(tenant)
  await flows.tell(tenant, 'encounter.tmipw_expired', 'enc')
  await until(
    'a silence',
    () => countOf('recovery', tenant),
    (n) => n === 1,
  )
  await pass(30 * DAY)
  assert.equal(await countOf('recovery', tenant), 1)
  await flows.pass(2 * DAY)
  await until(
    'none',
    () => countOf('recovery', tenant),
    (n) => n === 0,
  )
})
