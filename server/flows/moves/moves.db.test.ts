import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows.close())

type Nodes = Parameters<typeof graph>[0]
const waits = (time: string, more: Nodes = [], edges: readonly string[] = ['w told']) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'wait', { for: time }],
      ['told', 'emit', { type: 'was.told' }],
      ...more,
    ],
    ['start w', ...edges],
  )
const LONG = waits('PT10H')

async function begun(tenant: string, n: number, drawn: unknown = LONG): Promise<string> {
  const flow = await flows.published(tenant, 'F', drawn)
  for (let i = 0; i < n; i++) await flows.tell(tenant, 'go', `s${i}`)
  await flows.settled()
  assert.equal((await flows.runsOf(tenant, flow)).length, n)
  return flow
}
const draw = (tenant: string, flow: string, drawn: unknown) =>
  flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn)
const publish = (tenant: string, flow: string, body: object) =>
  flows.call(tenant, 'POST', `/api/v1/flows/${flow}/publish`, body)
const moveOf = (tenant: string, flow: string, version: number) =>
  flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/versions/${version}/move`)
const comes = (tenant: string, flow: string, version: number, state: string) =>
  until(
    `the move is ${state}`,
    () => moveOf(tenant, flow, version),
    (row) => row.state === state,
  )
const versionsOf = async (tenant: string, flow: string) =>
  (await flows.runsOf(tenant, flow)).map(({ version, status }: { version: number; status: string }) => [
    version,
    status,
  ])
const untilOf = async (tenant: string, flow: string): Promise<number[]> => {
  const runs = await flows.runsOf(tenant, flow)
  const times: number[] = []
  for (const { id } of runs) {
    const run = await flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)
    if (run.waitsFor?.until) times.push(Date.parse(run.waitsFor.until))
  }
  return times.sort((a, b) => a - b)
}

test('the preview counts who stands where, and publishing leaves them unless it says otherwise', async () => {
  const tenant = 'stay'
  const flow = await begun(tenant, 3)
  await draw(tenant, flow, waits('PT1H', [['more', 'end']], ['w told', 'told more']))
  const seen = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/preview`, {})
  assert.deepEqual(seen.runs, {
    total: 3,
    standing: [
      {
        version: 1,
        nodeId: 'w',
        type: 'wait',
        runs: 3,
        fate: 'changed',
        says: {
          en: '3 runs stand at step w (Wait) of version 1, which changed',
          es: '3 ejecuciones están en el paso w (Esperar) de la versión 1, que cambió',
        },
        stays: [],
      },
    ],
  })
  assert.deepEqual([seen.needsMap, seen.difference.counts], [[], { fieldChanged: 1, stepAdded: 1, edgeAdded: 1 }])
  assert.equal((await flows.runOf(tenant, flow)).steps[0].version, 1)
  const { body } = await publish(tenant, flow, {})
  assert.deepEqual([body.version, body.move.state, body.move.choice], [2, 'moved', 'stay'])
  await flows.settled()
  assert.deepEqual(
    await versionsOf(tenant, flow),
    [1, 2, 3].map(() => [1, 'waiting']),
  )
})

test('nobody whose move is being taken back acts meanwhile, whatever came due while the program was away', async () => {
  const tenant = 'away'
  const flow = await begun(tenant, 3)
  flows.clock.advance(2 * HOUR)
  await draw(tenant, flow, waits('PT1H'))
  await publish(tenant, flow, { runs: 'move', perMinute: 6 })
  await comes(tenant, flow, 2, 'moved')
  const becomes = (state: string) =>
    flows.program.database.worker.query('update flow_move set state = $2 where tenant = $1', [tenant, state])
  const completed = async () =>
    (await versionsOf(tenant, flow)).filter(([, status]: [number, string]) => status === 'completed').length
  // Asked for, and not begun with: as after a kill just behind the answer.
  await becomes('undoing')
  await flows.pass(20_000)
  await flows.settled()
  assert.equal(await completed(), 0)
  await becomes('moved')
  await until(
    'those whose time has come have acted',
    async () => {
      await flows.pass(1_000)
      return completed()
    },
    (many) => many === 3,
  )
})

test('shortened waits are re-timed at a stated pace; undoing brings back who has not acted yet', async () => {
  const tenant = 'paced'
  const begunAt = flows.clock.now()
  const flow = await begun(tenant, 5)
  flows.clock.advance(2 * HOUR)
  await draw(tenant, flow, waits('PT1H'))
  const { body } = await publish(tenant, flow, { runs: 'move', perMinute: 6 })
  assert.deepEqual([body.move.state, body.move.runs.total], ['moving', 5])
  const row = await comes(tenant, flow, 2, 'moved')
  assert.deepEqual(row.runs, { total: 5, moved: 5, paced: 5, stopped: 0, kept: 0, restored: 0, lost: 0 })
  const now = flows.clock.now()
  assert.deepEqual(
    await untilOf(tenant, flow),
    [1, 2, 3, 4, 5].map((n) => now + n * 10_000),
  )
  assert.equal(Date.parse(row.pacedUntil), now + 50_000)
  await flows.pass(20_000)
  await until(
    'two have acted',
    () => versionsOf(tenant, flow),
    (all) => all.filter(([, status]: [number, string]) => status === 'completed').length === 2,
  )
  const undone = await flows.call(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  assert.deepEqual([undone.status, undone.body.state], [200, 'undoing'])
  assert.equal((await comes(tenant, flow, 2, 'undone')).runs.restored, 3)
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}`)).published, 1)
  assert.deepEqual((await versionsOf(tenant, flow)).sort(), [
    [1, 'waiting'],
    [1, 'waiting'],
    [1, 'waiting'],
    [2, 'completed'],
    [2, 'completed'],
  ])
  assert.deepEqual(
    await untilOf(tenant, flow),
    [0, 1, 2].map(() => begunAt + 10 * HOUR),
  )
  // Timers of the move are gone, those of before are back.
  await flows.pass(60_000)
  await flows.settled()
  assert.equal(
    (await versionsOf(tenant, flow)).filter(([, status]: [number, string]) => status === 'waiting').length,
    3,
  )
  await flows.pass(begunAt + 10 * HOUR - flows.clock.now())
  await flows.comesTo(tenant, flow, 'completed')
  const told = await flows.program.database.transaction((tx) =>
    tx.query(`select 1 from event_log where tenant = $1 and type = 'was.told'`, [tenant]),
  )
  assert.equal(told.length, 5, 'each has told once')
  assert.equal((await flows.call(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)).status, 409, 'once')
  const [second] = (await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/versions`)).items
  assert.deepEqual([second.version, second.undone], [2, true])
})

test('runs at a step that is gone need a place to go, and go there one after the other', async () => {
  const tenant = 'mapped'
  const flow = await begun(tenant, 2)
  const other = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['bye', 'end', { outcome: 'moved' }],
    ],
    ['start bye'],
  )
  await draw(tenant, flow, other)
  const seen = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/preview`, {})
  assert.deepEqual([seen.needsMap, seen.runs.standing[0].fate], [['w'], 'removed'])
  for (const [map, path] of [
    [{}, '/map/w'],
    [{ w: 'nowhere' }, '/map/w'],
    [{ w: 'start' }, '/map/w'],
    [{ w: null, xx: 'bye' }, '/map/xx'],
  ] as const) {
    const refused = await publish(tenant, flow, { runs: 'move', map })
    assert.deepEqual([refused.status, refused.body.errors[0].path], [422, path], JSON.stringify(map))
    assert.match(refused.body.errors[0].messages.es, /no existe|ya no existe|comienzan|ninguna versión/)
  }
  const unmoved = await publish(tenant, flow, { runs: 'stay', map: { w: 'bye' } })
  assert.deepEqual([unmoved.status, unmoved.body.errors[0].path], [400, '/map'])
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}`)).published, 1, 'nothing was published')
  await publish(tenant, flow, { runs: 'move', map: { w: null } })
  assert.equal((await comes(tenant, flow, 2, 'moved')).runs.kept, 2)
  await publish(tenant, flow, { runs: 'move', map: { w: 'bye' }, perMinute: 60 })
  assert.equal((await comes(tenant, flow, 3, 'moved')).runs.paced, 2)
  await flows.pass(1_000)
  await until(
    'one has gone',
    () => versionsOf(tenant, flow),
    (all) => all.filter(([, status]: [number, string]) => status === 'completed').length === 1,
  )
  await flows.pass(1_000)
  await flows.comesTo(tenant, flow, 'completed')
  const run = await flows.runOf(tenant, flow)
  assert.deepEqual(
    [run.outcome, run.version, run.steps.map(({ nodeId }: { nodeId: string }) => nodeId)],
    ['moved', 3, ['start', 'w', 'bye']],
  )
  assert.deepEqual(
    run.steps.map(({ version }: { version: number }) => version),
    [1, 1, 3],
    'each step names the version by which it was entered',
  )
})

test('runs are stopped, and come back unless another took their place', async () => {
  const tenant = 'stopped'
  const flow = await begun(tenant, 3)
  await publish(tenant, flow, { runs: 'stop' })
  assert.equal((await comes(tenant, flow, 2, 'moved')).runs.stopped, 3)
  assert.deepEqual(
    await versionsOf(tenant, flow),
    [1, 2, 3].map(() => [1, 'cancelled']),
  )
  await flows.tell(tenant, 'go', 's1')
  await flows.settled()
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  assert.equal((await comes(tenant, flow, 2, 'undone')).runs.restored, 2)
  await flows.pass(10 * HOUR)
  await until(
    'all but one complete',
    () => versionsOf(tenant, flow),
    (all) => all.every(([, status]: [number, string]) => status !== 'waiting'),
  )
  assert.deepEqual((await versionsOf(tenant, flow)).sort(), [
    [1, 'cancelled'],
    [1, 'completed'],
    [1, 'completed'],
    [2, 'completed'],
  ])
})

test('who has but come to the step of the map goes back as well, and then waits as long as before', async () => {
  const tenant = 'mapped'
  const flow = await begun(tenant, 3)
  const begunAt = flows.clock.now()
  const other = [['week', 'wait', { for: 'P7D' }] as const]
  await draw(
    tenant,
    flow,
    graph(
      [['start', 'trigger', { event: 'go' }], ...other, ['told', 'emit', { type: 'was.told' }]],
      ['start week', 'week told'],
    ),
  )
  await publish(tenant, flow, { runs: 'move', map: { w: 'week' } })
  await comes(tenant, flow, 2, 'moved')
  await flows.pass(HOUR)
  await flows.stands(tenant, flow, 'week')
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  assert.equal((await comes(tenant, flow, 2, 'undone')).runs.restored, 3)
  assert.deepEqual(
    await untilOf(tenant, flow),
    [1, 2, 3].map(() => begunAt + 10 * HOUR),
  )
  await flows.pass(9 * HOUR)
  await flows.comesTo(tenant, flow, 'completed')
  const { steps } = await flows.runOf(tenant, flow)
  assert.deepEqual(
    steps.map(({ nodeId, version }: { nodeId: string; version: number }) => [nodeId, version]),
    [
      ['start', 1],
      ['w', 1],
      ['told', 1],
    ],
  )
})

test('a run that another had asked for does not come back: who asked has heard that it is over', async () => {
  const tenant = 'called'
  const asked = (timeout: string) =>
    graph(
      [
        ['start', 'trigger', { manual: true }],
        ['reply', 'waitForEvent', { event: 'reply', timeout }],
        ['end', 'end', {}],
      ],
      ['start reply', 'reply end'],
    )
  const flow = await flows.published(tenant, 'C', asked('P5D'))
  const asking = await flows.published(
    tenant,
    'A',
    graph(
      [
        ['start', 'trigger', { event: 'ask' }],
        ['call', 'subflow', { flow, wait: true }],
        ['end', 'end', {}],
        ['other', 'end', { outcome: 'without it' }],
      ],
      ['start call', 'call.out end', 'call.error other'],
    ),
  )
  await flows.tell(tenant, 'ask', 's1')
  await flows.stands(tenant, flow, 'reply')
  await draw(tenant, flow, asked('P6D'))
  await publish(tenant, flow, { runs: 'stop' })
  await comes(tenant, flow, 2, 'moved')
  await flows.comesTo(tenant, asking, 'completed')
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  assert.equal((await comes(tenant, flow, 2, 'undone')).runs.restored, 0)
  assert.deepEqual(await versionsOf(tenant, flow), [[1, 'cancelled']])
})

test('a reply that came before the move is heard after it', async () => {
  const tenant = 'reply'
  const flow = await begun(tenant, 1)
  await flows.tell(tenant, 'reply', 's0')
  await flows.settled()
  const asks = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'waitForEvent', { event: 'reply', timeout: 'P3D' }],
      ['end', 'end', { outcome: 'heard' }],
    ],
    ['start w', 'w end'],
  )
  await draw(tenant, flow, asks)
  await publish(tenant, flow, { runs: 'move' })
  await flows.comesTo(tenant, flow, 'completed')
  assert.equal((await flows.runOf(tenant, flow)).outcome, 'heard')
})

test('a day later, or after the next publish, nothing is taken back and nothing is kept for it', async () => {
  const tenant = 'late'
  const flow = await begun(tenant, 2)
  await draw(tenant, flow, waits('P5D'))
  await publish(tenant, flow, { runs: 'move' })
  await comes(tenant, flow, 2, 'moved')
  const kept = () =>
    flows.program.database.transaction((tx) => tx.query('select 1 from flow_move_run where tenant = $1', [tenant]))
  assert.equal((await kept()).length, 2)
  await flows.pass(24 * HOUR)
  await comes(tenant, flow, 2, 'closed')
  assert.equal((await flows.call(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)).status, 409)
  assert.deepEqual(await kept(), [])
})

test('a run that came back may last as long as its own version says, whatever the move did to its limit', async () => {
  const limited = (limit?: string) => ({ ...LONG, ...(limit === undefined ? {} : { settings: { timeLimit: limit } }) })
  for (const [tenant, runs, other] of [
    ['limit-stop', 'stop', limited()],
    ['limit-move', 'move', limited('PT9H')],
  ] as const) {
    const flow = await begun(tenant, 1, limited('PT2H'))
    const limits = async () => {
      const rows = await flows.program.database.worker.query<{ at: Date }>(
        "select due_at as at from due where kind = 'flow.wake' and tenant = $1 and key like '%:limit'",
        [tenant],
      )
      return rows.map(({ at }) => at.getTime())
    }
    const before = await limits()
    assert.equal(before.length, 1)
    await draw(tenant, flow, other)
    await publish(tenant, flow, { runs })
    await comes(tenant, flow, 2, 'moved')
    assert.notDeepEqual(await limits(), before)
    await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
    await comes(tenant, flow, 2, 'undone')
    assert.deepEqual(await limits(), before, runs)
  }
})

test('while a share of the runs tries a version, the publish before it is not taken back', async () => {
  const tenant = 'first-back'
  const flow = await flows.published(tenant, 'F', LONG)
  await draw(tenant, flow, waits('PT3H'))
  await publish(tenant, flow, { canary: { percent: 10 } })
  assert.equal((await flows.call(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)).status, 409)
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}`)).published, 1)
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/canary/stop`)
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  for (let i = 0; i < 5; i++) await flows.tell(tenant, 'go', `s${i}`)
  await flows.settled()
  assert.deepEqual(await flows.runsOf(tenant, flow), [])
})

test('a question whose run is on its way elsewhere can be answered no more, and is withdrawn as the run goes on', async () => {
  const tenant = 'asked'
  const asks = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['ask', 'approval', { to: 'boss@example.org', text: 'May I?' }],
      ['end', 'end'],
    ],
    ['start ask', 'ask.approved end', 'ask.rejected end'],
  )
  const flow = await begun(tenant, 1, asks)
  await draw(tenant, flow, waits('PT1H'))
  await publish(tenant, flow, { runs: 'move', map: { ask: 'told' }, perMinute: 1 })
  await comes(tenant, flow, 2, 'moved')
  const asked = async () => (await flows.ok(tenant, 'GET', '/api/v1/approvals')).items[0]
  const { id, status } = await asked()
  assert.equal(status, 'pending', 'until the run acts the publish can be taken back')
  const answer = await flows.call(tenant, 'POST', `/api/v1/approvals/${id}/approve`, {})
  assert.deepEqual(
    [answer.status, answer.body.detail],
    [409, 'Its run waits for it no more: nobody can answer it any more.'],
  )
  await flows.pass(60_000)
  await flows.comesTo(tenant, flow, 'completed')
  assert.equal((await asked()).status, 'withdrawn')
})

test('who changes the key while people are inside hears beforehand that moved runs keep theirs', async () => {
  const tenant = 'keys'
  const flow = await begun(tenant, 1)
  const warned = async () => {
    const { warnings } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/preview`, {})
    return warnings.map(({ path, messages }: { path: string; messages: object }) => [path, Object.keys(messages)])
  }
  await draw(tenant, flow, { ...waits('PT9H'), settings: { key: ' event.subject ' } })
  assert.deepEqual(await warned(), [], 'it is the same key')
  await draw(tenant, flow, { ...waits('PT9H'), settings: { key: 'event.data.id' } })
  assert.deepEqual(await warned(), [['/settings/key', ['en', 'es']]])
  const { body } = await publish(tenant, flow, { runs: 'move' })
  assert.match(body.warnings[0].message, /runs of version 1 are under way: moved, they keep the key/)
})

test('taken back while its runs are still on their way, a publish stands in nobody’s way', async () => {
  const tenant = 'at-once'
  const flow = await begun(tenant, 3)
  const { worker } = flows.program.database
  const DEADLOCKS = 'select deadlocks::int as n from pg_stat_database where datname = current_database()'
  const [before] = await worker.query<{ n: number }>(DEADLOCKS)
  for (let version = 2; version < 14; version++) {
    assert.equal((await publish(tenant, flow, { runs: 'move' })).status, 200)
    const undone = await flows.call(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
    assert.deepEqual([undone.status, undone.body.state], [200, 'undoing'])
    await comes(tenant, flow, version, 'undone')
  }
  assert.deepEqual(await versionsOf(tenant, flow), Array(3).fill([1, 'waiting']))
  // Each connection tells its figures when it has been idle for a second.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  assert.deepEqual(await worker.query<{ n: number }>(DEADLOCKS), [before])
})
