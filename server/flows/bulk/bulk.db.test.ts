import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* Work on many runs of a flow at once. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const parking = graph(
  [
    ['start', 'trigger', { event: 'go' }],
    ['which', 'branch', { cases: [{ handle: 'long', when: 'event.data.n > 2' }] }],
    ['long', 'wait', { for: 'PT9H' }],
    ['short', 'wait', { for: 'PT1H' }],
  ],
  ['start which', 'which.long long', 'which.else short'],
)

type Run = { id: string; subject: string; status: string }
const bulk = (tenant: string, flow: string, body: object) =>
  flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/runs/bulk`, body)
const over = (tenant: string, flow: string, id: string) =>
  until(
    'the work is done',
    async () => {
      await flows.pass(1_000)
      return flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/runs/bulk/${id}`)
    },
    ({ state }) => state === 'done',
  )
const runs = async (tenant: string, flow: string): Promise<Run[]> =>
  (await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/runs?limit=200`)).items
const subjects = async (tenant: string, flow: string, status: string) =>
  (await runs(tenant, flow))
    .filter((run) => run.status === status)
    .map(({ subject }) => subject)
    .sort()

test('a version that no database could count up to is refused as such', async () => {
  const tenant = 'number'
  const flow = await flows.published(tenant, 'N', parking)
  const asked = { action: 'cancel', dryRun: true, filter: { version: 99_999_999_999 } }
  const { status, body } = await flows.call(tenant, 'POST', `/api/v1/flows/${flow}/runs/bulk`, asked)
  assert.deepEqual([status, body.errors[0].path], [400, '/filter/version'])
})

test('runs are counted, some left out, and the others cancelled in chunks; none of them wakes', async () => {
  const tenant = 'cancel'
  const flow = await flows.published(tenant, 'C', parking)
  for (const n of [0, 1, 2, 3, 4, 5]) await flows.tell(tenant, 'go', `s${n}`, { n })
  await until(
    'six',
    () => runs(tenant, flow),
    (found) => found.length === 6,
  )
  const filter = { nodeId: 'long', status: 'waiting', version: 1 }
  const look = await bulk(tenant, flow, { action: 'cancel', filter, dryRun: true })
  assert.deepEqual([look.count, look.started, look.id], [3, false, null])
  assert.deepEqual(look.runs.map(({ subject }: Run) => subject).sort(), ['s3', 's4', 's5'])
  assert.equal((await subjects(tenant, flow, 'waiting')).length, 6, 'nothing has happened')
  const spared = look.runs.find(({ subject }: Run) => subject === 's4').id
  const { id, count } = await bulk(tenant, flow, {
    ...{ action: 'cancel', filter, exclude: [spared], reason: 'a mistake', perSecond: 1 },
  })
  assert.equal(count, 2)
  const { done, total, refused } = await over(tenant, flow, id)
  assert.deepEqual([done, total, refused], [2, 2, 0])
  // As if somebody had stopped one by itself between the count and its turn.
  await flows.program.database.worker.query('update flow_bulk set done = 1 where id = $1', [id])
  assert.equal((await over(tenant, flow, id)).passed, 1)
  assert.deepEqual(await subjects(tenant, flow, 'cancelled'), ['s3', 's5'])
  const cancelled = (await runs(tenant, flow)).filter(({ status }) => status === 'cancelled')
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/runs/${cancelled[0]?.id}`)).outcome, 'a mistake')
  const [row] = await flows.program.database.worker.query<{ n: number }>(
    `select count(*)::int as n from due where kind = 'flow.wake' and tenant = $1`,
    [tenant],
  )
  assert.equal(row?.n, 4)
  await flows.pass(10 * HOUR)
  await until(
    'the others end',
    () => subjects(tenant, flow, 'completed'),
    (found) => found.length === 4,
  )
  assert.deepEqual(await subjects(tenant, flow, 'cancelled'), ['s3', 's5'])
})

test('failed runs are tried again by cause, and ended ones replayed on what is published now', async () => {
  const tenant = 'again'
  const url = `${flows.receiver.url}/bulk`
  const drawn = (outcome: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['call', 'http', { method: 'POST', url, retry: { attempts: 1 } }],
        ['end', 'end', { outcome }],
      ],
      ['start call', 'call.ok end'],
    )
  const flow = await flows.published(tenant, 'A', drawn('first'))
  flows.receiver.breakWith(503)
  for (const n of [1, 2, 3]) await flows.tell(tenant, 'go', `s${n}`)
  await until(
    'three',
    () => subjects(tenant, flow, 'failed'),
    (found) => found.length === 3,
  )
  flows.receiver.breakWith(null)
  assert.equal(
    (await bulk(tenant, flow, { action: 'retry', filter: { cause: 'nothing of it' }, dryRun: true })).count,
    0,
  )
  const [{ id: one }] = (await bulk(tenant, flow, { action: 'retry', dryRun: true })).runs
  const cause = (await flows.ok(tenant, 'GET', `/api/v1/runs/${one}`)).failure.cause
  const retried = await bulk(tenant, flow, { action: 'retry', filter: { cause, nodeId: 'call' } })
  assert.equal((await over(tenant, flow, retried.id)).done, 3)
  await until(
    'they end',
    () => subjects(tenant, flow, 'completed'),
    (found) => found.length === 3,
  )
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn('second'))
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, {})
  flows.clock.advance(1)
  const replayed = await bulk(tenant, flow, { action: 'replay', filter: { key: 's2' } })
  assert.equal((await over(tenant, flow, replayed.id)).done, 1)
  const found = await until(
    'a fourth',
    () => runs(tenant, flow),
    (all) => all.length === 4 && all.every(({ status }) => status === 'completed'),
  )
  const outcomes = await Promise.all(
    found.map(async ({ id }) => (await flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)).outcome),
  )
  assert.deepEqual(outcomes.sort(), ['first', 'first', 'first', 'second'])
  const other = graph(
    [
      ['start', 'trigger', { event: 'other' }],
      ['end', 'end', {}],
    ],
    ['start end'],
  )
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, other)
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, {})
  flows.clock.advance(1)
  const left = await over(tenant, flow, (await bulk(tenant, flow, { action: 'replay', filter: { key: 's3' } })).id)
  const [{ why, messages }] = left.refusals
  assert.equal(why, 'Its event begins no run of what is published now.')
  assert.equal(messages.es, 'Su evento no empieza ninguna ejecución de lo que está publicado ahora.')
})

test('many runs of one key are replayed, or tried again, where none of them is left under way', async () => {
  const tenant = 'one-key'
  const ends = (n: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['n', 'set', { vars: { n } }],
        ['end', 'end', {}],
      ],
      ['start n', 'n end'],
    )
  const flow = await flows.published(tenant, 'K', ends('1'))
  for (let i = 0; i < 3; i++) await flows.tell(tenant, 'go', 's')
  await flows.settled()
  flows.clock.advance(1)
  const replayed = await over(tenant, flow, (await bulk(tenant, flow, { action: 'replay' })).id)
  assert.deepEqual([replayed.done, replayed.refused], [3, 0], JSON.stringify(replayed.refusals))
  const failing = await flows.published(tenant, 'F', ends('event.data.missing'))
  for (let i = 0; i < 3; i++) await flows.tell(tenant, 'go', 's')
  await until(
    'three that failed',
    () => subjects(tenant, failing, 'failed'),
    (found) => found.length === 3,
  )
  flows.clock.advance(1)
  const retried = await over(tenant, failing, (await bulk(tenant, failing, { action: 'retry' })).id)
  assert.deepEqual([retried.done, retried.refused], [3, 0], JSON.stringify(retried.refusals))
})

test('what would not be tried again is counted apart, by the very reason that it is refused with', async () => {
  const tenant = 'refused'
  const url = `${flows.receiver.url}/refused`
  const call = (id: string) => [id, 'http', { method: 'POST', url, retry: { attempts: 1 } }] as const
  const missing = (id: string) => [id, 'set', { vars: { [id]: 'event.data.missing' } }] as const
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      [
        'how',
        'branch',
        {
          cases: ['undone', 'branches', 'alone', 'called'].map((handle) => ({
            handle,
            when: `event.data.how == '${handle}'`,
          })),
        },
      ],
      call('slot'),
      call('giveBack'),
      missing('charge'),
      ['both', 'parallel', {}],
      ['rest', 'wait', { for: 'P1D' }],
      missing('one'),
      missing('alone'),
      call('called'),
    ],
    [
      'start how',
      'how.undone slot',
      'slot.ok charge',
      'slot.undo giveBack',
      'how.branches both',
      'both rest',
      'both one',
      'how.alone alone',
      'how.called called',
      'how.else rest',
    ],
  )
  const flow = await flows.published(tenant, 'R', drawn)
  const hows = ['called', 'undone', 'undone', 'undone', 'branches', 'branches', 'alone', 'alone']
  const fails = async (many: number) =>
    until(
      `${many} failed`,
      async () => (await runs(tenant, flow)).filter(({ status }) => status === 'failed'),
      ({ length }) => length === many,
    )
  flows.receiver.breakWith(503)
  for (const [i, how] of hows.entries()) {
    await flows.tell(tenant, 'go', `s${i}`, { how })
    if (how === 'called') await fails(1)
    flows.receiver.breakWith(null)
  }
  const failed = await fails(hows.length)
  // Somebody sent it once more from the history, and it went through.
  await flows.program.database.worker.query(
    `update delivery_attempt set ended = 'delivered' where tenant = $1 and ended <> 'delivered'`,
    [tenant],
  )
  await flows.tell(tenant, 'go', 's7', { how: 'waits' })
  await until(
    'another of its key',
    () => subjects(tenant, flow, 'waiting'),
    ({ length }) => length === 1,
  )
  flows.clock.advance(1)
  const look = await bulk(tenant, flow, { action: 'retry', dryRun: true })
  const UNDONE = 'What it did was undone: fork it instead.'
  const BRANCHES = 'It had several branches when it failed: fork it instead.'
  const TAKEN = 'A run of this flow for the same key is under way already.'
  const THROUGH = 'The call of the step went through, and its answer could not be used: fork the run behind it instead.'
  const reasons = { [UNDONE]: 3, [BRANCHES]: 2, [TAKEN]: 1, [THROUGH]: 1 }
  assert.deepEqual(
    Object.fromEntries(look.refused.map(({ count, why }: { count: number; why: string }) => [why, count])),
    reasons,
  )
  assert.equal(look.refused[0].messages.es, 'Lo que hizo se deshizo: empieza otra desde un paso.')
  assert.deepEqual([look.count, look.runs.map(({ subject }: Run) => subject)], [1, ['s6']])
  for (const [subject, why] of Object.entries({ s0: THROUGH, s1: UNDONE, s4: BRANCHES, s7: TAKEN })) {
    const id = failed.find((run) => run.subject === subject)?.id
    const { status, body } = await flows.call(tenant, 'POST', `/api/v1/runs/${id}/retry`)
    assert.deepEqual([status, body.detail], [409, why])
  }
  const work = await bulk(tenant, flow, { action: 'retry' })
  assert.deepEqual([work.count, work.refused], [look.count, look.refused])
  const { total, done, refused, refusals } = await over(tenant, flow, work.id)
  assert.deepEqual([total, done, refused], [8, 1, 7])
  for (const [why, many] of Object.entries(reasons)) {
    assert.equal(refusals.filter((one: { why: string }) => one.why === why).length, many, why)
  }
})

test('what cannot be asked for is refused', async () => {
  const tenant = 'bad'
  const flow = await flows.published(tenant, 'B', parking)
  const refused = async (body: object) =>
    (await flows.call(tenant, 'POST', `/api/v1/flows/${flow}/runs/bulk`, body)).body.errors?.map(
      ({ path }: { path: string }) => path,
    )
  assert.deepEqual(await refused({ action: 'cancel', filter: { status: 'failed' } }), ['/filter/status'])
  assert.deepEqual(await refused({ action: 'retry', reason: 'x' }), ['/reason'])
  assert.deepEqual(await refused({ action: 'delete' }), ['/action'])
  assert.equal((await flows.call('other', 'POST', `/api/v1/flows/${flow}/runs/bulk`, { action: 'cancel' })).status, 404)
})

test('what would not be replayed is counted apart, and what began no run is not done', async () => {
  const tenant = 'not-replayed'
  const drawn = (settings: object, event = 'go') => ({
    ...graph(
      [
        ['start', 'trigger', { event }],
        ['which', 'branch', { cases: [{ handle: 'stay', when: 'event.data.n > 2' }] }],
        ['rest', 'wait', { for: 'PT9H' }],
        ['end', 'end', {}],
      ],
      ['start which', 'which.stay rest', 'which.else end'],
    ),
    settings,
  })
  const url = (flow: string) => `/api/v1/flows/${flow}`
  type Told = { count: number; why: string }
  /** Counts, does it, and expects both to say the same. */
  const replayed = async (flow: string): Promise<[number, [number, string][]]> => {
    flows.clock.advance(1)
    const before = (await runs(tenant, flow)).length
    const look = await bulk(tenant, flow, { action: 'replay', dryRun: true })
    const { id } = await bulk(tenant, flow, { action: 'replay' })
    const { done, refused, total } = await over(tenant, flow, id)
    const told: [number, string][] = look.refused.map(({ count, why }: Told) => [count, why])
    assert.deepEqual([done, refused], [look.count, told.reduce((sum, [count]) => sum + count, 0)])
    assert.equal(total, done + refused)
    await until(
      'they begin',
      async () => {
        await flows.pass(1_000)
        return runs(tenant, flow)
      },
      (found) => found.length === before + done,
    )
    return [done, told.sort(([, a], [, b]) => (a < b ? -1 : 1))]
  }
  const once = await flows.published(tenant, 'Once', drawn({ oncePer: 'P30D' }))
  for (const n of [0, 1]) await flows.tell(tenant, 'go', `s${n}`, { n })
  await until(
    'two',
    async () => {
      await flows.pass(1_000)
      return subjects(tenant, once, 'completed')
    },
    (found) => found.length === 2,
  )
  const lately = 'Its key began a run already within the time of `oncePer`.'
  assert.deepEqual(await replayed(once), [0, [[2, lately]]])
  await flows.pass(31 * 24 * HOUR)
  assert.deepEqual(await replayed(once), [2, []], 'the time is over')
  await flows.pass(31 * 24 * HOUR)
  const waits = 'Another one of the same key waits for its turn to begin already.'
  assert.deepEqual(await replayed(once), [2, [[2, waits]]], 'of each key there are two by now')
  await flows.ok(tenant, 'PUT', `${url(once)}/draft`, drawn({ oncePer: 'P30D' }, 'other'))
  await flows.ok(tenant, 'POST', `${url(once)}/publish`, {})
  assert.deepEqual(await replayed(once), [0, [[6, 'Its event begins no run of what is published now.']]])
  await flows.ok(tenant, 'POST', `${url(once)}/unpublish`, {})
  assert.deepEqual(await replayed(once), [0, [[6, 'The flow is not published.']]])

  const underWay = 'A run of this flow for the same key is under way already.'
  const keyed = await flows.published(tenant, 'Keyed', drawn({}))
  for (const n of [0, 3]) await flows.tell(tenant, 'go', `k${n}`, { n })
  await flows.settled()
  const waiting = (await runs(tenant, keyed)).find(({ status }) => status === 'waiting')
  await flows.ok(tenant, 'POST', `/api/v1/runs/${waiting?.id}/cancel`, {})
  await flows.tell(tenant, 'go', 'k3', { n: 3 })
  await flows.settled()
  assert.deepEqual(await replayed(keyed), [1, [[1, underWay]]])
})
