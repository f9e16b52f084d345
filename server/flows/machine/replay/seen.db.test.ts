import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { playReplay } from '#flows/machine/replay/play.ts'
import { playRun } from '#flows/machine/replay/play-run.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* What a run did to its conversation is seen by the steps behind it on a draft as it was in earnest, and not before. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const MINUTE = 60_000
const iso = (at: number) => new Date(at).toISOString()
const branch = (when: string) => ['branch', { cases: [{ handle: 'yes', when }] }] as const

const drawn = (tag: string) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['fresh', ...branch("!('vip' in encounter.tags) && 'old' in encounter.tags")],
      ['mark', 'tag', { tags: [tag] }],
      ['hand', 'assign', { team: 'night' }],
      ['now', ...branch(`'${tag}' in encounter.tags && encounter.team == 'night'`)],
      ['hour', 'wait', { for: 'PT1H' }],
      ['later', ...branch(`'${tag}' in encounter.tags && encounter.team == 'night'`)],
      ['done', 'end', { outcome: 'seen' }],
      ['out', 'end', { outcome: 'not seen' }],
    ],
    [
      ...['start fresh', 'fresh.yes mark', 'fresh.else out', 'mark hand', 'hand now', 'now.yes hour', 'now.else out'],
      ...['hour later', 'later.yes done', 'later.else out'],
    ],
  )

test('a run goes on a draft as it did, and one that tags otherwise sees that', async () => {
  const tenant = 'seen'
  await flows.people(tenant)
  const before = await flows.published(
    tenant,
    'Before',
    graph(
      [
        ['start', 'trigger', { event: 'come' }],
        ['mark', 'tag', { tags: ['old'] }],
      ],
      ['start mark'],
    ),
  )
  await flows.tell(tenant, 'come', 'enc')
  await flows.comesTo(tenant, before, 'completed')
  const tags = async () => (await flows.ok(tenant, 'GET', '/api/v1/encounters/enc')).tags
  await until('the first tag', tags, (all) => all?.length === 1)
  flows.clock.advance(MINUTE)
  const flow = await flows.published(tenant, 'F', drawn('vip'))
  const from = flows.clock.now()
  await flows.tell(tenant, 'go', 'enc')
  await flows.stands(tenant, flow, 'hour')
  await until('the second tag', tags, (all) => all?.length === 2)
  await flows.settled()
  flows.clock.advance(HOUR)
  const [run] = await flows.comesTo(tenant, flow, 'completed')
  assert.equal(run.outcome, 'seen')
  await flows.settled()
  flows.clock.advance(MINUTE)

  const job = (tag: string) => ({
    ...{ databaseUrl: '', tenant, flowId: flow, version: null, graph: drawn(tag) as never },
    installed: { configured: [], fallbackLocale: 'es', unable: [], allowed: [] },
    ...{ now: flows.clock.now(), scale: 1 },
  })
  const otherwise = { vip: [], gold: ['deedChanged'] }
  for (const [tag, kinds] of Object.entries(otherwise)) {
    const again = await playRun(flows.program.database, { ...job(tag), kind: 'run', runId: run.id })
    assert.deepEqual([again.draft?.outcome, again.differences.map(({ kind }) => kind)], ['seen', kinds], tag)
    const body = { from: iso(from - 1), to: iso(flows.clock.now()) }
    const { comparison } = await playReplay(flows.program.database, { ...job(tag), kind: 'replay', body })
    assert.deepEqual(
      [comparison?.runs, comparison?.kinds],
      [{ real: 1, draft: 1 }, kinds.map((kind) => ({ kind, runs: 1 }))],
      tag,
    )
  }
})
