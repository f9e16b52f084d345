import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { access } from '#access/index.ts'
import { armOf } from '#flows/nodes/split.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows([access])
})
after(() => flows.close())

const DAY = 24 * HOUR
const drawn = (winner: object, arms = ['a', 'b']) =>
  graph(
    [
      ['start', 'trigger', { event: 'quiet' }],
      [
        'try',
        'split',
        { arms: [...arms, 'none'].map((handle) => ({ handle, weight: 1 })), holdout: 'none', winner, group: 'winners' },
      ],
      ...arms.map((arm) => [arm, 'end', { outcome: arm }] as const),
    ],
    ['start try', ...arms.map((arm) => `try.${arm} ${arm}`)],
    { onePerKey: false, goal: { event: 'back', within: 'P1D' } },
  )

const EQUAL = ['a', 'b', 'none'].map((handle) => ({ handle, weight: 1 }))
const drawnBy = (who: string) => armOf(EQUAL, 'none', 'winners', who) as 'a' | 'b' | 'none'

/** The first people of a group that come to each of three equal arms. */
function cast(each: number, from = 0): { a: string[]; b: string[]; none: string[] } {
  const found: { a: string[]; b: string[]; none: string[] } = { a: [], b: [], none: [] }
  for (let i = from; Object.values(found).some((people) => people.length < each); i++) {
    const arm = drawnBy(`p${i}`)
    if (found[arm].length < each) found[arm].push(`p${i}`)
  }
  return found
}

const enter = (tenant: string, people: readonly string[]) =>
  Promise.all(people.map((who) => flows.tell(tenant, 'quiet', who, { patient_id: who })))
const comeBack = (tenant: string, people: readonly string[]) =>
  Promise.all(people.map((who) => flows.tell(tenant, 'back', who)))
type Report = {
  versions: { version: number; winner: Winner; arms: Arm[] }[]
}
type Winner = {
  state: string
  arm: string
  promoted: boolean
  counts: { arm: string; people: number; hits: number }[]
  minimum: number
  windowsEndAt: string | null
}
type Arm = { arm: string; entered: number }
const report = (tenant: string, id: string): Promise<Report> =>
  flows.ok(tenant, 'GET', `/api/v1/flows/${id}/report?node=try`)
const winner = async (tenant: string, id: string) => (await report(tenant, id)).versions[0]?.winner
/** Looks are a hundredth of a day apart. */
const NEXT = DAY / 100
const look = (ms: number) => flows.pass(ms).then(() => flows.settled())

test('the winner is told once its people are there, takes all but the holdout, and is told of', async () => {
  const tenant = 'wins'
  const id = await flows.published(tenant, 'W', drawn({ minimum: 100, promote: true }))
  const { a, b, none } = cast(100)
  await enter(tenant, [...a, ...b.slice(0, 99), ...none.slice(0, 20)])
  await comeBack(tenant, [...a.slice(0, 60), ...b.slice(0, 20)])
  await flows.settled()
  await look(DAY + HOUR)
  await look(HOUR)
  const missing = await winner(tenant, id)
  assert.equal(missing?.state, 'running', 'one of an arm is missing')
  assert.deepEqual([missing?.minimum, missing?.windowsEndAt], [100, null])
  assert.deepEqual(missing?.counts, [
    { arm: 'a', people: 100, hits: 60 },
    { arm: 'b', people: 99, hits: 20 },
  ])
  await enter(tenant, b.slice(99))
  await flows.settled()
  await look(HOUR)
  const open = await winner(tenant, id)
  assert.equal(open?.state, 'running', 'the window of one is not over')
  assert.deepEqual(
    open?.counts.map(({ people }) => people),
    [100, 99],
  )
  const left = Date.parse(open?.windowsEndAt ?? '') - flows.program.runtime.clock.now()
  assert.ok(left > DAY - 2 * HOUR && left < DAY, `the last window ends in ${left} ms`)
  await look(DAY)
  const found = await until(
    'a winner',
    () => look(NEXT).then(() => winner(tenant, id)),
    (one) => one?.state !== 'running',
  )
  assert.deepEqual([found?.state, found?.arm, found?.promoted], ['won', 'a', true])
  const later = cast(110)
  const late = { a: later.a.slice(100), b: later.b.slice(100), none: later.none.slice(100) }
  await enter(tenant, [...late.a, ...late.b, ...late.none])
  await flows.settled()
  const arms = Object.fromEntries(
    (await report(tenant, id)).versions[0]?.arms.map(({ arm, entered }) => [arm, entered]) ?? [],
  )
  assert.deepEqual(arms, { a: 120, b: 100, none: 30 })
  const told = await flows.program.database.transaction((tx) =>
    tx.query<{ raw: string }>(`select raw from event_log where tenant = $1 and type = 'flow.experiment_decided'`, [
      tenant,
    ]),
  )
  assert.deepEqual(
    told.map(({ raw }) => JSON.parse(raw).data),
    [
      {
        ...{ flowId: id, version: 1, node: 'try', arm: 'a', promoted: true },
        arms: [
          { arm: 'a', people: 100, hits: 60 },
          { arm: 'b', people: 100, hits: 20 },
        ],
      },
    ],
  )
  const { items } = await flows.ok(tenant, 'GET', '/api/v1/audit?action=flow.winner-promoted')
  assert.deepEqual([items.length, items[0].actor, items[0].after.arm], [1, 'system', 'a'])
  await flows.ok(tenant, 'POST', `/api/v1/flows/${id}/publish`, {})
  assert.equal((await report(tenant, id)).versions.length, 1, 'a new version is a new experiment')
})

test('where a version is tried out or replayed its winner takes what it takes in earnest, from then on', async () => {
  const tenant = 'tried'
  const iso = (at: number) => new Date(at).toISOString()
  const from = iso(flows.clock.now())
  const id = await flows.published(tenant, 'T', drawn({ minimum: 100, promote: true }))
  const all = cast(110)
  await enter(tenant, [...all.a.slice(0, 100), ...all.b.slice(0, 100), ...all.none.slice(0, 10)])
  await comeBack(tenant, [...all.a.slice(0, 60), ...all.b.slice(0, 20)])
  await flows.settled()
  await look(DAY)
  await until(
    'a winner',
    () => look(NEXT).then(() => winner(tenant, id)),
    (one) => one?.promoted === true,
  )
  const before = iso(flows.clock.now() - HOUR)
  await enter(tenant, [...all.a.slice(100), ...all.b.slice(100), ...all.none.slice(100)])
  await flows.settled()
  const to = iso(flows.clock.now() + 1)
  flows.clock.advance(HOUR)

  const asked = (path: string, body: object) => flows.ok(tenant, 'POST', `/api/v1/flows/${id}/${path}`, body)
  const ways = async (of: object, time?: string) => {
    const found = []
    for (const [who = ''] of [all.a, all.b, all.none]) {
      const event = { type: 'quiet', subject: who, data: { patient_id: who }, ...(time === undefined ? {} : { time }) }
      const { path } = await asked('simulate', { event, ...of })
      found.push(path[1].output.arm)
    }
    return found
  }
  const promoted = ['a', 'a', 'none']
  const byLot = ['a', 'b', 'none']
  assert.deepEqual(
    {
      version: await ways({ version: 1 }),
      published: await ways({ useDraft: false }),
      before: await ways({ version: 1 }, before),
      draft: await ways({}),
    },
    { version: promoted, published: promoted, before: byLot, draft: byLot },
  )

  const lots = Object.groupBy(
    Array.from({ length: 60 }, (_, i) => drawnBy(`person-${i + 1}`)),
    (arm) => arm,
  )
  const [a = 0, b = 0, none = 0] = [lots.a?.length, lots.b?.length, lots.none?.length]
  const people = async (of: object) => {
    const trial = { people: { invented: { count: 60 } }, event: { type: 'quiet', data: {} }, lasts: 'PT1H' }
    const { totals } = await asked('simulate/people', { ...trial, ...of })
    return Object.fromEntries(totals.arms.map((one: { arm: string; runs: number }) => [one.arm, one.runs]))
  }
  assert.deepEqual(
    [await people({ version: 1 }), await people({})],
    [
      { a: a + b, none },
      { a, b, none },
    ],
  )

  const replayed = async (of: object) => {
    const { comparison } = await asked('replay', { from, to, ...of })
    return [comparison.runs.real, comparison.different]
  }
  assert.deepEqual(
    [await replayed({ version: 1 }), await replayed({})],
    [
      [240, 0],
      [240, 10],
    ],
  )
  const runs = await flows.runsOf(tenant, id)
  const late = runs.find(({ subject }: { subject: string }) => subject === all.b[100])
  assert.equal((await flows.ok(tenant, 'POST', `/api/v1/runs/${late.id}/replay`, { version: 1 })).same, true)
})

test('arms that cannot be told apart stay as they are, and are not asked again', async () => {
  const tenant = 'draws'
  const id = await flows.published(tenant, 'D', drawn({ minimum: 100, promote: true }))
  const { a, b } = cast(100)
  await enter(tenant, [...a, ...b])
  await comeBack(tenant, [...a.slice(0, 22), ...b.slice(0, 20)])
  await flows.settled()
  await look(DAY)
  const found = await until(
    'the end',
    () => look(NEXT).then(() => winner(tenant, id)),
    (one) => one?.state !== 'running',
  )
  assert.deepEqual([found?.state, found?.arm, found?.promoted], ['undecided', null, false])
})

test('a version that takes nobody any more ends its search', async () => {
  const tenant = 'ends'
  const id = await flows.published(tenant, 'E', drawn({ minimum: 100 }))
  await enter(tenant, cast(2).a)
  await flows.settled()
  await flows.ok(tenant, 'POST', `/api/v1/flows/${id}/unpublish`)
  await look(2 * DAY)
  await until(
    'the end',
    () => look(NEXT).then(() => winner(tenant, id)),
    (one) => one?.state === 'ended',
  )
})

test('a search that ended goes on when its version is published again', async () => {
  const tenant = 'again'
  const id = await flows.published(tenant, 'A', drawn({ minimum: 100 }))
  const { a, b } = cast(100)
  await enter(tenant, [...a, ...b.slice(0, 99)])
  await comeBack(tenant, a.slice(0, 60))
  await flows.settled()
  await look(DAY + HOUR)
  await flows.ok(tenant, 'POST', `/api/v1/flows/${id}/publish`, {})
  const becomes = (state: string) =>
    until(
      state,
      () => look(NEXT).then(() => winner(tenant, id)),
      (one) => one?.state === state,
    )
  await becomes('ended')
  await flows.ok(tenant, 'POST', `/api/v1/flows/${id}/publish/undo`)
  assert.equal((await winner(tenant, id))?.state, 'running')
  await enter(tenant, b.slice(99))
  await flows.settled()
  await look(DAY)
  assert.equal((await becomes('won'))?.arm, 'a')
})

test('a rule that cannot find a winner is refused', async () => {
  const tenant = 'refused'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'R' })
  const faults = async (winnerRule: object, arms?: string[]) => {
    const { body } = await flows.call(tenant, 'PUT', `/api/v1/flows/${id}/draft`, drawn(winnerRule, arms))
    return body.faults.map(({ path }: { path: string }) => path)
  }
  assert.deepEqual(await faults({ minimum: 100 }), [])
  assert.deepEqual(await faults({ minimum: 100 }, ['a']), ['/nodes/try/data/winner'])
  assert.deepEqual(await faults({ minimum: 10 }), ['/nodes/try/data/winner/minimum'])
  assert.deepEqual(await faults({ minimum: 100, confidence: 1 }), ['/nodes/try/data/winner/confidence'])
})
