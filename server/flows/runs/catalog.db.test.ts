import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCatalog } from '#flows/runs/catalog.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows } from '#flows/testing-program.ts'
import type { Db } from '#platform/work.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows.close())

const drawn = (outcome: string) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['end', 'end', { outcome }],
    ],
    ['start end'],
  )

test('a publish has only its own graph read and compiled, whatever else the tenant has', async () => {
  const tenant = 'kept'
  const { worker } = flows.program.database
  const graphs: unknown[] = []
  const db: Db = {
    async query<Row>(text: string, values?: unknown[]) {
      const rows = await worker.query<Row>(text, values)
      for (const row of rows) if (row && (row as { graph?: unknown }).graph) graphs.push(row)
      return rows
    },
  } as Db
  const catalog = createCatalog()
  const now = async () => {
    const found = (await catalog.of(db, [tenant])).get(tenant)
    assert.ok(found)
    return found
  }
  const other = await flows.published(tenant, 'Other', drawn('other'))
  const flow = await flows.published(tenant, 'Flow', drawn('one'))
  const first = await now()
  assert.equal(graphs.length, 2)
  const kept = first.version(other, 1)
  const one = first.version(flow, 1)
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn('two'))
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, {})
  const second = await now()
  assert.equal(graphs.length, 3)
  assert.equal(second.published(flow)?.version, 2)
  assert.equal(second.version(flow, 2)?.nodes.get('end')?.ready, 'two')
  assert.equal(second.version(other, 1), kept)
  assert.equal(second.version(flow, 1), one)
})
