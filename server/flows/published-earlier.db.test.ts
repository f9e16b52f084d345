import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows } from '#flows/testing-program.ts'

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
  await h.tell(tenant, 'go', 'inside', { x: 4 })
  await h.stands(tenant, id, 'pause')
  const { database } = h.program
  await database.worker.query(
    `update flow_version set graph = replace(graph::text, $3, $4)::json where tenant = $1 and flow_id = $2`,
    [tenant, id, SINCE, NEVER],
  )
  await database.worker.query('update flow_generation set generation = generation + 1 where tenant = $1', [tenant])
  await h.tell(tenant, 'go', 'new', { x: 5 })
  await h.tell(tenant, 'go', 'meets-it', { x: 1 })
  await h.settled()
  assert.equal((await h.runsOf(tenant, id)).length, 3, 'it begins new runs too')
  await h.pass(HOUR)
  const ends = async () =>
    (await h.runsOf(tenant, id))
      .map(({ subject, status }: Record<string, unknown>) => `${subject} ${status}`)
      .toSorted()
      .join(', ')
  const end = Date.now() + 15_000
  while ((await ends()).includes('waiting') && Date.now() < end) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(await ends(), 'inside completed, meets-it failed, new completed')
  await h.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, drawn(NEVER))
  const { status, body } = await h.call(tenant, 'POST', `/api/v1/flows/${id}/publish`, {})
  assert.deepEqual([status, body.errors.length], [422, 1])
  assert.match(body.errors[0].message, /is no time of ISO 8601/)
})
