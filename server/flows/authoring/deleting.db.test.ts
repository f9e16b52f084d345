import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const DRAWN = graph(
  [
    ['start', 'trigger', { event: 'dl.go' }],
    ['done', 'end', { outcome: 'ok' }],
  ],
  ['start done'],
)
const CASE = { event: { type: 'dl.go' }, expect: { outcome: 'ok' } }

test('a flow that never ran is deleted with all that is kept of it', async () => {
  const id = await flows.published('shop', 'Gone', DRAWN)
  const url = `/api/v1/flows/${id}`
  await flows.ok('shop', 'PUT', `${url}/cases/one`, CASE)
  const published = await flows.call('shop', 'DELETE', url)
  assert.deepEqual([published.status, published.body.detail], [409, 'It is published: stop it first.'])
  await flows.ok('shop', 'POST', `${url}/unpublish`)
  assert.equal((await flows.call('other', 'DELETE', url)).status, 404)
  assert.equal((await flows.call('shop', 'DELETE', url)).status, 204)
  assert.equal((await flows.call('shop', 'GET', url)).status, 404)
  const kept = await flows.program.database.worker.query<{ name: string }>(
    "select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attname = 'flow_id' and c.relkind = 'r' and c.relname like 'flow\\_%'",
  )
  assert.ok(kept.length > 10)
  for (const { name } of kept)
    assert.deepEqual(
      await flows.program.database.worker.query(`select 1 from ${name} where flow_id = $1`, [id]),
      [],
      name,
    )
})

test('of a flow that ran the runs are kept, and it with them', async () => {
  const id = await flows.published('shop', 'Ran', DRAWN)
  await flows.ok('shop', 'POST', '/api/v1/events', {
    ...{ specversion: '1.0', id: 'dl-1', source: 't', type: 'dl.go', subject: 's' },
  })
  await until(
    'it ran',
    () => flows.runsOf('shop', id),
    (runs) => runs.length === 1,
  )
  await flows.ok('shop', 'POST', `/api/v1/flows/${id}/unpublish`)
  const refused = await flows.call('shop', 'DELETE', `/api/v1/flows/${id}`)
  assert.equal(refused.status, 409)
  assert.match(refused.body.detail, /It has runs/)
  assert.equal((await flows.runsOf('shop', id)).length, 1)
})
