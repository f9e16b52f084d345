import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, SAMPLE, START, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
let call: FlowsHarness['call']
let ok: FlowsHarness['ok']
let tell: FlowsHarness['tell']
let published: FlowsHarness['published']
let runsOf: FlowsHarness['runsOf']
let runOf: FlowsHarness['runOf']
let comesTo: FlowsHarness['comesTo']
let stands: FlowsHarness['stands']
let pass: FlowsHarness['pass']
let people: FlowsHarness['people']

before(async () => {
  flows = await openFlows()
  ;({ call, ok, tell, published, runsOf, runOf, comesTo, stands, pass, people } = flows)
})

after(() => flows?.close())

test('a flow is drawn, published and listed; a draft may hold faults, a version may not', async () => {
  const created = await call('draw', 'POST', '/api/v1/flows', { name: 'First' })
  assert.equal(created.status, 201)
  const { id } = created.body
  assert.equal((await call('draw', 'POST', '/api/v1/flows', { name: 'x', more: 1 })).status, 400)
  const empty = await call('draw', 'POST', `/api/v1/flows/${id}/publish`, {})
  assert.equal(empty.status, 422)
  const broken = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['x', 'wait', { for: 'soon' }],
      ['lost', 'end'],
    ],
    ['start x', 'x gone'],
  )
  const saved = await call('draw', 'PUT', `/api/v1/flows/${id}/draft`, broken)
  assert.equal(saved.status, 200)
  const refused = await call('draw', 'POST', `/api/v1/flows/${id}/publish`, {})
  assert.equal(refused.status, 422)
  assert.match(String(refused.headers['content-type']), /problem\+json/)
  assert.deepEqual(refused.body.errors.map(({ nodeId }: { nodeId: string }) => nodeId).sort(), ['lost', 'x', 'x'])
  assert.deepEqual(
    refused.body.errors.find(({ nodeId }: { nodeId: string }) => nodeId === 'lost'),
    {
      path: '/nodes/lost',
      nodeId: 'lost',
      message: 'cannot be reached from a trigger',
      messages: { en: 'cannot be reached from a trigger', es: 'no se llega a él desde ningún inicio' },
    },
  )
  assert.deepEqual(saved.body.faults, refused.body.errors)
  assert.equal((await call('draw', 'PUT', `/api/v1/flows/${id}/draft`, { nodes: 1 })).status, 400)
  assert.equal((await call('draw', 'PUT', `/api/v1/flows/${id}/draft`, [])).status, 400)
  const first = await call('draw', 'PUT', `/api/v1/flows/${id}/draft`, SAMPLE)
  assert.equal((await ok('draw', 'POST', `/api/v1/flows/${id}/publish`, {})).version, 1)
  assert.equal((await ok('draw', 'POST', `/api/v1/flows/${id}/publish`, {})).version, 2)
  assert.deepEqual(
    (await ok('draw', 'GET', `/api/v1/flows/${id}/versions`)).items.map(({ version }: { version: number }) => version),
    [2, 1],
  )
  const shown = await call('draw', 'GET', `/api/v1/flows/${id}`)
  assert.deepEqual(shown.body.draft, SAMPLE)
  assert.equal(shown.headers.etag, first.headers.etag)
  await ok('draw', 'PUT', `/api/v1/flows/${id}/draft`, {
    ...SAMPLE,
    nodes: SAMPLE.nodes.filter((node) => node.id !== 'done'),
  })
  const stale = await call('draw', 'PUT', `/api/v1/flows/${id}/draft`, SAMPLE, {
    'if-match': String(first.headers.etag),
  })
  assert.equal(stale.status, 409)
  assert.deepEqual(
    stale.body.errors.map(({ path }: { path: string }) => path),
    ['/nodes/done'],
  )
  for (const path of ['', '/runs', '/versions']) {
    assert.equal((await call('other', 'GET', `/api/v1/flows/${id}${path}`)).status, 404, path)
  }
  assert.equal((await call('draw', 'GET', '/api/v1/flows/00000000-0000-7000-8000-000000000000')).status, 404)
  assert.deepEqual((await ok('other', 'GET', '/api/v1/flows')).items, [])
})

test('the sample recovers who comes back', async () => {
  const tenant = 'back'
  await people(tenant)
  const id = await published(tenant, 'Abandoned', SAMPLE)
  const eventId = await tell(tenant, 'encounter.tmipw_expired', 'enc', { patient_id: 'maria', queue_id: 'q' })
  await stands(tenant, id, 'reply')
  await tell(tenant, 'encounter.resumed', 'enc')
  await comesTo(tenant, id, 'completed')
  const run = await runOf(tenant, id)
  assert.equal(run.outcome, 'recovered')
  assert.deepEqual(
    run.steps.map(({ nodeId, type, way }: { nodeId: string; type: string; way: string }) => [nodeId, type, way]),
    [
      ['start', 'trigger', 'out'],
      ['split', 'split', 'nudge'],
      ['push', 'notify', 'sent'],
      ['reply', 'waitForEvent', 'event'],
      ['done', 'end', undefined],
    ],
  )
  assert.equal(run.version, 1)
  assert.equal(run.eventId, eventId)
  assert.equal(run.subject, 'enc')
  assert.equal(run.traceId, '0af7651916cd43dd8448eb211c80319c')
  const pushed = flows.push.received.all.filter(({ body }) => body.includes('Su conversación sigue abierta'))
  assert.equal(pushed.length, 1)
})

test('the sample closes who stays away, by business time, and an outside close calls it off', async () => {
  const tenant = 'away'
  await people(tenant)
  const id = await published(tenant, 'Abandoned', SAMPLE)
  await tell(tenant, 'encounter.tmipw_expired', 'enc', { patient_id: 'maria', queue_id: 'q' })
  await stands(tenant, id, 'reply')
  await pass(4 * HOUR - 1)
  await tell(tenant, 'nothing.at_all', 'enc')
  assert.equal((await runOf(tenant, id)).status, 'waiting')
  await pass(1)
  await comesTo(tenant, id, 'completed')
  await until(
    'the encounter is closed',
    () => ok(tenant, 'GET', '/api/v1/encounters/enc'),
    ({ status }) => status === 'closed',
  )
  await ok(tenant, 'POST', '/api/v1/encounters', { id: 'enc2', queueId: 'q', contactId: 'maria', channel: 'chat' })
  await tell(tenant, 'encounter.tmipw_expired', 'enc2', { patient_id: 'maria', queue_id: 'q' })
  await stands(tenant, id, 'reply')
  await tell(tenant, 'encounter.closed', 'enc2')
  const runs = await until(
    'the second run is over',
    () => runsOf(tenant, id),
    (all) => all.every(({ status }: { status: string }) => status !== 'waiting'),
  )
  assert.deepEqual(
    runs.map(({ status }: { status: string }) => status),
    ['cancelled', 'completed'],
  )
  assert.deepEqual((await ok(tenant, 'GET', `/api/v1/flows/${id}/runs?status=cancelled`)).items.length, 1)
  // Both are about conversations of one person, who has them all in one place.
  const subjects = async (person: string) =>
    (await ok(tenant, 'GET', `/api/v1/contacts/${person}/runs`)).items.map(
      ({ subject }: { subject: string }) => subject,
    )
  assert.deepEqual(await subjects('maria'), ['enc2', 'enc'])
  assert.deepEqual(await subjects('nobody'), [])
  assert.ok(runs.every(({ person }: { person: { id: string } | null }) => person?.id === 'maria'))
})

test('the event after Publish runs the new graph; a run keeps the version it began with', async () => {
  const tenant = 'versions'
  const drawn = (outcome: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['w', 'waitForEvent', { event: 'on' }],
        ['e', 'end', { outcome }],
      ],
      ['start w', 'w e'],
    )
  const id = await published(tenant, 'V', drawn('one'))
  await tell(tenant, 'go', 'a')
  await stands(tenant, id, 'w')
  await ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, drawn('two'))
  await ok(tenant, 'POST', `/api/v1/flows/${id}/publish`, {})
  await tell(tenant, 'go', 'b')
  await until(
    'two runs',
    () => runsOf(tenant, id),
    (runs) => runs.length === 2,
  )
  await tell(tenant, 'on', 'a')
  await tell(tenant, 'on', 'b')
  await comesTo(tenant, id, 'completed')
  const runs = await runsOf(tenant, id)
  assert.deepEqual(
    runs.map(({ subject, version, outcome }: { [name: string]: unknown }) => [subject, version, outcome]).sort(),
    [
      ['a', 1, 'one'],
      ['b', 2, 'two'],
    ],
  )
})

test('one run per key; without it, one for each event; an event without key starts a run of its own', async () => {
  const tenant = 'keys'
  const drawn = (settings?: object) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['w', 'wait', { for: 'P1D' }],
      ],
      ['start w'],
      settings,
    )
  const one = await published(tenant, 'one', drawn())
  const many = await published(tenant, 'many', drawn({ onePerKey: false }))
  const keyed = await published(tenant, 'keyed', drawn({ key: 'event.data.patient' }))
  for (const patient of ['p1', 'p1', undefined, undefined])
    await tell(tenant, 'go', 's', patient === undefined ? {} : { patient })
  await until(
    'four runs',
    () => runsOf(tenant, many),
    (runs) => runs.length === 4,
  )
  await until(
    'three runs',
    () => runsOf(tenant, keyed),
    (runs) => runs.length === 3,
  )
  assert.equal((await runsOf(tenant, one)).length, 1)
})

test('a call is made, its answer kept, its key equal; a failed call fails the run naming node and cause', async () => {
  const tenant = 'calls'
  const drawn = (url: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        [
          'call',
          'http',
          { method: 'POST', url, body: { who: '{{ event.subject }}' }, save: 'answer', retry: { attempts: 1 } },
        ],
        ['tell', 'emit', { type: 'call.made', data: { status: '{{ vars.answer.status }}' } }],
      ],
      ['start call', 'call.ok tell'],
    )
  const id = await published(tenant, 'C', drawn(`${flows.receiver.url}/hook`))
  await tell(tenant, 'go', 'a')
  await comesTo(tenant, id, 'completed')
  const run = await runOf(tenant, id)
  assert.equal(run.vars.answer.status, 200)
  const [emitted] = await flows.program.database.worker.query<{ raw: string; hops: number }>(
    `select raw, hops from event_log where tenant = $1 and type = 'call.made'`,
    [tenant],
  )
  assert.deepEqual([JSON.parse(emitted?.raw ?? '{}').data, emitted?.hops], [{ status: '200' }, 1])
  const bad = await published(tenant, 'B', drawn('http://127.0.0.1:1/'))
  await tell(tenant, 'go', 'b')
  const [failed] = await comesTo(tenant, bad, 'failed')
  const { failure } = await ok(tenant, 'GET', `/api/v1/runs/${failed.id}`)
  assert.equal(failure.nodeId, 'call')
  assert.ok(failure.cause.length > 5)
})

test('a run is cancelled by hand and never wakes', async () => {
  const tenant = 'cancel'
  const id = await published(
    tenant,
    'W',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['w', 'wait', { for: 'PT1H' }],
      ],
      ['start w'],
    ),
  )
  await tell(tenant, 'go', 'a')
  const { id: runId } = await stands(tenant, id, 'w')
  assert.equal((await call('other', 'POST', `/api/v1/runs/${runId}/cancel`, {})).status, 404)
  assert.equal((await ok(tenant, 'POST', `/api/v1/runs/${runId}/cancel`, {})).status, 'cancelled')
  assert.equal((await call(tenant, 'POST', `/api/v1/runs/${runId}/cancel`, {})).status, 409)
  const [row] = await flows.program.database.worker.query<{ n: number }>(
    `select count(*) as n from due where kind = 'flow.wake' and tenant = $1`,
    [tenant],
  )
  assert.equal(row?.n, 0)
})

test('a long timeline is read in pages of whole visits', async () => {
  const tenant = 'long'
  const id = await published(
    tenant,
    'L',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['w', 'waitForEvent', { event: 'on' }],
        ['keep', 'set', { vars: { text: 'last.data.text' } }],
      ],
      ['start w', 'w keep', 'keep w'],
    ),
  )
  await tell(tenant, 'go', 'a')
  await stands(tenant, id, 'w')
  const rounds = 190
  for (let n = 0; n < rounds; n++) await tell(tenant, 'on', 'a', { text: `${n} ${'y'.repeat(6_000)}` })
  await until(
    'all rounds are done',
    () => runOf(tenant, id),
    ({ vars }) => String(vars.text).startsWith(`${rounds - 1} `),
  )
  const [{ id: runId }] = await runsOf(tenant, id)
  const pages: { steps: { visit: number; nodeId: string; way?: string }[]; nextCursor: string | null }[] = []
  for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
    pages.push(await ok(tenant, 'GET', `/api/v1/runs/${runId}${cursor === '' ? '' : `?cursor=${cursor}`}`))
  }
  assert.ok(pages.length > 1, 'more than a page')
  const steps = pages.flatMap((page) => page.steps)
  assert.deepEqual(
    steps.map(({ visit }) => visit),
    Array.from({ length: 2 * rounds + 2 }, (_, i) => i + 1),
  )
  const open = steps.filter(({ nodeId, way }) => nodeId === 'w' && way !== 'event')
  assert.deepEqual(
    open.map(({ visit }) => visit),
    [2 * rounds + 2],
    'only the wait that lasts has no end',
  )
  assert.equal((await call(tenant, 'GET', `/api/v1/runs/${runId}?cursor=x`)).status, 400)
})

test('what came during a wait is looked through, however much it is', async () => {
  const tenant = 'readings'
  const id = await published(
    tenant,
    'R',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['hour', 'wait', { for: 'PT1H' }],
        ['high', 'waitForEvent', { event: 'reading', where: 'last.data.value > 10' }],
        ['done', 'end', { outcome: 'seen' }],
      ],
      ['start hour', 'hour high', 'high.event done'],
    ),
  )
  await tell(tenant, 'go', 'sensor')
  await stands(tenant, id, 'hour')
  const low = Array.from({ length: 1_050 }, () => tell(tenant, 'reading', 'sensor', { value: 1 }))
  const large = Array.from({ length: 6 }, () =>
    tell(tenant, 'reading', 'sensor', { value: 1, text: 'x'.repeat(900_000) }),
  )
  await Promise.all([...low, ...large])
  await tell(tenant, 'reading', 'sensor', { value: 20 })
  await pass(2 * HOUR)
  await comesTo(tenant, id, 'completed')
  assert.equal((await runOf(tenant, id)).outcome, 'seen')
})

test('flows that set each other off come to rest', async () => {
  const tenant = 'loop'
  const drawn = (event: string, type: string) =>
    graph(
      [
        ['start', 'trigger', { event }],
        ['tell', 'emit', { type }],
      ],
      ['start tell'],
    )
  const ping = await published(tenant, 'ping', drawn('ping.sent', 'pong.sent'))
  await published(tenant, 'pong', drawn('pong.sent', 'ping.sent'))
  await tell(tenant, 'ping.sent', 's')
  await until(
    'eight pings',
    () => runsOf(tenant, ping),
    (runs) => runs.length === 8,
  )
  await flows.program.log.settled()
  assert.equal((await runsOf(tenant, ping)).length, 8)
})

test('a draft is simulated: path, messages with their times, outcome; nothing leaves', async () => {
  const tenant = 'simulate'
  await people(tenant)
  const { id } = await ok(tenant, 'POST', '/api/v1/flows', { name: 'S' })
  await ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, SAMPLE)
  const before = flows.push.received.all.length
  const event = {
    event_id: 'x',
    type: 'encounter',
    subtype: 'tmipw_expired',
    encounter_id: 'enc',
    patient_id: 'maria',
    queue_id: 'q',
    datetime: START,
  }
  const back = await ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, {
    event,
    laterEvents: [{ type: 'encounter.resumed', after: 'PT1H' }],
  })
  assert.equal(back.outcome, 'recovered')
  assert.deepEqual(
    back.path.map(({ nodeId }: { nodeId: string }) => nodeId),
    ['start', 'split', 'push', 'reply', 'done'],
  )
  assert.equal(back.messages.length, 1)
  assert.equal(back.messages[0].at, new Date(START).toISOString())
  assert.match(JSON.stringify(back.messages[0]), /Su conversación sigue abierta/)
  const gone = await ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, { event })
  assert.deepEqual(
    gone.effects.map(({ kind, at }: { kind: string; at: string }) => [kind, at]),
    [['close', new Date(START + 4 * HOUR).toISOString()]],
  )
  const invented = await ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, {
    event: { type: 'encounter.tmipw_expired', subject: 'nobody' },
    contact: { id: 'c', name: 'Ann', locale: 'en' },
    queue: { id: 'x', continuity: false },
  })
  assert.deepEqual([invented.outcome, invented.why], ['not started', 'no condition holds'])
  // Of a person who is only described nothing is known that would keep a push from them.
  const described = await ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, {
    event: { type: 'encounter.tmipw_expired', subject: 'nobody' },
    contact: { name: 'Ann', locale: 'en' },
    queue: { continuity: true },
  })
  assert.deepEqual(
    described.messages.map(({ channel, locale, title }: { [name: string]: unknown }) => [channel, locale, title]),
    [['push', 'en', 'Hello Ann!']],
  )
  const without = await ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, { event, contact: { addresses: {} } })
  assert.deepEqual(without.messages[0].skipped[0], { channel: 'push', reason: 'no push address' })
  assert.equal((await call(tenant, 'POST', `/api/v1/flows/${id}/simulate`, { event: {} })).status, 400)
  assert.equal(
    (await call(tenant, 'POST', `/api/v1/flows/${id}/simulate`, { event, laterEvents: [{ type: 'x' }] })).status,
    400,
  )
  assert.equal(flows.push.received.all.length, before)
  assert.deepEqual((await ok(tenant, 'GET', `/api/v1/flows/${id}/runs`)).items, [])
})
