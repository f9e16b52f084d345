import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'
import { RUN_ENDED } from '#notifications/index.ts'

/* What nobody reads or follows in time goes on to the next channel. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const NUDGE = {
  content: { title: 'Hola', body: 'Le esperamos' },
  channels: ['inbox', 'push', 'email'],
  escalateAfter: 'PT1H',
}
const drawn = (more: object = {}) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['tell', 'notify', { ...NUDGE, ...more }],
      ['end', 'end', { outcome: 'told' }],
    ],
    ['start tell', 'tell end'],
  )

async function someone(tenant: string): Promise<void> {
  await flows.people(tenant)
  const addresses = { push: 'device', email: 'maria@example.com' }
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es', addresses })
}
const go = (tenant: string) => flows.tell(tenant, 'go', 'enc', { patient_id: 'maria' })
const pass = (ms: number) => flows.pass(ms)

/** How each notification stands, in the order of their channels. */
const stands = async (tenant: string) =>
  (await flows.notificationsOf(tenant))
    .map(({ channel, status, reason }: { [name: string]: string | null }) =>
      `${channel} ${status} ${reason ?? ''}`.trim(),
    )
    .sort()
const come = (tenant: string, ...wanted: string[]) =>
  until(
    wanted.join(', '),
    () => stands(tenant),
    (found) => JSON.stringify(found) === JSON.stringify([...wanted].sort()),
  )

test('unread, it goes on channel by channel, each after its time, and the run has gone on long since', async () => {
  const tenant = 'unread'
  await someone(tenant)
  const flow = await flows.published(tenant, 'N', drawn())
  const eventId = await go(tenant)
  await flows.comesTo(tenant, flow, 'completed')
  await come(tenant, 'inbox sent')
  await pass(HOUR - 1)
  await flows.settled()
  await come(tenant, 'inbox sent')
  await pass(1)
  await come(tenant, 'inbox sent', 'push sent')
  await pass(HOUR)
  await come(tenant, 'inbox sent', 'push sent', 'email sent')
  await pass(5 * HOUR)
  await flows.settled()
  await come(tenant, 'inbox sent', 'push sent', 'email sent')
  const { caused } = await flows.ok(tenant, 'GET', `/api/v1/events/${eventId}`)
  assert.equal(caused.notifications.length, 3, 'all of it came of that event')
  const [run] = caused.runs
  assert.equal(run.eventId, eventId)
  // Each names what led to it: the run, or the notification that was not read.
  const known = new Set([
    `run:${run.id}`,
    ...caused.notifications.map(({ id }: { id: string }) => `notification:${id}`),
  ])
  assert.ok(caused.notifications.every(({ cause }: { cause: string }) => known.has(cause)))
  const carried = caused.notifications.flatMap(({ deliveryId }: { deliveryId: string | null }) => deliveryId ?? [])
  assert.deepEqual(new Set(carried), new Set(caused.deliveries.map(({ id }: { id: string }) => id)))
  // What stood in the inbox still says what it said.
  const { items } = await flows.ok(`${tenant}/contact/maria`, 'GET', '/notifications/me')
  assert.deepEqual(
    items.map(({ body }: { body: string }) => body),
    ['Le esperamos'],
  )
})

test('read in time, it goes no further', async () => {
  const tenant = 'read'
  await someone(tenant)
  await flows.published(tenant, 'N', drawn())
  await go(tenant)
  await come(tenant, 'inbox sent')
  await flows.ok(`${tenant}/contact/maria`, 'POST', '/notifications/read', { all: true })
  await pass(3 * HOUR)
  await until(
    'nothing waits any more',
    async () =>
      (
        await flows.program.database.worker.query(
          `select 1 from due where kind = 'notification.escalate' and tenant = $1`,
          [tenant],
        )
      ).length,
    (n) => n === 0,
  )
  await come(tenant, 'inbox sent')
})

test('each conversation of a person lists what they were told because of it, and nothing of their others', async () => {
  const tenant = 'two'
  await someone(tenant)
  await flows.published(tenant, 'N', drawn())
  await go(tenant)
  await flows.tell(tenant, 'go', 'other', { patient_id: 'maria' })
  await come(tenant, 'inbox sent', 'inbox sent')
  await pass(HOUR)
  await come(tenant, 'inbox sent', 'inbox sent', 'push sent', 'push sent')
  const of = async (conversation: string) =>
    (await flows.ok(tenant, 'GET', `/api/v1/notifications?contactId=maria&conversation=${conversation}`)).items.map(
      ({ channel, encounterId }: { [name: string]: string }) => `${channel} ${encounterId}`,
    )
  assert.deepEqual(await of('enc'), ['push enc', 'inbox enc'])
  assert.deepEqual(await of('other'), ['push other', 'inbox other'])
  assert.deepEqual(await of('nobody'), [])
})

test('what waits for a provider that is away goes no further once the run that asked is ended', async () => {
  const tenant = 'away'
  await someone(tenant)
  const waits = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['tell', 'notify', { ...NUDGE, channels: ['inbox', 'push'] }],
      ['later', 'wait', { for: 'P1D' }],
      ['end', 'end'],
    ],
    ['start tell', 'tell later', 'later end'],
    { cancelOn: ['stop'] },
  )
  const flow = await flows.published(tenant, 'N', waits)
  await go(tenant)
  await flows.stands(tenant, flow, 'later')
  await come(tenant, 'inbox sent')
  flows.push.breakWith(503)
  try {
    const { refused } = flows.push
    await pass(HOUR)
    await until(
      'the first try is over',
      async () => flows.push.refused,
      (count) => count > refused,
    )
    await flows.tell(tenant, 'stop', 'enc', { patient_id: 'maria' })
    await flows.comesTo(tenant, flow, 'cancelled')
  } finally {
    flows.push.breakWith(null)
  }
  const taken = flows.push.received.all.length
  await until(
    'its next try comes to nothing',
    async () => {
      await pass(500)
      return stands(tenant)
    },
    (found) => found.includes(`push suppressed ${RUN_ENDED}`),
  )
  assert.equal(flows.push.received.all.length, taken)
})

test('read while quiet hours hold the next one, it goes no further', async () => {
  const tenant = 'read-held'
  await someone(tenant)
  const now = flows.clock.now()
  const time = (at: number) => new Date(at).toISOString().slice(11, 16)
  const night = { name: 'Night', from: time(now), to: time(now + 6 * HOUR), action: 'hold' }
  await flows.ok(tenant, 'PUT', '/api/v1/sending-rules', { timeZone: 'UTC', quietHours: [night], caps: [] })
  await flows.published(tenant, 'N', drawn())
  await go(tenant)
  await come(tenant, 'inbox sent')
  await pass(HOUR)
  await come(tenant, 'inbox sent', 'null held quiet hours: Night')
  await flows.ok(`${tenant}/contact/maria`, 'POST', '/notifications/read', { all: true })
  await flows.pass(6 * HOUR)
  await come(tenant, 'inbox sent', 'null suppressed what it went on from was read')
})

const PAUSED = (settings: object) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['tell', 'notify', { ...NUDGE, channels: ['push', 'email'] }],
      ['rest', 'wait', { for: 'P3D' }],
    ],
    ['start tell', 'tell rest'],
    settings,
  )
const gone = (tenant: string) =>
  until(
    'nothing waits to follow',
    () =>
      flows.program.database.worker.query(
        `select 1 from due where kind in ('notification.escalate', 'notification.send') and tenant = $1`,
        [tenant],
      ),
    ({ length }) => length === 0,
  )

for (const [how, settings, status] of [
  ['who opted out', { cancelOn: [{ event: 'opted.out', samePerson: true }] }, 'cancelled'],
  ['who did what the flow is for', { goal: { event: 'opted.out', ends: true } }, 'completed'],
] as const) {
  test(`${how} is not told the same by the next channel`, async () => {
    const tenant = `ended-${status}`
    await someone(tenant)
    const flow = await flows.published(tenant, 'N', PAUSED(settings))
    await go(tenant)
    await come(tenant, 'push sent')
    await flows.tell(tenant, 'opted.out', 'enc', { contactId: 'maria' })
    await flows.comesTo(tenant, flow, status)
    await pass(HOUR)
    await gone(tenant)
    await come(tenant, 'push sent')
  })
}

test('nor who stood in a run that took longer than it may', async () => {
  const tenant = 'ended-late'
  await someone(tenant)
  const flow = await flows.published(tenant, 'N', PAUSED({ timeLimit: 'PT30M' }))
  await go(tenant)
  await come(tenant, 'push sent')
  await pass(HOUR / 2)
  await flows.comesTo(tenant, flow, 'failed')
  await pass(HOUR / 2)
  await gone(tenant)
  await come(tenant, 'push sent')
})

test('nor when the next channel waits for the end of quiet hours as the run is ended', async () => {
  const tenant = 'ended-held'
  await someone(tenant)
  const flow = await flows.published(tenant, 'N', PAUSED({ cancelOn: ['stop'] }))
  await go(tenant)
  await come(tenant, 'push sent')
  const time = (at: number) => new Date(at).toISOString().slice(11, 16)
  const now = flows.clock.now()
  const night = { name: 'Night', from: time(now), to: time(now + 6 * HOUR), action: 'hold' }
  await flows.ok(tenant, 'PUT', '/api/v1/sending-rules', { timeZone: 'UTC', quietHours: [night], caps: [] })
  await pass(HOUR)
  await come(tenant, 'push sent', 'null held quiet hours: Night')
  await flows.tell(tenant, 'stop', 'enc')
  await flows.comesTo(tenant, flow, 'cancelled')
  await flows.pass(6 * HOUR)
  await come(tenant, 'push sent', 'null suppressed the run that asked for it was ended')
})

test('followed in time, it goes no further, and the history says why', async () => {
  const tenant = 'followed'
  await someone(tenant)
  await flows.published(tenant, 'N', drawn({ deepLink: true, channels: ['push', 'email'] }))
  await go(tenant)
  await come(tenant, 'push sent')
  flows.clock.advance(HOUR / 2)
  await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/visit', { how: 'link' })
  await pass(HOUR / 2)
  await come(tenant, 'push sent', 'null suppressed the person came back')
})

test('a closed conversation calls it off; a channel that is not set up is passed over', async () => {
  const tenant = 'closed'
  await someone(tenant)
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/maria', { name: 'María', addresses: { push: 'device' } })
  await flows.published(tenant, 'N', drawn({ deepLink: true, channels: ['push', 'inbox'] }))
  await go(tenant)
  await come(tenant, 'push sent')
  await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/close', { reason: 'x' })
  await pass(HOUR)
  await come(tenant, 'push sent', 'null suppressed the encounter is closed')
})

test('a simulation shows the channels that would follow, and when', async () => {
  const tenant = 'played'
  await someone(tenant)
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'S' })
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, drawn({ deepLink: true }))
  const play = async (more: object = {}) => {
    const { messages } = await flows.ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, {
      event: { type: 'go', subject: 'enc', time: '2026-03-02T10:00:00Z' },
      ...more,
    })
    return messages.map(
      ({ at, channel, nodeId }: { [name: string]: string }) => `${at?.slice(11, 16)} ${nodeId} ${channel}`,
    )
  }
  assert.deepEqual(await play(), ['10:00 tell inbox', '11:00 tell push', '12:00 tell email'])
  const back = { laterEvents: [{ type: 'encounter.resumed', after: 'PT90M' }] }
  assert.deepEqual(await play(back), ['10:00 tell inbox', '11:00 tell push'])
  assert.deepEqual(await play({ outcomes: { tell: [{ way: 'failed' }] } }), ['10:00 tell null'])
})

test('what cannot escalate is refused on publish', async () => {
  const tenant = 'faults'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'F' })
  for (const more of [
    { channels: ['push'] },
    { escalateAfter: 'PT0S' },
    { escalateAfter: 'P1M' },
    { escalateAfter: '1h' },
  ]) {
    const { faults } = await flows.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, drawn(more))
    assert.deepEqual(
      faults.map(({ path }: { path: string }) => path),
      ['/nodes/tell/data/escalateAfter'],
      JSON.stringify(more),
    )
  }
})
