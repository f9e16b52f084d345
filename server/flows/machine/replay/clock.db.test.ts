import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* A draft that begins at other times of the clock than what is published. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const iso = (at: number) => new Date(at).toISOString()
const byTheClock = (schedule: string, trigger = 'start') =>
  graph(
    [
      [trigger, 'trigger', { schedule, zone: 'UTC' }],
      ['say', 'emit', { type: 'report.due' }],
    ],
    [`${trigger} say`],
  )

test('a draft with other times of the clock begins at those, and at the others no more', async () => {
  const tenant = 'clock'
  const flow = await flows.published(tenant, 'F', byTheClock('0 * * * *'))
  const { nextScheduledAt } = await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}`)
  const first = Date.parse(nextScheduledAt)
  // It was published at a full hour, which it did not begin at any more.
  const from = flows.clock.now() + 1
  for (let i = 0; i < 4; i++) {
    await flows.pass(i === 0 ? first - from + 2 : HOUR)
    await until(
      `run ${i + 1}`,
      () => flows.runsOf(tenant, flow),
      (runs) => runs.length === i + 1,
    )
  }
  const to = flows.clock.now() + 1
  flows.clock.advance(60_000)
  const replayed = async (body: object = {}) => {
    const time = { from: iso(from), to: iso(to) }
    const { comparison } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/replay`, { ...time, ...body })
    return [comparison.runs, comparison.same, comparison.kinds]
  }
  const saved = (drawn: object) => flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn)

  assert.deepEqual(await replayed({ version: 1 }), [{ real: 4, draft: 4 }, 4, []])

  // Half of its times are the same, others come between them.
  const hour = new Date(first).getUTCHours()
  await saved(byTheClock(`0,30 ${hour},${(hour + 1) % 24} * * *`))
  assert.deepEqual(await replayed(), [
    { real: 4, draft: 4 },
    2,
    [
      { kind: 'begins', runs: 2 },
      { kind: 'doesNotBegin', runs: 2 },
      { kind: 'deedAdded', runs: 2 },
      { kind: 'deedMissing', runs: 2 },
    ],
  ])

  await saved(byTheClock('0 * * * *', 'another'))
  assert.deepEqual(await replayed(), [
    { real: 4, draft: 4 },
    0,
    [
      { kind: 'begins', runs: 4 },
      { kind: 'doesNotBegin', runs: 4 },
      { kind: 'deedAdded', runs: 4 },
      { kind: 'deedMissing', runs: 4 },
    ],
  ])
})
