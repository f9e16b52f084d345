import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

let h: FlowsHarness
before(async () => {
  h = await openFlows()
})
after(() => h?.close())

const SINCE = '2026-01-01T00:00:00Z'
/** No time; programs before this one did not look at constants. */
const NEVER = '2026-13-01T00:00:00Z'

const drawn = (since: string) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['pause', 'wait', { for: 'PT1H' }],
      ['ask', 'branch', { cases: [{ handle: 'yes', when: `event.data.x > 3 || now > timestamp("${since}")` }] }],
      ['well', 'end', { outcome: 'well' }],
    ],
    ['start pause', 'pause ask', 'ask.yes well', 'ask.else well'],
  )

test('what an older program published runs on, though this one would not publish it', async () => {
  const tenant = 'earlier'
  const id = await h.published(tenant, 'Earlier', drawn(SINCE))
  await h.program.database.worker.query(
    `with older as (
       insert into flow_version (tenant, flow_id, version, graph, listens, published_by, published_at)
       select tenant, flow_id, 2, replace(graph::text, $3, $4)::json, listens, published_by, published_at
       from flow_version where tenant = $1 and flow_id = $2),
     published as (update flow set published = 2 where tenant = $1 and id = $2)
     update flow_generation set generation = generation + 1 where tenant = $1`,
    [tenant, id, SINCE, NEVER],
  )
  await h.tell(tenant, 'go', 'passes-by', { x: 4 })
  await h.tell(tenant, 'go', 'meets-it', { x: 1 })
  const started = await until(
    'both begin',
    () => h.runsOf(tenant, id),
    (runs) => runs.length === 2,
  )
  assert.deepEqual(
    started.map(({ version }: { version: number }) => version),
    [2, 2],
  )
  await h.pass(HOUR)
  const ended = await until(
    'both end',
    () => h.runsOf(tenant, id),
    (runs) => runs.every(({ status }: { status: string }) => status !== 'waiting'),
  )
  assert.deepEqual(
    ended.map(({ subject, status }: { subject: string; status: string }) => `${subject} ${status}`).toSorted(),
    ['meets-it failed', 'passes-by completed'],
  )
  await h.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, drawn(NEVER))
  const { status, body } = await h.call(tenant, 'POST', `/api/v1/flows/${id}/publish`, {})
  assert.deepEqual([status, body.errors.length], [422, 1])
  assert.match(body.errors[0].message, /is no time of ISO 8601/)
})
