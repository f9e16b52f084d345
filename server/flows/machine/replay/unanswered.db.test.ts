import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { quietNow, replayed } from '#flows/machine/replay/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* What waited for an answer when it was ended, and what nobody was told: on the version that it was, nothing is otherwise. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const MINUTE = 60_000

async function known(tenant: string, ...ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await flows.ok(tenant, 'PUT', `/api/v1/contacts/${id}`, { name: id, addresses: { push: `of-${id}` } })
}

type Told = { [name: string]: unknown }
const told = (category: string, more: Told = {}): Told => ({
  channels: ['push'],
  content: { title: 'Hola', body: 'Vuelva' },
  category,
  ...more,
})

type Run = { id: string; subject: string; status: string; outcome: string | null }

const waiting = (tenant: string, flow: string, count: number) =>
  until(
    `${count} runs that wait`,
    () => flows.runsOf(tenant, flow),
    (runs: Run[]) => runs.filter(({ status }) => status === 'waiting').length === count,
  )

test('a run that ended while a step waited for its answer ends on the same version as it did', async () => {
  const tenant = 'ended'
  await quietNow(flows, tenant)
  await known(tenant, 'event', 'hand', 'limit', 'waits')
  const flow = await flows.published(tenant, 'F', {
    ...graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['which', 'branch', { cases: [{ handle: 'asks', when: 'event.data.asks' }] }],
        ['asked', 'approval', { to: { address: 'boss@example.org' }, text: '¿Sí?' }],
        ['held', 'notify', told('hold')],
        ['alarm', 'emit', { type: 'went.wrong' }],
        ['stay', 'wait', { for: 'P7D' }],
      ],
      [
        'start which',
        'which.asks asked',
        'which.else held',
        'held.failed alarm',
        'asked.approved stay',
        'asked.error alarm',
        'alarm stay',
      ],
    ),
    settings: { key: 'event.subject', cancelOn: ['stop'], timeLimit: 'PT30M' },
  })
  const from = flows.clock.now() - 1
  const ends = ['event', 'hand', 'limit']
  for (const asks of [false, true]) {
    for (const end of ends) await flows.tell(tenant, 'go', `${end}-${asks}`, { asks, contact_id: end })
  }
  await waiting(tenant, flow, 6)
  await flows.settled()
  flows.clock.advance(MINUTE)
  for (const { id, subject } of (await flows.runsOf(tenant, flow)) as Run[]) {
    if (subject.startsWith('event')) await flows.tell(tenant, 'stop', subject)
    if (subject.startsWith('hand')) await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/cancel`, { reason: 'a mistake' })
  }
  await waiting(tenant, flow, 2)
  await flows.pass(HOUR / 2)
  await waiting(tenant, flow, 0)
  for (const asks of [false, true]) await flows.tell(tenant, 'go', `waits-${asks}`, { asks, contact_id: 'waits' })
  await waiting(tenant, flow, 2)
  await flows.settled()
  flows.clock.advance(MINUTE)

  const { runs, same, examples, outcomes } = await replayed(flows, tenant, flow, from, { version: 1 })
  assert.deepEqual([examples, runs, same], [[], { real: 8, draft: 8 }, 8])
  assert.equal(outcomes.find(({ outcome }: { outcome: string }) => outcome === 'a mistake')?.draft, 2)
  const stopped = ((await flows.runsOf(tenant, flow)) as Run[]).find(({ subject }) => subject === 'event-true')
  const again = await flows.ok(tenant, 'POST', `/api/v1/runs/${stopped?.id}/replay`, { version: 1 })
  assert.deepEqual([again.same, again.draft.outcome], [true, 'cancelled by stop'])
})

test('what nobody was told, and would not be told either, is no difference', async () => {
  const tenant = 'untold'
  await quietNow(flows, tenant)
  await known(tenant, 'ana')
  const drawn = (more: boolean) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['dropped', 'notify', told('drop')],
        ...(more ? ([['further', 'notify', told('drop', { content: { body: 'Otra' } })]] as const) : []),
        ['stay', 'wait', { for: 'P7D' }],
      ],
      more ? ['start dropped', 'dropped further', 'further stay'] : ['start dropped', 'dropped stay'],
    )
  const flow = await flows.published(tenant, 'F', drawn(false))
  const from = flows.clock.now() - 1
  await flows.tell(tenant, 'go', 'talk', { contact_id: 'ana' })
  await flows.stands(tenant, flow, 'stay')
  await flows.settled()
  flows.clock.advance(MINUTE)

  const as = await replayed(flows, tenant, flow, from, { version: 1 })
  assert.deepEqual([as.examples, as.same], [[], 1])
  assert.deepEqual(as.messages, [{ nodeId: 'dropped', channel: null, outcome: 'suppressed', real: 1, draft: 1 }])
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn(true))
  assert.deepEqual((await replayed(flows, tenant, flow, from)).kinds, [{ kind: 'path', runs: 1 }])
})
