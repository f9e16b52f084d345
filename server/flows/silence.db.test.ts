import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bornEvent } from '#events/index.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, SAMPLE, until } from '#flows/testing-program.ts'
import { hashId } from '#platform/ids.ts'

/* One nudge for each silence, whoever tells of it and whichever consumer comes to it first. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const NUDGE = graph(
  [
    ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
    ['nudge', 'notify', { template: 'come-back', channels: ['push'], deepLink: true }],
    ['done', 'end'],
  ],
  ['start nudge', 'nudge done'],
  { onePerKey: false },
)

const WARNED = { patient_id: 'maria', queue_id: 'q' }
const warn = (tenant: string, encounter: string, at?: number) =>
  flows.tell(tenant, 'encounter.tmipw_expired', encounter, WARNED, at)

/** An event of a conversation of María's, as the program tells its own. */
const encounterEvent = (tenant: string, encounterId: string, subtype: string, at: number) =>
  bornEvent({
    tenant,
    id: hashId('test', tenant, encounterId, subtype, String(at)),
    subtype,
    encounterId,
    queueId: 'q',
    patientId: 'maria',
    brandId: null,
    at,
    cause: null,
    hops: 0,
    traceparent: null,
  })

/** What is told in one go, as it comes out of the backlog of a system that was away. */
const backlog = (tenant: string, encounter: string, ...events: readonly { subtype: string; at: number }[]) =>
  flows.program.database.transaction(async (tx) => {
    tx.append(
      events.map(({ subtype, at }) => ({ ...encounterEvent(tenant, encounter, subtype, at), origin: 'rest' as const })),
    )
  })

/** What became of each nudge, the oldest first. */
const nudges = async (tenant: string) =>
  (await flows.notificationsOf(tenant))
    .map(({ status, reason }: { status: string; reason: string }) => `${status}: ${reason}`)
    .reverse()

/** So many runs are over. */
const over = (tenant: string, flow: string, n: number) =>
  until(
    `${n} runs are over`,
    () => flows.runsOf(tenant, flow),
    (runs) => runs.length === n && runs.every(({ status }: { status: string }) => status === 'completed'),
  )

test('a warning that another system tells twice, of an encounter never heard of, gives one nudge', async () => {
  const tenant = 'twice'
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q' })
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/maria', {
    name: 'María',
    locale: 'es',
    addresses: { push: 'device' },
  })
  const flow = await flows.published(tenant, 'N', NUDGE)
  await warn(tenant, 'unheard')
  await over(tenant, flow, 1)
  flows.clock.advance(1_000)
  await warn(tenant, 'unheard')
  await over(tenant, flow, 2)
  const told = await nudges(tenant)
  assert.equal(told[0], 'sent: null')
  assert.match(told[1], /^suppressed: the same as /)
})

test('a nudge that was not needed does not swallow that of the next silence', async () => {
  const tenant = 'next'
  await flows.people(tenant)
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/maria', {
    name: 'María',
    locale: 'es',
    addresses: { push: 'device' },
  })
  const flow = await flows.published(tenant, 'N', NUDGE)
  const now = flows.clock.now()
  // The person answers before any consumer has read of the warning: one commit, as if it were a backlog.
  await flows.program.database.transaction(async (tx) => {
    await tx.query(
      `update encounter set last_patient_at = to_timestamp($2::double precision / 1000), version = version + 1
       where tenant = $1 and encounter_id = 'enc'`,
      [tenant, now + 20],
    )
    tx.append([
      { ...encounterEvent(tenant, 'enc', 'tmipw_expired', now), origin: 'rest' },
      encounterEvent(tenant, 'enc', 'message_received', now + 20),
    ])
  })
  await over(tenant, flow, 1)
  await flows.settled()
  const { items } = await flows.ok(tenant, 'GET', '/api/v1/events?subject=enc')
  assert.deepEqual(
    items.map(({ type }: { type: string }) => type).reverse(),
    ['encounter.created', 'encounter.tmipw_expired', 'encounter.message_received', 'encounter.resumed'],
    'whoever came back from a warning is told to have come back, however late it is heard of',
  )
  flows.clock.advance(4_000)
  await warn(tenant, 'enc')
  await over(tenant, flow, 2)
  flows.clock.advance(1_000)
  await warn(tenant, 'enc')
  await over(tenant, flow, 3)
  const told = await nudges(tenant)
  assert.deepEqual(told.slice(0, 2), ['suppressed: the person came back', 'sent: null'])
  assert.match(told[2], /^suppressed: the same as /)
})

test('who came back is neither nudged nor closed although the clock of the system that warned was fast', async () => {
  const tenant = 'fast'
  await flows.people(tenant)
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['rest', 'wait', { for: 'PT10M' }],
      ['nudge', 'notify', { content: { title: 'Hola', body: 'Vuelva' }, channels: ['push'] }],
      ['bye', 'close', { reason: 'abandoned' }],
    ],
    ['start rest', 'rest nudge', 'nudge bye'],
  )
  const flow = await flows.published(tenant, 'N', drawn)
  await warn(tenant, 'enc', flows.clock.now() + 2 * 3_600_000)
  await flows.stands(tenant, flow, 'rest')
  flows.clock.advance(60_000)
  await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/messages', { from: 'patient', text: 'Aquí estoy' })
  await flows.settled()
  await flows.pass(10 * 60_000)
  await flows.comesTo(tenant, flow, 'completed')
  assert.deepEqual(await nudges(tenant), ['suppressed: the person came back'])
  await flows.settled()
  assert.equal((await flows.ok(tenant, 'GET', '/api/v1/encounters/enc')).status, 'open')
})

test('a warning of a conversation that is closed here is kept and nudges nobody', async () => {
  const tenant = 'closed'
  await flows.people(tenant)
  const flow = await flows.published(tenant, 'Abandoned', SAMPLE)
  await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/close', { reason: 'done' })
  await warn(tenant, 'enc')
  await flows.settled()
  assert.deepEqual(await flows.runsOf(tenant, flow), [])
  const { status, nextAction } = await flows.ok(tenant, 'GET', '/api/v1/encounters/enc')
  assert.deepEqual([status, nextAction], ['closed', null])
  // An encounter that only this warning tells of is one to be nudged about.
  await warn(tenant, 'unheard')
  await flows.stands(tenant, flow, 'reply')
})

test('what was meant for a silence is called off when an agent takes the conversation up; the next one has a nudge of its own', async () => {
  const tenant = 'renewed'
  await flows.people(tenant)
  const flow = await flows.published(tenant, 'Abandoned', SAMPLE)
  await warn(tenant, 'enc')
  await flows.stands(tenant, flow, 'reply')
  flows.clock.advance(60_000)
  await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/messages', { from: 'agent', text: 'Estoy con usted' })
  await flows.comesTo(tenant, flow, 'cancelled')
  flows.clock.advance(8 * 3_600_000)
  await flows.settled()
  assert.equal((await flows.ok(tenant, 'GET', '/api/v1/encounters/enc')).status, 'open')
  await warn(tenant, 'enc')
  await flows.stands(tenant, flow, 'reply')
  assert.equal((await flows.ok(tenant, 'GET', '/api/v1/encounters/enc')).status, 'warned')
  assert.deepEqual(await nudges(tenant), ['sent: null', 'sent: null'])
})

test('a flow does not close what somebody gave more time by hand; a flow that gives time itself may', async () => {
  const tenant = 'given'
  await flows.people(tenant)
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true, close_inactive_encounters: true })
  const from = flows.clock.now()
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['more', 'extend', { by: 'PT1H' }],
      ['rest', 'wait', { for: 'PT4H' }],
      ['nudge', 'notify', { content: { title: 'Hola', body: 'Vuelva' }, channels: ['push'] }],
      ['bye', 'close', { reason: 'abandoned' }],
      ['hear', 'waitForEvent', { event: 'encounter.closed', timeout: 'PT1M' }],
      ['heard', 'end', { outcome: 'closed' }],
      ['silent', 'end', { outcome: 'not closed' }],
    ],
    ['start more', 'more rest', 'rest nudge', 'nudge bye', 'bye hear', 'hear.event heard', 'hear.timeout silent'],
  )
  const flow = await flows.published(tenant, 'Abandoned', drawn)
  const read = (id: string) => flows.ok(tenant, 'GET', `/api/v1/encounters/${id}`)
  const talk = { id: 'left', queueId: 'q', contactId: 'maria', channel: 'webchat' }
  await flows.ok(tenant, 'POST', '/api/v1/encounters', talk)
  await warn(tenant, 'enc')
  await warn(tenant, 'left')
  await until(
    'both wait',
    () => flows.runsOf(tenant, flow),
    (runs) => runs.length === 2,
  )
  await flows.settled()
  flows.clock.advance(60_000)
  const given = await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/extend', { minutes: 2_880 })
  await flows.pass(4 * 3_600_000)
  await until(
    'the other is closed',
    () => read('left'),
    ({ status }) => status === 'closed',
  )
  flows.clock.advance(60_000)
  await over(tenant, flow, 2)
  await flows.settled()
  const { status, nextAction } = await read('enc')
  assert.deepEqual([status, nextAction], ['warned', given.nextAction], 'at the deadline that was told')
  assert.deepEqual(await nudges(tenant), ['sent: null', 'sent: null'])
  const extended = (await flows.ok(tenant, 'GET', '/api/v1/events?type=encounter.extended')).items
  assert.deepEqual(
    extended
      .map(({ subject, data }: { subject: string; data: { given?: string } }) => `${subject}: ${data.given}`)
      .sort(),
    ['enc: by hand', 'enc: undefined', 'left: undefined'],
  )
  const to = flows.clock.now()
  const time = { from: new Date(from - 1).toISOString(), to: new Date(to).toISOString() }
  const { comparison } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/replay`, { ...time, version: 1 })
  assert.deepEqual([comparison.same, comparison.examples], [2, []])
  await flows.pass(Date.parse(nextAction.at) - to)
  await until(
    'the queue closes',
    () => read('enc'),
    ({ closeReason }) => closeReason === 'inactivity',
  )
})

test('a flow that was asked for because of a silence does not close it once it is over, or was given more time', async () => {
  const tenant = 'asked'
  await flows.people(tenant)
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true })
  const from = flows.clock.now()
  const closes = graph(
    [
      ['start', 'trigger', { manual: true }],
      ['rest', 'wait', { for: 'PT3H' }],
      ['nudge', 'notify', { content: { title: 'Hola', body: 'Vuelva' }, channels: ['push'] }],
      ['bye', 'close', { reason: 'abandoned' }],
    ],
    ['start rest', 'rest nudge', 'nudge bye'],
  )
  const inner = await flows.published(tenant, 'Closes', closes)
  const outer = await flows.published(
    tenant,
    'Asks',
    graph(
      [
        ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
        ['ask', 'subflow', { flow: inner, input: { contactId: '{{ contact.id }}' } }],
      ],
      ['start ask'],
    ),
  )
  const read = (id: string) => flows.ok(tenant, 'GET', `/api/v1/encounters/${id}`)
  const names = ['back', 'given', 'left']
  for (const id of names) {
    await flows.ok(tenant, 'POST', '/api/v1/encounters', { id, queueId: 'q', contactId: 'maria', channel: 'webchat' })
    await warn(tenant, id)
  }
  await until(
    'all wait',
    () => flows.runsOf(tenant, inner),
    (runs) => runs.length === 3,
  )
  await flows.settled()
  flows.clock.advance(60_000)
  await flows.ok(tenant, 'POST', '/api/v1/encounters/back/messages', { from: 'patient', text: 'Ya volví' })
  await flows.ok(tenant, 'POST', '/api/v1/encounters/given/extend', { minutes: 2_880 })
  await flows.pass(3 * 3_600_000)
  await until(
    'the other is closed',
    () => read('left'),
    ({ status }) => status === 'closed',
  )
  await over(tenant, outer, 3)
  await flows.settled()
  const stands = await Promise.all(names.map(async (id) => `${id} ${(await read(id)).status}`))
  assert.deepEqual(stands, ['back open', 'given warned', 'left closed'])
  assert.deepEqual((await nudges(tenant)).sort(), ['sent: null', 'sent: null', 'suppressed: the person came back'])
  const to = flows.clock.now()
  const time = { from: new Date(from - 1).toISOString(), to: new Date(to).toISOString() }
  const { comparison } = await flows.ok(tenant, 'POST', `/api/v1/flows/${outer}/replay`, { ...time, version: 1 })
  assert.deepEqual([comparison.same, comparison.examples], [3, []])
  const played = async (...laterEvents: object[]) => {
    const { messages, effects } = await flows.ok(tenant, 'POST', `/api/v1/flows/${outer}/simulate`, {
      event: { type: 'encounter.tmipw_expired', subject: 'left', data: { encounter_id: 'left', ...WARNED } },
      encounter: { status: 'warned' },
      laterEvents: laterEvents.map((event) => ({ after: 'PT1H', event: { subject: 'left', ...event } })),
    })
    return [messages[0].outcome, effects.map(({ kind }: { kind: string }) => kind)]
  }
  assert.deepEqual(await played(), ['sent', ['close']])
  assert.deepEqual(await played({ type: 'encounter.resumed' }), ['suppressed', []])
  const given = { type: 'encounter.extended', data: { given: 'by hand', minutes: 60 } }
  assert.deepEqual(await played(given), ['sent', []])
})

test('a warning that names nobody finds whom the event before it told of, however far behind conversations are', async () => {
  const tenant = 'behind'
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true })
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/maria', { name: 'María', addresses: { push: 'device' } })
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired', where: 'queue.continuity' }],
      ['nudge', 'notify', { template: 'come-back', channels: ['push'], deepLink: true }],
      ['done', 'end'],
    ],
    ['start nudge', 'nudge done'],
  )
  const flow = await flows.published(tenant, 'N', drawn)
  const held = new Error('what holds conversations back is over')
  await flows.program.database
    .transaction(async (tx) => {
      await tx.query(
        `insert into encounter (tenant, encounter_id, opened_at, clock_from) values ($1, 'late', now(), now())`,
        [tenant],
      )
      await flows.tell(tenant, 'encounter.created', 'late', WARNED)
      await flows.tell(tenant, 'encounter.tmipw_expired', 'late')
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      throw held
    })
    .catch((error) => assert.equal(error, held))
  await over(tenant, flow, 1)
  assert.deepEqual(await nudges(tenant), ['sent: null'])
})

for (const back of ['resumed', 'message_received']) {
  test(`of a silence, a return (${back}) and a second silence told at once, the second has its run and its nudge`, async () => {
    const tenant = `again-${back}`
    await flows.people(tenant)
    const flow = await flows.published(tenant, 'Abandoned', SAMPLE)
    flows.clock.advance(60_000)
    const now = flows.clock.now()
    await backlog(
      tenant,
      'enc',
      { subtype: 'tmipw_expired', at: now - 3_000 },
      { subtype: back, at: now - 2_000 },
      { subtype: 'tmipw_expired', at: now - 1_000 },
    )
    await until(
      'the first nudge was not needed, the second is sent',
      () => nudges(tenant),
      (told) => told.sort().join() === 'sent: null,suppressed: the person came back',
    )
    await flows.settled()
    const statuses = async () =>
      (await flows.runsOf(tenant, flow)).map(({ status }: { status: string }) => status).sort()
    assert.deepEqual(await statuses(), ['cancelled', 'waiting'])
    assert.equal((await flows.ok(tenant, 'GET', '/api/v1/encounters/enc')).status, 'warned')
    // She comes back from that one too: only now is it over.
    flows.clock.advance(60_000)
    await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/messages', { from: 'patient', text: 'Aquí estoy' })
    await until('both are over', statuses, (found) => !found.includes('waiting'))
  })
}

test('of a flow whose runs wait for their turn, the place is that of the second silence, and the return from the first leaves it there', async () => {
  const tenant = 'turns'
  await flows.people(tenant)
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['reply', 'waitForEvent', { event: 'encounter.resumed' }],
      ['done', 'end'],
    ],
    ['start reply', 'reply.event done'],
    { concurrency: 1, cancelOn: [{ event: 'encounter.resumed' }] },
  )
  const flow = await flows.published(tenant, 'One at a time', drawn)
  await warn(tenant, 'other')
  await flows.stands(tenant, flow, 'reply')
  flows.clock.advance(60_000)
  const now = flows.clock.now()
  await backlog(
    tenant,
    'enc',
    { subtype: 'tmipw_expired', at: now - 3_000 },
    { subtype: 'message_received', at: now - 2_000 },
    { subtype: 'tmipw_expired', at: now - 1_000 },
  )
  await until(
    'the return is told',
    () => flows.ok(tenant, 'GET', '/api/v1/events?subject=enc&type=encounter.resumed'),
    ({ items }) => items.length === 1,
  )
  await flows.settled()
  await flows.tell(tenant, 'encounter.resumed', 'other')
  await until(
    'the run of the second silence is under way',
    () => flows.runsOf(tenant, flow),
    ([run]) => run.subject === 'enc' && run.status === 'waiting',
  )
  const [run] = await flows.runsOf(tenant, flow)
  assert.equal(run.eventId, hashId('test', tenant, 'enc', 'tmipw_expired', String(now - 1_000)))
})
