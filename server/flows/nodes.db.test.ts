import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

let h: FlowsHarness
before(async () => {
  h = await openFlows()
})
after(() => h?.close())

test('the arm that a run goes is kept for the report, once', async () => {
  await h.people('split')
  const arms = ['a', 'b'].map((handle) => ({ handle, weight: 1 }))
  const id = await h.published(
    'split',
    'Split',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['try', 'split', { arms, holdout: 'b' }],
        ['pause', 'wait', { for: 'PT1H' }],
        ['again', 'split', { arms }],
      ],
      ['start try', 'try.a pause', 'try.b pause', 'pause again', 'again.a pause', 'again.b pause'],
    ),
  )
  await h.tell('split', 'go', 'enc', { patient_id: 'maria' })
  await h.stands('split', id, 'pause')
  const comesAgain = (times: number) =>
    until(
      `${times} visits of again`,
      () => h.runOf('split', id),
      ({ steps }) => steps.filter(({ nodeId }: { nodeId: string }) => nodeId === 'again').length === times,
    )
  await h.pass(3_600_000)
  await comesAgain(1)
  const [run] = await h.runsOf('split', id)
  const rows = () =>
    h.program.database.worker.query<{ node: string; arm: string; holdout: boolean }>(
      `select node, arm, holdout, unit, contact_id as "contactId", version, run_id as "runId" from flow_split
       where tenant = 'split' and flow_id = $1 order by node desc`,
      [id],
    )
  await h.pass(3_600_000)
  const { steps } = await comesAgain(2)
  const found = await rows()
  const armAt = (node: string) => steps.find(({ nodeId }: { nodeId: string }) => nodeId === node).way
  const whom = { unit: 'maria', contactId: 'maria', version: 1, runId: run.id }
  assert.deepEqual(found, [
    { node: 'try', arm: armAt('try'), holdout: armAt('try') === 'b', ...whom },
    { node: 'again', arm: armAt('again'), holdout: false, ...whom },
  ])
})
