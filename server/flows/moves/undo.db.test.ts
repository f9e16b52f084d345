import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { replayed } from '#flows/machine/replay/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* Who goes back is as if nobody had moved or stopped them: the timeline says so, and so does a replay. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

type Nodes = Parameters<typeof graph>[0]
type Visit = { visit: number; nodeId: string; endedAt: string | null; way?: string; version: number }

const ROUNDS: Nodes = [0, 1, 2].map((n) => [`first${n}`, 'wait', { for: 'PT1H' }])

/** Waits of an hour each, a wait of six that a version may lack, a question, and a word. */
function drawn(rounds: number, hasWait: boolean) {
  const first = ROUNDS.slice(0, rounds)
  const way = ['start', ...first.map(([id]) => id), ...(hasWait ? ['w'] : []), 'ask', 'told', 'end']
  return graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ...first,
      ...(hasWait ? ([['w', 'wait', { for: 'PT6H' }]] as const) : []),
      ['ask', 'waitForEvent', { event: 'back', timeout: 'P60D' }],
      ['told', 'emit', { type: 'was.told' }],
      ['end', 'end', { outcome: 'back' }],
    ],
    way.slice(1).map((to, i) => `${way[i]} ${to}`),
  )
}

const draw = (tenant: string, flow: string, graph: unknown) =>
  flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, graph)
const publish = (tenant: string, flow: string, body: object) =>
  flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, body)
const comes = (tenant: string, flow: string, state: string) =>
  until(
    `the move is ${state}`,
    () => flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/versions/2/move`),
    (row) => row.state === state,
  )
async function undo(tenant: string, flow: string): Promise<number> {
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  return (await comes(tenant, flow, 'undone')).runs.restored
}

for (const rounds of [0, 1, 3])
  for (const [name, body, passed] of [
    ['moved', { runs: 'move', map: { w: 'ask' } }, 0],
    ['moved and come to its step', { runs: 'move', map: { w: 'ask' } }, HOUR],
    ['stopped', { runs: 'stop' }, HOUR],
  ] as const)
    test(`the timeline of a run that was ${name} after ${rounds} waits is that of one that was not`, async () => {
      const tenant = `${name.replaceAll(' ', '-')}-${rounds}`
      const flow = await flows.published(tenant, 'F', drawn(rounds, true))
      const from = flows.clock.now()
      await flows.tell(tenant, 'go', 's1')
      for (const [id] of ROUNDS.slice(0, rounds)) {
        await flows.stands(tenant, flow, id)
        await flows.pass(HOUR)
      }
      const stood = await flows.stands(tenant, flow, 'w')
      await draw(tenant, flow, drawn(rounds, false))
      await publish(tenant, flow, body)
      await comes(tenant, flow, 'moved')
      await flows.pass(passed)
      if (passed > 0 && body.runs === 'move') await flows.stands(tenant, flow, 'ask')
      assert.equal(await undo(tenant, flow), 1)
      const back = await flows.runOf(tenant, flow)
      assert.deepEqual([back.steps, back.waitsFor, back.version], [stood.steps, stood.waitsFor, 1])

      await flows.pass(6 * HOUR - passed)
      await flows.stands(tenant, flow, 'ask')
      await flows.tell(tenant, 'back', 's1')
      await flows.comesTo(tenant, flow, 'completed')
      const { id, steps } = await flows.runOf(tenant, flow)
      assert.deepEqual(
        steps.map(({ visit, nodeId, version, way }: Visit) => [visit, nodeId, version, way ?? null]),
        [
          ['start', 'out'],
          ...ROUNDS.slice(0, rounds).map(([node]) => [node, 'out']),
          ['w', 'out'],
          ['ask', 'event'],
          ['told', 'out'],
          ['end', null],
        ].map(([node, way], i) => [i + 1, node, 1, way]),
      )
      assert.ok(steps.every(({ endedAt }: Visit) => endedAt !== null))
      assert.ok(!JSON.stringify(steps).includes('stopped by'), JSON.stringify(steps))

      await flows.settled()
      await flows.pass(HOUR)
      const again = await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/replay`, { version: 1 })
      assert.deepEqual(again.differences, [])
      const all = await replayed(flows, tenant, flow, from, { version: 1 })
      assert.deepEqual([all.runs, all.same, all.kinds], [{ real: 1, draft: 1 }, 1, []])
    })
