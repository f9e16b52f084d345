import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { quietNow, replayed } from '#flows/machine/replay/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* Who goes back is as if nobody had moved or stopped them: the timeline says so, and so does a replay. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

type Nodes = Parameters<typeof graph>[0]
type Visit = { visit: number; nodeId: string; endedAt: string | null; way?: string; version: number }

const ROUNDS: Nodes = [0, 1, 2].map((n) => [`first${n}`, 'wait', { for: 'PT1H' }])

/** Waits of an hour each, a wait of six that a version may lack, a question, and a word. */
function drawn(rounds: number, hasWait: boolean) {
  const first = ROUNDS.slice(0, rounds)
  const way = ['start', ...first.map(([id]) => id), ...(hasWait ? ['w'] : []), 'ask', 'told', 'end']
  return graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ...first,
      ...(hasWait ? ([['w', 'wait', { for: 'PT6H' }]] as const) : []),
      ['ask', 'waitForEvent', { event: 'back', timeout: 'P60D' }],
      ['told', 'emit', { type: 'was.told' }],
      ['end', 'end', { outcome: 'back' }],
    ],
    way.slice(1).map((to, i) => `${way[i]} ${to}`),
  )
}

const draw = (tenant: string, flow: string, graph: unknown) =>
  flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, graph)
const publish = (tenant: string, flow: string, body: object) =>
  flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, body)
const comes = (tenant: string, flow: string, state: string) =>
  until(
    `the move is ${state}`,
    () => flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/versions/2/move`),
    (row) => row.state === state,
  )
async function undo(tenant: string, flow: string): Promise<number> {
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  return (await comes(tenant, flow, 'undone')).runs.restored
}

for (const rounds of [0, 1, 3])
  for (const [name, body, passed] of [
    ['moved', { runs: 'move', map: { w: 'ask' } }, 0],
    ['moved and come to its step', { runs: 'move', map: { w: 'ask' } }, HOUR],
    ['stopped', { runs: 'stop' }, HOUR],
  ] as const)
    test(`the timeline of a run that was ${name} after ${rounds} waits is that of one that was not`, async () => {
      const tenant = `${name.replaceAll(' ', '-')}-${rounds}`
      const flow = await flows.published(tenant, 'F', drawn(rounds, true))
      const from = flows.clock.now()
      await flows.tell(tenant, 'go', 's1')
      for (const [id] of ROUNDS.slice(0, rounds)) {
        await flows.stands(tenant, flow, id)
        await flows.pass(HOUR)
      }
      const stood = await flows.stands(tenant, flow, 'w')
      await draw(tenant, flow, drawn(rounds, false))
      await publish(tenant, flow, body)
      await comes(tenant, flow, 'moved')
      await flows.pass(passed)
      if (passed > 0 && body.runs === 'move') await flows.stands(tenant, flow, 'ask')
      assert.equal(await undo(tenant, flow), 1)
      const back = await flows.runOf(tenant, flow)
      assert.deepEqual([back.steps, back.waitsFor, back.version], [stood.steps, stood.waitsFor, 1])

      await flows.pass(6 * HOUR - passed)
      await flows.stands(tenant, flow, 'ask')
      await flows.tell(tenant, 'back', 's1')
      await flows.comesTo(tenant, flow, 'completed')
      const { id, steps } = await flows.runOf(tenant, flow)
      assert.deepEqual(
        steps.map(({ visit, nodeId, version, way }: Visit) => [visit, nodeId, version, way ?? null]),
        [
          ['start', 'out'],
          ...ROUNDS.slice(0, rounds).map(([node]) => [node, 'out']),
          ['w', 'out'],
          ['ask', 'event'],
          ['told', 'out'],
          ['end', null],
        ].map(([node, way], i) => [i + 1, node, 1, way]),
      )
      assert.ok(steps.every(({ endedAt }: Visit) => endedAt !== null))
      assert.ok(!JSON.stringify(steps).includes('stopped by'), JSON.stringify(steps))

      await flows.settled()
      await flows.pass(HOUR)
      const again = await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/replay`, { version: 1 })
      assert.deepEqual(again.differences, [])
      const all = await replayed(flows, tenant, flow, from, { version: 1 })
      assert.deepEqual([all.runs, all.same, all.kinds], [{ real: 1, draft: 1 }, 1, []])
    })

const tells = (data: object = {}) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['tell', 'notify', { content: { title: 'Hola', body: 'Vuelva' }, channels: ['push'], category: 'hold', ...data }],
      ['end', 'end', { outcome: 'told' }],
      ['not', 'end', { outcome: 'not told' }],
    ],
    ['start tell', 'tell.sent end', 'tell.suppressed not', 'tell.failed not'],
  )
const toldOf = (tenant: string) =>
  until(
    'one notification',
    () => flows.notificationsOf(tenant),
    (all) => all.length === 1,
  ).then(([{ id }]) => flows.ok(tenant, 'GET', `/api/v1/notifications/${id}`))
const turnsTo = (tenant: string, status: string) =>
  until(
    `the notification is ${status}`,
    () => toldOf(tenant),
    (one) => one.status === status,
  )
/** What came while the run was read from memory is tried again a second later. */
const ends = (tenant: string, flow: string) =>
  until(
    'the run is over',
    async () => {
      await flows.pass(1_000)
      return flows.runsOf(tenant, flow)
    },
    ([run]) => run.status === 'completed',
  )
async function standsAtTell(tenant: string, data: object = {}): Promise<string> {
  await flows.people(tenant)
  const flow = await flows.published(tenant, 'F', tells(data))
  await flows.tell(tenant, 'go', 'enc', { patient_id: 'maria' })
  await flows.stands(tenant, flow, 'tell')
  return flow
}
async function stop(tenant: string, flow: string): Promise<void> {
  await publish(tenant, flow, { runs: 'stop' })
  assert.equal((await comes(tenant, flow, 'moved')).runs.stopped, 1)
}

test('whoever waits for a message that quiet hours hold comes back, and it is held as before and sent once', async () => {
  const tenant = 'held'
  await quietNow(flows, tenant)
  const from = flows.clock.now()
  const flow = await standsAtTell(tenant)
  const { sendAt, reason } = await turnsTo(tenant, 'held')
  await stop(tenant, flow)
  await turnsTo(tenant, 'suppressed')
  assert.equal(await undo(tenant, flow), 1)
  const held = await turnsTo(tenant, 'held')
  assert.deepEqual(
    [held.sendAt, held.reason, held.states.map(({ status }: { status: string }) => status)],
    [sendAt, reason, ['held', 'suppressed', 'held']],
  )
  const back = await flows.stands(tenant, flow, 'tell')
  assert.deepEqual([back.version, back.steps.at(-1).endedAt], [1, null])
  await flows.pass(Date.parse(sendAt) - flows.clock.now())
  const [{ id, outcome }] = await ends(tenant, flow)
  assert.equal(outcome, 'told')
  assert.deepEqual(
    (await turnsTo(tenant, 'sent')).states.map(({ status }: { status: string }) => status),
    ['held', 'suppressed', 'held', 'queued', 'sent'],
  )
  await flows.settled()
  await flows.pass(60_000)
  assert.deepEqual((await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/replay`, { version: 1 })).differences, [])
  const all = await replayed(flows, tenant, flow, from, { version: 1 })
  assert.deepEqual([all.runs, all.same, all.kinds], [{ real: 1, draft: 1 }, 1, []])
})

test('a message that is taken back before it was called off just waits on, and one whose hours are over leaves', async () => {
  for (const [tenant, passed] of [
    ['at-once', 0],
    ['later', 2 * HOUR],
  ] as const) {
    await quietNow(flows, tenant)
    const flow = await standsAtTell(tenant)
    await turnsTo(tenant, 'held')
    await stop(tenant, flow)
    if (passed > 0) await turnsTo(tenant, 'suppressed')
    await flows.pass(passed)
    assert.equal(await undo(tenant, flow), 1)
    await turnsTo(tenant, passed === 0 ? 'held' : 'sent')
    await flows.pass(passed === 0 ? 2 * HOUR : 0)
    const [{ outcome }] = await ends(tenant, flow)
    assert.equal(outcome, 'told')
  }
})

test('a message that its stop called off while the provider was away leaves once it is undone, as it was written', async () => {
  const tenant = 'away'
  flows.push.breakWith(503)
  const { refused } = flows.push
  const flow = await standsAtTell(tenant, { content: { title: 'Hola', body: 'Por {{ event.type }}' } })
  const { id } = await turnsTo(tenant, 'queued')
  await until(
    'the first try is over',
    async () => flows.push.refused,
    (n) => n > refused,
  )
  await stop(tenant, flow)
  await turnsTo(tenant, 'suppressed')
  flows.push.breakWith(null)
  await flows.pass(60_000)
  await flows.settled()
  const taken = () => flows.push.received.all.filter(({ idempotencyKey }) => idempotencyKey === id)
  assert.deepEqual(taken(), [])
  assert.equal(await undo(tenant, flow), 1)
  const [{ outcome }] = await ends(tenant, flow)
  assert.equal(outcome, 'told')
  assert.deepEqual(
    taken().map(({ body }) => body),
    ['Por go'],
  )
  assert.equal((await turnsTo(tenant, 'sent')).reason, null)
})

test('what another has told meanwhile under the same key is not told once more', async () => {
  const tenant = 'keyed'
  await quietNow(flows, tenant)
  const flow = await standsAtTell(tenant, { dedupeKey: 'once' })
  const { id } = await turnsTo(tenant, 'held')
  await stop(tenant, flow)
  await turnsTo(tenant, 'suppressed')
  const other = { to: 'maria', content: { body: 'Hola' }, channels: ['push'], dedupeKey: 'once' }
  const { notificationId } = await flows.ok(tenant, 'POST', '/api/v1/notifications', other)
  assert.equal(await undo(tenant, flow), 1)
  const [{ outcome }] = await ends(tenant, flow)
  assert.equal(outcome, 'not told')
  const { reason } = await flows.ok(tenant, 'GET', `/api/v1/notifications/${id}`)
  assert.equal(reason, `the same as ${notificationId}`)
})

test('a run whose question was withdrawn does not come back', async () => {
  const tenant = 'asking'
  await flows.people(tenant)
  const asks = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['ask', 'approval', { to: 'boss@example.org', text: 'May I?' }],
      ['end', 'end'],
    ],
    ['start ask', 'ask.approved end', 'ask.rejected end'],
  )
  const flow = await flows.published(tenant, 'F', asks)
  await flows.tell(tenant, 'go', 'enc')
  await flows.stands(tenant, flow, 'ask')
  await stop(tenant, flow)
  assert.equal(await undo(tenant, flow), 0)
  const [{ status }] = await flows.runsOf(tenant, flow)
  assert.equal(status, 'cancelled')
  const { runs, why } = await comes(tenant, flow, 'undone')
  assert.deepEqual([runs.lost, why.map(({ runs }: { runs: number }) => runs)], [1, [1]])
  assert.match(why[0].says.en, /^what they waited for was lost when they were stopped/)
})

test('who left a step at which another flow was awaited does not come back, and it is said how many and why', async () => {
  const tenant = 'left-other'
  const manual = ['start', 'trigger', { manual: true }] as const
  const other = await flows.published(
    tenant,
    'Other',
    graph([manual, ['w', 'wait', { for: 'PT2H' }], ['end', 'end']], ['start w', 'w end']),
  )
  const go = ['start', 'trigger', { event: 'go' }] as const
  const flow = await flows.published(
    tenant,
    'F',
    graph([go, ['ask', 'subflow', { flow: other }], ['end', 'end']], ['start ask', 'ask.out end', 'ask.error end']),
  )
  for (const subject of ['s1', 's2']) await flows.tell(tenant, 'go', subject)
  await flows.stands(tenant, other, 'w')
  await draw(tenant, flow, graph([go, ['w', 'wait', { for: 'PT3H' }], ['end', 'end']], ['start w', 'w end']))
  await publish(tenant, flow, { runs: 'move', map: { ask: 'w' } })
  await comes(tenant, flow, 'moved')
  await flows.pass(1_000)
  await flows.comesTo(tenant, other, 'cancelled')
  assert.equal(await undo(tenant, flow), 0)
  const { runs, why } = await comes(tenant, flow, 'undone')
  assert.deepEqual([runs.lost, why.map(({ runs }: { runs: number }) => runs)], [2, [2]])
  assert.match(why[0].says.en, /^they left the step at which they waited for an answer/)
})

const START = ['start', 'trigger', { event: 'go' }] as const
const END = ['end', 'end', { outcome: 'back' }] as const
const waits = () => graph([START, ['w', 'wait', { for: 'PT6H' }], END], ['start w', 'w end'])

/** So many runs at a wait, moved to where they ask for something that is not answered. */
async function moveTo(tenant: string, asking: ReturnType<typeof graph>, to: string, many: number): Promise<string> {
  const flow = await flows.published(tenant, 'F', waits())
  for (let i = 0; i < many; i += 1) await flows.tell(tenant, 'go', `s${i}`, { patient_id: 'maria' })
  await until(
    'all wait',
    () => flows.runsOf(tenant, flow),
    (runs) => runs.length === many,
  )
  await draw(tenant, flow, asking)
  await publish(tenant, flow, { runs: 'move', map: { w: to }, perMinute: 60_000 })
  await comes(tenant, flow, 'moved')
  await flows.pass(1_000)
  await until(
    'all have come to it',
    () => flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/runs?nodeId=${to}&limit=200`),
    ({ items }) => items.length === many,
  )
  return flow
}
const runsOfVersion = async (tenant: string, flow: string, version: number) =>
  (await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/runs?version=${version}&limit=200`)).items.length
const undone = async (tenant: string, flow: string) => {
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  return comes(tenant, flow, 'undone')
}

test('calls that nobody has begun are called off as a publish is taken back; those of the others go on, and it is said', async () => {
  const tenant = 'calls'
  const open: (() => void)[] = []
  const taken: string[] = []
  const server = createServer((request, response) => {
    taken.push(String(request.headers['idempotency-key']))
    open.push(() => response.end('{}'))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const calls = graph(
    [START, ['if', 'branch', { cases: [{ handle: 'call', when: 'true' }] }], ['call', 'http', { url }], END],
    ['start if', 'if.call call', 'call end'],
  )
  const flow = await moveTo(tenant, calls, 'call', 40)
  // As many as a target that has answered nothing yet is sent at once.
  const begun = 8
  await until(
    'the first are sent',
    async () => taken.length,
    (n) => n === begun,
  )
  const { runs, why } = await undone(tenant, flow)
  assert.deepEqual([runs.restored, runs.lost], [40 - begun, begun])
  assert.match(why[0].says.en, /^what they asked for .* may have been begun already/)
  for (const answer of open) answer()
  await until(
    'those of the new version are over',
    () => flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/runs?status=completed`),
    ({ items }) => items.length === begun,
  )
  await flows.pass(6 * HOUR)
  await flows.comesTo(tenant, flow, 'completed')
  assert.deepEqual([taken.length, new Set(taken).size], [begun, begun])
  assert.deepEqual([await runsOfVersion(tenant, flow, 1), await runsOfVersion(tenant, flow, 2)], [40 - begun, begun])
  server.closeAllConnections()
  server.close()
})

test('what waits for a provider that is away is called off as a publish is taken back, and can be told later', async () => {
  const tenant = 'away-moved'
  await flows.people(tenant)
  flows.push.breakWith(503)
  const { refused } = flows.push
  const tell = ['w', 'notify', { content: { title: 'Hola', body: 'Vuelva' }, channels: ['push'] }] as const
  const telling = graph([START, tell, END], ['start w', 'w.sent end'])
  const flow = await moveTo(tenant, telling, 'w', 30)
  const all = () => flows.ok(tenant, 'GET', '/api/v1/notifications?limit=200')
  await until('all are to be told', all, ({ items }) => items.length === 30)
  await until(
    'the breaker opens',
    async () => flows.push.refused - refused,
    (n) => n >= 10,
  )
  const { runs } = await undone(tenant, flow)
  assert.ok(runs.restored > 0 && runs.restored + runs.lost === 30, JSON.stringify(runs))
  const { items } = await all()
  const off = items.filter(({ status }: { status: string }) => status === 'suppressed')
  assert.equal(off.length, runs.restored)
  assert.match(off[0].reason, /was taken back$/)

  // Whoever went back comes to the very step by its own version, and is told.
  flows.push.breakWith(null)
  await draw(tenant, flow, telling)
  await publish(tenant, flow, { runs: 'move', map: { w: 'w' }, perMinute: 60_000 })
  // The breaker's pause, and then no faster than a node renews its lease.
  await flows.pass(120_000)
  await until(
    'all are told',
    async () => {
      await flows.pass(10)
      return flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/runs?status=completed&limit=200`)
    },
    (page) => page.items.length === 30,
  )
  const told = flows.push.received.all.filter(({ body }) => body === 'Vuelva')
  assert.equal(new Set(told.map(({ idempotencyKey }) => idempotencyKey)).size, told.length)
})
