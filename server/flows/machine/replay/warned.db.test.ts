import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { playReplay } from '#flows/machine/replay/play.ts'
import { playRun } from '#flows/machine/replay/play-run.ts'
import { NEXT_SILENCE } from '#flows/silences.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* Which silence a warning is of is the same on a draft as it was: by the log, also by what came before the time that is run. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const MINUTE = 60_000
const iso = (at: number) => new Date(at).toISOString()
const ABOUT = { patient_id: 'maria', queue_id: 'q' }

const drawn = (where: string) =>
  graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired', where }],
      ['nudge', 'notify', { content: { title: 'Hola', body: 'Vuelva' }, channels: ['push'] }],
      ['week', 'wait', { for: 'P7D' }],
      ['done', 'end'],
    ],
    ['start nudge', 'nudge week', 'week done'],
  )

test('a warning that was told again, and one of the next silence, do on a draft what they did', async () => {
  const tenant = 'warned'
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true })
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/maria', { name: 'María', addresses: { push: 'device' } })
  const flow = await flows.published(tenant, 'F', drawn('true'))
  const deaf = await flows.published(tenant, 'G', drawn('false'))
  const tell = (subtype: string) => flows.tell(tenant, `encounter.${subtype}`, 'enc', ABOUT)
  const runs = (n: number) =>
    until(
      `${n} runs, of which one stands`,
      () => flows.runsOf(tenant, flow),
      (all) => all.length === n && all.filter(({ status }: { status: string }) => status === 'waiting').length === 1,
    )
  const sent = (n: number) =>
    until(
      `${n} nudges are sent`,
      () => flows.notificationsOf(tenant),
      (all) => all.filter(({ status }: { status: string }) => status === 'sent').length === n,
    )

  const beginning = flows.clock.now()
  await tell('created')
  await tell('message_received')
  flows.clock.advance(HOUR)
  await tell('tmipw_expired')
  await runs(1)
  await sent(1)
  await flows.settled()
  flows.clock.advance(MINUTE)
  const between = flows.clock.now()
  await tell('tmipw_expired')
  await flows.settled()
  flows.clock.advance(HOUR)
  await tell('message_received')
  await flows.settled()
  flows.clock.advance(HOUR)
  await tell('tmipw_expired')
  await runs(2)
  await sent(2)
  await flows.settled()
  flows.clock.advance(MINUTE)

  const job = (flowId: string) => ({
    databaseUrl: '',
    tenant,
    flowId,
    version: null,
    graph: drawn('true') as never,
    installed: { configured: ['push' as const], fallbackLocale: 'es', unable: [], allowed: [] },
    now: flows.clock.now(),
    scale: 1,
  })
  const since = async (from: number, flowId = flow) => {
    const body = { from: iso(from), to: iso(flows.clock.now()) }
    const { comparison } = await playReplay(flows.program.database, { ...job(flowId), kind: 'replay', body })
    return comparison && { runs: comparison.runs, same: comparison.same, kinds: comparison.kinds }
  }
  assert.deepEqual(
    {
      all: await since(beginning - 1),
      // The run of the first warning is from before it, and stands.
      repeat: await since(between - 1),
      other: await since(beginning - 1, deaf),
    },
    {
      all: { runs: { real: 2, draft: 2 }, same: 2, kinds: [] },
      repeat: { runs: { real: 1, draft: 1 }, same: 1, kinds: [] },
      other: {
        runs: { real: 0, draft: 2 },
        same: 0,
        kinds: [
          { kind: 'begins', runs: 2 },
          { kind: 'messageAdded', runs: 2 },
        ],
      },
    },
  )
  const first = (await flows.runsOf(tenant, flow)).at(-1)
  const again = await playRun(flows.program.database, { ...job(flow), kind: 'run', runId: first.id })
  assert.deepEqual([again.real.outcome, again.draft?.outcome, again.differences], [NEXT_SILENCE, NEXT_SILENCE, []])
})
