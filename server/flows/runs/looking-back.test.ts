import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import { lookBack } from '#flows/runs/looking-back.ts'
import { recordOf } from '#flows/runs/store.ts'
import type { World } from '#flows/runs/world.ts'
import { begin, event, flowOf, graph } from '#flows/testing.ts'
import type { Db } from '#platform/work.ts'

const flow = flowOf(
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['stay', 'waitForEvent', { event: 'done' }],
    ],
    ['start stay', 'stay.event stay'],
    { key: 'event.data.lead' },
  ),
)

const told = {
  ...{
    tenant: 't',
    source: 'test',
    type: 'done',
    subject: 's',
    shard: 0,
    form: 'cloudevents',
    origin: 'rest',
    hops: 0,
  },
  ...{ occurred_at: new Date(0), received_at: new Date(0), encounter_id: null, traceparent: null, cause: null },
  raw: JSON.stringify({ specversion: '1.0', id: 'x', source: 'test', type: 'done', subject: 's', data: {} }),
}

test('what no index finds is read once for all runs of a batch, each from where it stands', async () => {
  const positions = Array.from({ length: 2_500 }, (_, i) => i + 1)
  const asked: { after: number; limit: number }[] = []
  const db = {
    async query(text: string, [, , after = 0, limit = 0]: number[] = []) {
      if (!text.includes('type = $2')) return []
      asked.push({ after, limit })
      const page = positions.filter((position) => position > after).slice(0, limit)
      return page.map((position) => ({ ...told, position, id: String(position), page_rows: page.length }))
    },
  } as unknown as Db
  const row = {
    ...{ id: 'r', flow_id: 'f', version: 1, slot: '', subject: 's', event_id: 'e', event_position: 1, hops: 0 },
    ...{ root: null, traceparent: null, revision: 1, state: '' },
  }
  const records = Array.from({ length: 20 }, (_, i) => {
    const { run } = begin(flow, event('go', { lead: `l${i}` }))
    return recordOf('t', { ...row, id: `r${i}` }, { ...run, id: `r${i}`, seen: 20 - i })
  })
  const flows = new Map([['t', { version: () => flow } as unknown as TenantFlows]])
  const world = { env: () => ({ facts: { contact: null, encounter: null, queue: null } }) } as unknown as World
  await lookBack(records, { flows, looked: new Set(), byReceipt: false }, db, 0, world)
  assert.deepEqual(
    asked.map(({ after }) => after),
    [1, 1_001, 2_001],
  )
})
