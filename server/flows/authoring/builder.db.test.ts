import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { someStandingRuns } from '#flows/moves/store.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows.close())

const waits = (time: string) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'wait', { for: time }],
    ],
    ['start w'],
  )

test('a graph is judged as it would be when it is saved, and nothing is saved', async () => {
  const tenant = 'drawn'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'F' })
  const url = `/api/v1/flows/${id}`
  const wrong = { ...waits('soon'), edges: [] }
  const checked = await flows.ok(tenant, 'POST', `${url}/check`, wrong)
  const before = await flows.ok(tenant, 'GET', url)
  assert.deepEqual([before.revision, before.draft], [0, null])
  const saved = await flows.ok(tenant, 'PUT', `${url}/draft`, wrong)
  assert.deepEqual([checked.faults, checked.warnings], [saved.faults, saved.warnings])
  assert.deepEqual(
    checked.faults.map(({ path }: { path: string }) => path),
    ['/nodes/w/data/for', '/nodes/w'],
  )
  assert.deepEqual(await flows.ok(tenant, 'POST', `${url}/check`, waits('PT1H')), { faults: [], warnings: [] })
  const none = await flows.call(tenant, 'POST', `${url}/check`, { nodes: 1 })
  assert.deepEqual([none.status, none.body.errors[0].path], [400, '/nodes'])
  assert.equal((await flows.call('another', 'POST', `${url}/check`, waits('PT1H'))).status, 404)
})

test('it is told where runs wait, of some of them where they are many', async () => {
  const tenant = 'standing'
  const id = await flows.published(tenant, 'F', waits('PT1H'))
  const url = `/api/v1/flows/${id}`
  assert.deepEqual(await flows.ok(tenant, 'GET', `${url}/standing`), { complete: true, items: [] })
  for (const subject of ['a', 'b', 'c']) await flows.tell(tenant, 'go', subject)
  const told = await until(
    'three wait',
    () => flows.ok(tenant, 'GET', `${url}/standing`),
    ({ items }) => items[0]?.runs === 3,
  )
  assert.deepEqual(told, { complete: true, items: [{ version: 1, nodeId: 'w', runs: 3 }] })
  const some = await flows.program.database.asTenant(tenant, (tx) => someStandingRuns(tx, tenant, id, 1))
  assert.deepEqual(some, { complete: false, standing: [{ version: 1, nodeId: 'w', runs: 2 }] })
  assert.equal((await flows.call('another', 'GET', `${url}/standing`)).status, 404)
})
