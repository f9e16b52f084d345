import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

/* Whom a move leaves behind is known before it is published, and told after it. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

type Nodes = Parameters<typeof graph>[0]

const draw = (tenant: string, flow: string, drawn: unknown) =>
  flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn)
const publish = (tenant: string, flow: string, body: object) =>
  flows.call(tenant, 'POST', `/api/v1/flows/${flow}/publish`, body)
const comes = (tenant: string, flow: string, version: number, state: string) =>
  until(
    `the move is ${state}`,
    () => flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/versions/${version}/move`),
    (row) => row.state === state,
  )
const begunWith = async (tenant: string, nodes: Nodes, edges: readonly string[], data = {}) => {
  const drawn = graph([['start', 'trigger', { event: 'go' }], ...nodes], edges)
  const flow = await flows.published(tenant, 'F', drawn)
  for (const subject of ['s1', 's2']) await flows.tell(tenant, 'go', subject, data)
  await flows.settled()
  return flow
}
const previewOf = async (tenant: string, flow: string) => {
  const { runs, needsMap } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/preview`, {})
  type Place = { nodeId: string; runs: number; stays: { runs: number; says: { en: string } }[] }
  const stays = runs.standing.map(({ nodeId, runs: n, stays }: Place) => [
    nodeId,
    n,
    ...stays.map(({ runs, says }) => `${runs}: ${says.en}`),
  ])
  return { total: runs.total, needsMap, stays }
}

test('who is inside of a fork that is gone stays, and that is said before, refused where a map says otherwise, and told', async () => {
  const tenant = 'inside-fork'
  const flow = await begunWith(
    tenant,
    [
      ['fork', 'parallel'],
      ['w1', 'wait', { for: 'P2D' }],
      ['w2', 'wait', { for: 'P3D' }],
      ['meet', 'join'],
      ['bye', 'end'],
    ],
    ['start fork', 'fork w1', 'fork w2', 'w1 meet', 'w2 meet', 'meet bye'],
  )
  await draw(
    tenant,
    flow,
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['w', 'wait', { for: 'PT1H' }],
      ],
      ['start w'],
    ),
  )
  const why = 'step fork (In parallel), which they are inside of, is gone'
  assert.deepEqual(await previewOf(tenant, flow), {
    total: 2,
    needsMap: [],
    stays: [
      ['w1', 2, `2: ${why}`],
      ['w2', 2, `2: ${why}`],
    ],
  })
  const refused = await publish(tenant, flow, { runs: 'move', map: { w1: 'w', w2: 'w' } })
  assert.deepEqual(
    [refused.status, refused.body.errors.map(({ path }: { path: string }) => path)],
    [422, ['/map/w1', '/map/w2']],
  )
  assert.match(refused.body.errors[0].messages.es, /nadie que esté ahí puede ir: el paso fork/)
  const { body } = await publish(tenant, flow, { runs: 'move' })
  assert.deepEqual(
    body.warnings.map(({ message }: { message: string }) => message),
    ['w1', 'w2'].map((id) => `2 runs at step ${id} (Wait) keep version 1: ${why}`),
  )
  const row = await comes(tenant, flow, 2, 'moved')
  assert.deepEqual([row.runs.moved, row.runs.kept, row.why[0].runs, row.why[0].says.en], [0, 2, 2, why])
})

test('who is inside of a loop that is gone stays, though the step stays at which they stand', async () => {
  const tenant = 'inside-loop'
  const nodes: Nodes = [
    ['w', 'wait', { for: 'P1D' }],
    ['c', 'set', { vars: { c: '1' } }],
    ['bye', 'end'],
  ]
  const flow = await begunWith(
    tenant,
    [['loop', 'forEach', { items: 'event.data.l', as: 'x' }], ...nodes],
    ['start loop', 'loop.item w', 'w c', 'loop.done bye'],
    { l: [1, 2] },
  )
  const drawn = graph([['start', 'trigger', { event: 'go' }], ...nodes], ['start w', 'w c', 'c bye'])
  await draw(tenant, flow, drawn)
  const why = 'step loop (For each item), which they are inside of, is gone'
  assert.deepEqual(await previewOf(tenant, flow), { total: 2, needsMap: [], stays: [['w', 2, `2: ${why}`]] })
  const { body } = await publish(tenant, flow, { runs: 'move' })
  assert.equal(body.warnings[0].message, `2 runs at step w (Wait) keep version 1: ${why}`)
  assert.equal((await comes(tenant, flow, 2, 'moved')).runs.kept, 2)
})

test('who may undo a step that is gone stays', async () => {
  const tenant = 'may-undo'
  const waitsOn: Nodes = [['w', 'wait', { for: 'P1D' }]]
  const flow = await begunWith(
    tenant,
    [['told', 'emit', { type: 'was.told' }], ['back', 'emit', { type: 'was.taken.back' }], ...waitsOn],
    ['start told', 'told w', 'told.undo back'],
  )
  await draw(tenant, flow, graph([['start', 'trigger', { event: 'go' }], ...waitsOn], ['start w']))
  const { stays } = await previewOf(tenant, flow)
  assert.deepEqual(stays, [['w', 2, '2: step told (Publish an event), which they have done and may undo, is gone']])
})

test('nobody goes into the body of a loop that they never entered: by a map it is refused, by the drawing they stay', async () => {
  const tenant = 'into-loop'
  const flow = await begunWith(
    tenant,
    [
      ['w', 'wait', { for: 'P1D' }],
      ['bye', 'end'],
    ],
    ['start w', 'w bye'],
    { l: [1, 2] },
  )
  const looped = (id: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['loop', 'forEach', { items: 'event.data.l', as: 'x' }],
        [id, 'wait', { for: 'PT1H' }],
        ['z', 'wait', { for: 'P1D' }],
        ['bye', 'end'],
      ],
      ['start loop', `loop.item ${id}`, 'loop.done z', 'z bye'],
    )
  await draw(tenant, flow, looped('q'))
  assert.deepEqual(await previewOf(tenant, flow), { total: 2, needsMap: ['w'], stays: [['w', 2]] })
  const refused = await publish(tenant, flow, { runs: 'move', map: { w: 'q' } })
  assert.deepEqual([refused.status, refused.body.errors[0].path], [422, '/map/w'])
  assert.match(refused.body.errors[0].message, /step q \(Wait\) is done for each item of step loop/)
  await draw(tenant, flow, looped('w'))
  const seen = await previewOf(tenant, flow)
  assert.match(seen.stays[0][2], /^2: step w \(Wait\) is done for each item of step loop/)
  await publish(tenant, flow, { runs: 'move' })
  assert.equal((await comes(tenant, flow, 2, 'moved')).runs.kept, 2)
  await draw(tenant, flow, looped('q'))
  await publish(tenant, flow, { runs: 'move', map: { w: 'z' } })
  assert.equal((await comes(tenant, flow, 3, 'moved')).runs.moved, 2)
})
