import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

/* What a simulation says is what production then does. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

type Visit = { nodeId: string; way?: string; error?: string }
const walked = (steps: readonly Visit[]) => steps.map(({ nodeId, way, error }) => `${nodeId} ${way ?? error ?? ''}`)

const GREETS = graph(
  [
    ['start', 'trigger', { event: 'sv.go' }],
    ['tell', 'notify', { content: { title: 'Hola {{ contact.name }}', body: 'x' }, channels: ['inbox'] }],
    ['say', 'message', { text: { es: 'hola {{ contact.name }}, {{ queue.name }}', en: 'hi' } }],
    ['end', 'end', { outcome: 'ok' }],
  ],
  ['start tell', 'tell say', 'say end'],
)

test('every form of an event is about the same encounter, contact and queue in both', async () => {
  const tenant = 'forms'
  await flows.people(tenant)
  const flow = await flows.published(tenant, 'F', GREETS)
  const now = flows.clock.now()
  const ce = (id: string, more: object) => ({ specversion: '1.0', id, source: 't', type: 'sv.go', ...more })
  const forms: { [name: string]: object } = {
    flat: { event_id: 'f', type: 'sv', subtype: 'go', encounter_id: 'enc', datetime: now },
    'flat, unknown': {
      event_id: 'fu',
      type: 'sv',
      subtype: 'go',
      encounter_id: 'gone',
      patient_id: 'maria',
      datetime: now,
    },
    'cloudevent by subject': ce('c1', { subject: 'enc' }),
    'cloudevent by data': ce('c2', { subject: 'enc-2', data: { encounterId: 'enc' } }),
    'cloudevent by snake data': ce('c3', { data: { encounter_id: 'enc' } }),
    'cloudevent, its contact only': ce('c4', { subject: 'x', data: { contactId: 'maria', queueId: 'q' } }),
    'cloudevent about nobody': ce('c5', {}),
    enterprise: {
      eventId: 'e1',
      eventType: 'sv.go',
      occurredAt: new Date(now).toISOString(),
      schemaVersion: 1,
      payload: { encounterId: 'enc' },
    },
    'enterprise about nobody': {
      eventId: 'e2',
      eventType: 'sv.go',
      occurredAt: new Date(now).toISOString(),
      schemaVersion: '1.0',
      payload: { patientId: 'maria' },
    },
  }
  let n = 0
  for (const [name, event] of Object.entries(forms)) {
    const simulated = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event })
    const { status } = await flows.call(tenant, 'POST', '/api/v1/events', event)
    assert.equal(status, 202, name)
    n += 1
    const runs = await until(
      `run ${n} is over`,
      () => flows.runsOf(tenant, flow),
      (all) => all.length === n && all.every((run: { status: string }) => run.status !== 'waiting'),
    )
    const started = runs.find(({ eventId }: { eventId: string }) => Object.values(event).includes(eventId))
    const real = await flows.ok(tenant, 'GET', `/api/v1/runs/${started.id}`)
    assert.deepEqual(walked(simulated.path), walked(real.steps), name)
    assert.deepEqual([simulated.status, simulated.failure], [real.status, real.failure], name)
    // The short form says only what matters of a CloudEvent.
    if (!name.startsWith('cloudevent')) continue
    const { id: _id, source: _source, specversion: _version, ...short } = event as { [member: string]: unknown }
    const shortened = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event: short })
    assert.deepEqual([shortened.status, walked(shortened.path)], [simulated.status, walked(simulated.path)], name)
  }
})

test('an event that no door would take is refused with the door’s own words', async () => {
  const tenant = 'refused'
  const flow = await flows.published(tenant, 'F', GREETS)
  const simulate = (body: object) => flows.call(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, body)
  const paths = ({ body }: { body: { errors: { path: string }[] } }) => body.errors.map(({ path }) => path)
  assert.deepEqual(paths(await simulate({ event: { type: 'sv.*' } })), ['/event/type'])
  assert.deepEqual(paths(await simulate({ event: {} })), ['/event/type'])
  assert.deepEqual(paths(await simulate({ event: { type: 'sv', subtype: 'go' } })), ['/event/encounter_id'])
  assert.deepEqual(paths(await simulate({ event: { eventType: 'sv.go', payload: 3 } })), ['/event/payload'])
  assert.deepEqual(paths(await simulate({ event: { type: 'sv.go', time: 'soon' } })), ['/event/time'])
  assert.deepEqual(
    paths(await simulate({ event: { type: 'sv.go' }, laterEvents: [{ after: 'PT1H', event: { type: '' } }] })),
    ['/laterEvents/0/event/type'],
  )
  const moments = ['2026', 'Jan 5 2027', '2026-03-03T10:00:00', '2026-02-30T10:00:00Z', null, -1e308, { toString: 1 }]
  for (const at of moments) {
    const later = { event: { type: 'sv.go' }, laterEvents: [{ at, event: { type: 'sv.go' } }] }
    assert.deepEqual(paths(await simulate(later)), ['/laterEvents/0/at'], JSON.stringify(at))
  }
  for (const after of [5, { toString: 1 }, 'soon', 'P99999Y']) {
    const later = { event: { type: 'sv.go' }, laterEvents: [{ after, event: { type: 'sv.go' } }] }
    assert.deepEqual(paths(await simulate(later)), ['/laterEvents/0/after'], JSON.stringify(after))
  }
  const early = '2026-03-01T10:00:00Z'
  for (const [path, later] of [
    ['/laterEvents/0/at', { at: early, event: { type: 'sv.go' } }],
    ['/laterEvents/0/event/time', { event: { type: 'sv.go', time: early } }],
  ] as const) {
    const given = { event: { type: 'sv.go', time: '2026-03-02T10:00:00Z' }, laterEvents: [later] }
    assert.deepEqual(paths(await simulate(given)), [path])
  }
  const outcomes = { gone: [{ way: 'ok' }] }
  assert.deepEqual(paths(await simulate({ event: { type: 'sv.go' }, outcomes })), ['/outcomes/gone'])
})

test('a run without end comes to the same end in both, which names the bound', async () => {
  const tenant = 'endless'
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'wait', { for: 'PT1S' }],
      ['s', 'set', { vars: { i: '1' } }],
    ],
    ['start w', 'w s', 's w'],
  )
  const flow = await flows.published(tenant, 'E', drawn)
  const { failure, status, path } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, {
    event: { type: 'go' },
  })
  assert.equal(status, 'failed')
  assert.match(failure.cause, /^the run took 10000 steps/)
  assert.equal(path.length, 10_000)
})

const LOOP = graph(
  [
    ['start', 'trigger', { event: 'go' }],
    ['w', 'wait', { for: 'PT1H' }],
    ['say', 'message', { text: '{% for i in (1..1000) %}{% if i > 999 %}{{ i }}{% endif %}{% endfor %}' }],
  ],
  ['start w', 'w say', 'say w'],
)

test('what would be played for minutes ends with a true word, and holds no connection of the database', async () => {
  const tenant = 'bounded'
  await flows.people(tenant)
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'L' })
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, LOOP)
  let over = false
  const event = { type: 'go', subject: 'enc' }
  const playing = flows.call(tenant, 'POST', `/api/v1/flows/${id}/simulate`, { event }).finally(() => {
    over = true
  })
  const waiting = `select 1 from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%' and backend_type = 'client backend'`
  // Twice, since the one before it may have been asked before the first transaction began.
  for (let none = 0; none < 2; ) {
    none = (await flows.program.database.worker.query(waiting)).length === 0 ? none + 1 : 0
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.equal(over, false, 'it still plays')
  const { status, body } = await playing
  assert.deepEqual([status, body.code], [422, 'flows/too-much-to-play'])
  assert.match(body.detail, /more than 2 s of computing/)
})

test('what gives more than anybody reads ends too', async () => {
  const tenant = 'large'
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'wait', { for: 'PT1H' }],
      ['call', 'http', { method: 'POST', url: 'https://example.org/', body: { text: 'x'.repeat(60_000) } }],
    ],
    ['start w', 'w call', 'call w'],
  )
  const flow = await flows.published(tenant, 'L', drawn)
  const { status, body } = await flows.call(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event: { type: 'go' } })
  assert.deepEqual([status, body.code], [422, 'flows/too-much-to-show'])
})

test('a private address is refused on publish where it is written, and by the simulator where it is put in', async () => {
  const tenant = 'private'
  const calls = (url: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['call', 'http', { url, label: 'Ask the inside' }],
      ],
      ['start call'],
    )
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'P' })
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, calls('http://10.0.0.1/x'))
  const refused = await flows.call(tenant, 'POST', `/api/v1/flows/${id}/publish`, {})
  const [fault] = refused.body.errors
  assert.deepEqual(
    [refused.status, fault.path, fault.label, fault.messages.es],
    [422, '/nodes/call/data/url', 'Ask the inside', 'la dirección no es pública'],
  )
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, calls('http://{{ event.data.host }}/x'))
  const play = async (host: string) => {
    const event = { type: 'go', data: { host } }
    const { path } = await flows.ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, { event })
    return [path[1].label, path[1].way ?? null, path[1].error ?? null]
  }
  assert.deepEqual(await play('example.org'), ['Ask the inside', 'ok', null])
  assert.deepEqual(await play('10.0.0.1'), ['Ask the inside', null, 'the address is not public'])
})

test('of two notices with one key the second is not sent, in both; one that told nobody leaves the key to the next', async () => {
  const tenant = 'one-key'
  await flows.people(tenant)
  const tell = (dedupeKey: string, channels = ['inbox']) => ({ content: { body: 'x' }, channels, dedupeKey })
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['lost', 'notify', { ...tell('a{{ event.data.n }}'), to: { contactId: 'nobody' } }],
      ['one', 'notify', tell('a{{ event.data.n }}')],
      ['again', 'notify', tell('a{{ event.data.n }}')],
      ['other', 'notify', tell('b{{ event.data.n }}')],
      ['end', 'end', { outcome: 'ok' }],
    ],
    ['start lost', 'lost one', 'one again', 'again other', 'other end'],
  )
  const flow = await flows.published(tenant, 'F', drawn)
  const data = { contactId: 'maria', n: 1 }
  const played = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event: { type: 'go', data } })
  const { outcome, reason } = played.messages.at(-2)
  assert.deepEqual([outcome, reason], ['suppressed', 'the same as one'])
  await flows.tell(tenant, 'go', 'x', data)
  await flows.comesTo(tenant, flow, 'completed')
  const { steps } = await flows.runOf(tenant, flow)
  assert.deepEqual(walked(played.path), walked(steps))
  assert.deepEqual(walked(steps).slice(1, 5), ['lost failed', 'one sent', 'again suppressed', 'other sent'])
})

test('what a scenario has a notification come to is what its message says', async () => {
  const tenant = 'scripted'
  await flows.people(tenant)
  const flow = await flows.published(tenant, 'F', GREETS)
  const event = { type: 'sv.go', subject: 'enc' }
  const told = async (outcome: object) => {
    const outcomes = { tell: [outcome] }
    const { path, messages } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event, outcomes })
    const { channel, title, outcome: came, reason } = messages[0]
    return [path[1].way, channel, title, came, reason]
  }
  const title = 'Hola María'
  assert.deepEqual(await told({ way: 'sent' }), ['sent', 'inbox', title, 'sent', null])
  assert.deepEqual(await told({ way: 'failed', cause: 'no device' }), ['failed', null, title, 'failed', 'no device'])
  assert.deepEqual(await told({ way: 'suppressed' }), ['suppressed', null, title, 'suppressed', null])
})

test('a flow that is begun waits in a calendar that only it names, in both', async () => {
  const tenant = 'called-calendar'
  await flows.people(tenant)
  await flows.ok(tenant, 'PUT', '/api/v1/calendars/odd', {
    name: 'Odd',
    timeZone: 'UTC',
    week: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [{ from: '03:00', to: '04:00' }]])),
  })
  const rests = [
    ['start', 'trigger', { manual: true }],
    ['rest', 'wait', { for: 'PT30M', calendar: 'odd' }],
  ] as const
  const inner = await flows.published(tenant, 'Inner', graph([...rests], ['start rest']))
  const asks = ['ask', 'subflow', { flow: inner }] as const
  const middle = await flows.published(
    tenant,
    'M',
    graph([['start', 'trigger', { manual: true }], asks], ['start ask']),
  )
  const outer = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['ask', 'subflow', { flow: middle }],
    ],
    ['start ask'],
  )
  const flow = await flows.published(tenant, 'Outer', outer)
  const played = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event: { type: 'go' } })
  assert.equal(played.path[1].error, undefined)
  await flows.tell(tenant, 'go', 'x')
  await flows.stands(tenant, inner, 'rest')
  await flows.pass(Date.parse(played.path[1].endedAt) - flows.clock.now())
  await flows.comesTo(tenant, flow, 'completed')
  const { steps } = await flows.runOf(tenant, flow)
  assert.deepEqual(walked(played.path), walked(steps))
  assert.equal(steps[1].endedAt, played.path[1].endedAt)
})

test('who is warned reads in the conversation that it is closed, in earnest and in a simulation', async () => {
  const tenant = 'closing'
  await flows.people(tenant)
  const id = await flows.published(
    tenant,
    'Close',
    graph(
      [
        ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
        ['wait', 'waitForEvent', { event: 'encounter.resumed', timeout: 'PT8H' }],
        ['bye', 'close', { reason: 'abandoned' }],
        ['end', 'end', { outcome: 'gone' }],
      ],
      ['start wait', 'wait.timeout bye', 'wait.event end', 'bye end'],
    ),
  )
  const START = Date.UTC(2026, 10, 6, 18)
  const event = { type: 'encounter', subtype: 'tmipw_expired', encounter_id: 'made-up', datetime: START }
  const played = (more: object) =>
    flows.ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, {
      event,
      contact: { id: 'ana', name: 'Ana', locale: 'en' },
      encounter: { status: 'warned' },
      ...more,
    })
  const silent = await played({})
  assert.equal(silent.startAt, new Date(START).toISOString())
  assert.deepEqual(silent.messages, [
    {
      at: new Date(START + 8 * 3_600_000).toISOString(),
      nodeId: 'bye',
      kind: 'close',
      channel: 'chat',
      text: 'We have closed this conversation because we did not hear from you. If you need us, we are here.',
    },
  ])
  const unwarned = await played({ encounter: { status: 'open' } })
  assert.deepEqual([unwarned.outcome, unwarned.messages], ['gone', []])
  const written = {
    type: 'encounter',
    subtype: 'message_received',
    encounter_id: 'made-up',
    from: 'patient',
    text: 'Sí',
  }
  const back = await played({ laterEvents: [{ after: 'PT1H', event: written }] })
  assert.deepEqual(
    back.later.map(({ at, type, data }: { at: string; type: string; data: { text: string } }) => [at, type, data.text]),
    [[new Date(START + 3_600_000).toISOString(), 'encounter.message_received', 'Sí']],
  )
})
