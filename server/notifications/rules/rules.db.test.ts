import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, START, until } from '#flows/testing-program.ts'

let program: FlowsHarness
before(async () => {
  program = await openFlows()
})
after(() => program?.close())

const RULES = '/api/v1/sending-rules'
const NONE = { timeZone: 'UTC', quietHours: [], caps: [] }
const DAILY = { name: 'Daily', most: 2, per: 'P1D', action: 'drop' }
/** The clock of the program stands at ten. */
const MORNING = { name: 'Morning', from: '08:00', to: '12:30', action: 'hold' }

const iso = (at: number) => new Date(at).toISOString()
const read = (tenant: string, id: string) => program.ok(tenant, 'GET', `/api/v1/notifications/${id}`)
const comesTo = (tenant: string, id: string, status: string) =>
  until(
    `${id} is ${status}`,
    () => read(tenant, id),
    (found) => found.status === status,
  )

async function known(tenant: string, rules: object): Promise<void> {
  await program.ok(tenant, 'PUT', '/api/v1/contacts/maria', {
    name: 'María',
    addresses: { push: 'device', email: 'maria@example.com' },
  })
  await program.ok(tenant, 'PUT', RULES, { ...NONE, ...rules })
}

async function send(tenant: string, more: object = {}): Promise<string> {
  const body = { to: 'maria', content: { body: 'Hola' }, channels: ['push'], ...more }
  return (await program.ok(tenant, 'POST', '/api/v1/notifications', body)).notificationId
}

test('rules are read as they were written, and each fault is named', async () => {
  const tenant = 'written'
  assert.deepEqual(await program.ok(tenant, 'GET', RULES), NONE)
  const rules = { ...NONE, timeZone: 'America/Guayaquil', quietHours: [MORNING], caps: [DAILY] }
  assert.deepEqual(await program.ok(tenant, 'PUT', RULES, rules), rules)
  const { headers } = await program.call(tenant, 'GET', RULES)
  const faulty = {
    timeZone: 'Nowhere/Here',
    quietHours: [
      { ...MORNING, to: '08:00' },
      { ...MORNING, from: '00:00', to: '24:00' },
    ],
    caps: ['P1M', 'PT1S', 'P32D', 'a day'].map((per) => ({ ...DAILY, per })),
  }
  const refused = await program.call(tenant, 'PUT', RULES, faulty)
  assert.equal(refused.status, 400)
  assert.deepEqual(
    refused.body.errors.map(({ path }: { path: string }) => path),
    ['/timeZone', '/quietHours/0', '/quietHours/1', '/caps/0/per', '/caps/1/per', '/caps/2/per', '/caps/3/per'],
  )
  for (const wrong of [
    { caps: [{ ...DAILY, most: 0 }] },
    { quietHours: [{ ...MORNING, name: '\u200b' }] },
    { quietHours: [{ ...MORNING, name: 'two\u2028lines' }] },
    // Each of these leaves some time, and together they leave none to an e-mail of results.
    {
      quietHours: [
        { ...MORNING, from: '00:00', to: '13:00', channels: ['email'] },
        { ...MORNING, from: '12:00', to: '24:00', categories: ['results'] },
      ],
    },
    { more: 1 },
  ])
    assert.equal((await program.call(tenant, 'PUT', RULES, { ...NONE, ...wrong })).status, 400, JSON.stringify(wrong))
  const unread = await program.call(tenant, 'PUT', RULES, {
    ...NONE,
    quietHours: [{ ...MORNING, from: '8:00', to: '25:00' }],
    caps: [{ ...DAILY, name: ' ', first: ['a', '\n'] }],
  })
  assert.deepEqual(
    unread.body.errors.map(
      ({ path, messages }: { path: string; messages: { es: string } }) => `${path} ${messages.es}`,
    ),
    [
      '/caps/0/name debe ser una línea que se pueda leer',
      '/caps/0/first/1 debe ser una línea que se pueda leer',
      '/quietHours/0/from debe ser una hora como 21:00',
      '/quietHours/0/to debe ser una hora como 21:00',
    ],
  )
  assert.deepEqual(await program.ok(tenant, 'GET', RULES), rules)
  const based = { 'if-match': String(headers.etag) }
  assert.equal((await program.call(tenant, 'PUT', RULES, NONE, based)).status, 200)
  // The same again, where the answer was lost.
  assert.equal((await program.call(tenant, 'PUT', RULES, NONE, based)).status, 200)
  assert.equal((await program.call(tenant, 'PUT', RULES, rules, based)).status, 409)
  assert.deepEqual(await program.ok('another', 'GET', RULES), NONE)
})

test('however many ask at once, no more leave than a cap lets through', async () => {
  const tenant = 'parallel'
  await known(tenant, { caps: [{ ...DAILY, most: 3 }] })
  const ids = await Promise.all(Array.from({ length: 12 }, () => send(tenant)))
  const states = await Promise.all(
    ids.map((id) =>
      until(
        `${id} is over`,
        () => read(tenant, id),
        ({ status }) => status === 'sent' || status === 'suppressed',
      ),
    ),
  )
  assert.equal(states.filter(({ status }) => status === 'sent').length, 3)
  for (const { status, reason } of states)
    if (status === 'suppressed') assert.equal(reason, 'cap reached: Daily (3 in P1D)')
  await comesTo(tenant, await send(tenant, { critical: true }), 'sent')
  await comesTo(tenant, await send(tenant, { to: { address: 'another-device' } }), 'sent')
  const inbox = await read(tenant, await send(tenant, { channels: ['push', 'inbox'] }))
  assert.deepEqual([inbox.status, inbox.channel], ['sent', 'inbox'])
})

test('who asks while others tell the same person waits for them, and is not sent away', async () => {
  const tenant = 'crowded'
  await known(tenant, { caps: [{ ...DAILY, most: 3 }] })
  const one = async () => {
    for (let i = 0; i < 6; i++) await send(tenant, { channels: ['inbox'], critical: true })
  }
  await Promise.all(Array.from({ length: 10 }, one))
  assert.equal((await program.ok(tenant, 'GET', '/api/v1/notifications?limit=200')).items.length, 60)
})

test('what told nobody anything leaves room for the next', async () => {
  const tenant = 'room'
  await known(tenant, { caps: [{ ...DAILY, most: 1 }] })
  program.push.breakWith(410)
  try {
    await comesTo(tenant, await send(tenant), 'failed')
  } finally {
    program.push.breakWith(null)
  }
  await comesTo(tenant, await send(tenant), 'sent')
  const dropped = await read(tenant, await send(tenant))
  assert.deepEqual([dropped.status, dropped.reason], ['suppressed', 'cap reached: Daily (1 in P1D)'])
})

test('what quiet hours hold leaves when they end, by the rules of then, unless it is called off', async () => {
  const tenant = 'quiet'
  await known(tenant, { quietHours: [MORNING] })
  const [first, second, off] = [await send(tenant), await send(tenant), await send(tenant)]
  const held = await read(tenant, first)
  assert.deepEqual(
    [held.status, held.sendAt, held.reason, held.states[0].reason],
    ['held', iso(START + 2.5 * HOUR), 'quiet hours: Morning', 'quiet hours: Morning'],
  )
  assert.equal(held.reason, 'quiet hours: Morning')
  assert.equal((await program.call(tenant, 'POST', `/api/v1/notifications/${off}/cancel`)).status, 200)
  await program.ok(tenant, 'PUT', RULES, { ...NONE, caps: [{ ...DAILY, most: 1, action: 'hold' }] })
  await program.pass(2.5 * HOUR)
  const after = [await comesTo(tenant, first, 'sent').catch(() => read(tenant, first)), await read(tenant, second)]
  assert.deepEqual(after.map(({ status }) => status).sort(), ['held', 'sent'])
  assert.equal((await read(tenant, off)).status, 'cancelled')
  const waiting = after.find(({ status }) => status === 'held')
  assert.equal(waiting.sendAt, iso(START + 26.5 * HOUR))
  assert.equal(waiting.states.at(-1).reason, 'cap reached: Daily (1 in P1D)')
})

test('what a cap holds for a week leaves within a day of the cap being taken away', async () => {
  const tenant = 'taken-away'
  await known(tenant, { caps: [{ ...DAILY, most: 1, per: 'P7D', action: 'hold' }] })
  await comesTo(tenant, await send(tenant), 'sent')
  const id = await send(tenant)
  const { sendAt } = await read(tenant, id)
  await program.pass(24 * HOUR)
  const looked = await read(tenant, id)
  assert.deepEqual([looked.status, looked.sendAt, looked.states.length], ['held', sendAt, 1], 'no news')
  await program.ok(tenant, 'PUT', RULES, NONE)
  await program.pass(24 * HOUR)
  const { states } = await comesTo(tenant, id, 'sent')
  assert.deepEqual(
    states.map(({ status }: { status: string }) => status),
    ['held', 'queued', 'sent'],
  )
})

test('what waited for its provider until quiet hours had begun waits for their end', async () => {
  const tenant = 'late'
  const begins = program.clock.now() + HOUR
  const time = (at: number) => iso(at).slice(11, 16)
  await known(tenant, { quietHours: [{ ...MORNING, from: time(begins), to: time(begins + HOUR) }] })
  program.push.breakWith(503)
  const id = await send(tenant)
  const result = async (wanted: string) => {
    const attempts = async () => {
      const [{ id: delivery }] = (await program.ok(tenant, 'GET', '/api/v1/deliveries')).items
      return (await program.ok(tenant, 'GET', `/api/v1/deliveries/${delivery}`)).history
    }
    const found = await until('it is tried', attempts, (all) => all.at(-1)?.result === wanted)
    return found.at(-1)
  }
  await result('retry')
  program.push.breakWith(null)
  program.clock.set(begins + 60_000)
  const { number, error, nextAttemptAt } = await result('postponed')
  assert.deepEqual(
    [number, error, nextAttemptAt],
    [null, 'quiet hours: Morning', iso(Math.floor(begins / 60_000) * 60_000 + HOUR)],
  )
  assert.equal((await read(tenant, id)).status, 'queued')
  program.clock.set(begins + HOUR)
  await comesTo(tenant, id, 'sent')
})

test('a simulation holds and drops as production does, and says so', async () => {
  const tenant = 'simulated'
  await known(tenant, { quietHours: [MORNING], caps: [{ ...DAILY, most: 1 }] })
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['one', 'notify', { content: { body: 'uno' }, channels: ['push'] }],
      ['two', 'notify', { content: { body: 'dos' }, channels: ['push'] }],
      ['yes', 'end', { outcome: 'told' }],
      ['no', 'end', { outcome: 'dropped' }],
    ],
    ['start one', 'one two', 'two.sent yes', 'two.suppressed no'],
  )
  const flow = await program.published(tenant, 'F', drawn)
  const event = { type: 'go', time: iso(program.clock.now()), data: { contactId: 'maria' } }
  const end = Date.parse(iso(program.clock.now()).replace(/T.*/, 'T12:30:00Z'))
  const tomorrow = { ...event, time: iso(end + 20 * HOUR) }
  const played = await program.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event: tomorrow })
  const [first, second] = played.messages
  assert.deepEqual([first.at, first.channel], [iso(end + 24 * HOUR), 'push'])
  assert.deepEqual(first.held, { since: iso(end + 20 * HOUR), reason: 'quiet hours: Morning' })
  assert.deepEqual([second.channel, second.reason], [null, 'cap reached: Daily (1 in P1D)'])
  assert.equal(played.outcome, 'dropped')
})

test('a trial of people who were told something counts that too', async () => {
  const tenant = 'trial'
  await known(tenant, { caps: [{ ...DAILY, most: 1 }] })
  await program.ok(tenant, 'PUT', '/api/v1/contacts/pedro', { name: 'P', addresses: { push: 'other' } })
  await comesTo(tenant, await send(tenant), 'sent')
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['tell', 'notify', { content: { body: 'x' }, channels: ['push'] }],
    ],
    ['start tell'],
  )
  const flow = await program.published(tenant, 'F', drawn)
  const trial = { people: { contacts: { ids: ['maria', 'pedro'] } }, event: { type: 'go' }, lasts: 'PT1H' }
  const said = async (startAt: number) => {
    const asked = { ...trial, startAt: iso(startAt) }
    const { totals } = await program.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate/people`, asked)
    return Object.fromEntries(
      totals.messages
        .filter(({ kind }: { kind: string }) => kind === 'notify')
        .map(({ outcome, count }: { outcome: string; count: number }) => [outcome, count]),
    )
  }
  assert.deepEqual(await said(program.clock.now() + 60_000), { sent: 1, suppressed: 1 })
  assert.deepEqual(await said(program.clock.now() + 25 * HOUR), { sent: 2 })
})

test('what goes on to the next channel takes its room in a simulation when it does', async () => {
  const tenant = 'gone-on'
  await known(tenant, { caps: [{ ...DAILY, most: 2 }] })
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      [
        'one',
        'notify',
        { content: { body: 'uno' }, channels: ['push', 'email'], deepLink: false, escalateAfter: 'PT1H' },
      ],
      ['wait', 'wait', { for: 'PT2H' }],
      ['two', 'notify', { content: { body: 'dos' }, channels: ['push'] }],
    ],
    ['start one', 'one wait', 'wait two'],
  )
  const flow = await program.published(tenant, 'F', drawn)
  const event = { type: 'go', time: iso(program.clock.now()), data: { contactId: 'maria' } }
  const { messages } = await program.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event })
  assert.deepEqual(
    messages.map(({ nodeId, channel, reason }: { [name: string]: string | null }) => [nodeId, channel, reason]),
    [
      ['one', 'push', null],
      ['one', 'email', null],
      ['two', null, 'cap reached: Daily (2 in P1D)'],
    ],
  )
})
