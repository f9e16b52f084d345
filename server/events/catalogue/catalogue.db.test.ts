import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { access } from '#access/index.ts'
import { flags } from '#flags/index.ts'
import { flatEvent, testProgram, testServer } from '../../testing.ts'

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance

before(async () => {
  program = await testProgram([access, flags])
  app = await testServer(program)
  await program.start()
})
after(async () => {
  await app?.close()
  await program?.close()
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
async function call(
  tenant: string,
  method: Method,
  url: string,
  payload?: unknown,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${tenant}`,
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
}

const TYPES = '/api/v1/event-types'
const ORDER = {
  type: 'object',
  required: ['total'],
  properties: { total: { type: 'number' }, status: { enum: ['open', 'closed'] } },
}
let next = 0
const enterprise = (eventType: string, payload: unknown, schemaVersion: unknown = '1.0') => ({
  eventId: `e-${next++}`,
  eventType,
  occurredAt: '2026-04-04T17:10:00Z',
  payload,
  schemaVersion,
})
const policy = (tenant: string, name: string, value: string) => call(tenant, 'PUT', `/api/v1/flags/${name}`, { value })
const inLog = async (tenant: string, id: string) =>
  (await program.database.worker.query('select 1 from event_log where tenant = $1 and id = $2', [tenant, id])).length

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 10_000; !(await holds()); ) {
    assert.ok(performance.now() < end, what)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('what comes registered can be browsed by family and pattern, page by page', async () => {
  const names: string[] = []
  let cursor: string | null = null
  do {
    const { body } = await call('browse', 'GET', `${TYPES}?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`)
    names.push(...body.items.map(({ name }: { name: string }) => name))
    cursor = body.nextCursor
  } while (cursor !== null)
  assert.deepEqual(names, [...names].sort())
  assert.ok(
    names.includes('TicketCreated') && names.includes('encounter.tmipw_expired') && names.includes('encounter.closed'),
  )
  assert.equal(new Set(names).size, names.length)
  const tickets = await call('browse', 'GET', `${TYPES}?family=tickets`)
  assert.equal(tickets.body.items.length, 5)
  const encounters = await call('browse', 'GET', `${TYPES}?pattern=encounter.*&limit=100`)
  assert.equal(encounters.body.items.length, 12)
  const { body } = await call('browse', 'GET', `${TYPES}/QuoteSent`)
  assert.equal(body.builtIn, true)
  assert.equal(body.latest, '1.0')
  assert.equal(body.versions[0].schema.type, 'object')
  assert.equal(body.versions[0].examples[0].quoteId, 'q-5')
  assert.equal((await call('browse', 'GET', `${TYPES}/none`)).status, 404)
})

test('a type is registered, gets versions that only add, and a new major for all else', async () => {
  const made = await call('shop', 'POST', TYPES, {
    name: 'order.placed',
    description: 'Somebody bought.',
    owner: 'sales',
    schema: ORDER,
    examples: [{ total: 40 }],
  })
  assert.equal(made.status, 201)
  assert.deepEqual(made.body, { name: 'order.placed', version: '1.0', warnings: [] })
  assert.equal((await call('shop', 'POST', TYPES, { name: 'order.placed', schema: ORDER })).status, 409)
  const registration = { name: 'order.placed', description: 'Somebody bought.', owner: 'sales', schema: ORDER }
  assert.equal((await call('shop', 'POST', TYPES, { ...registration, examples: [{ total: 40 }] })).status, 201)

  const more = { ...ORDER, properties: { ...ORDER.properties, note: { type: 'string' } } }
  const minor = await call('shop', 'POST', `${TYPES}/order.placed/versions`, { schema: more })
  assert.equal(minor.status, 201)
  assert.equal(minor.body.version, '1.1')
  assert.deepEqual(minor.body.warnings, [{ path: '/schema/note', message: 'is new' }])

  const worse = {
    type: 'object',
    required: ['total', 'customer'],
    properties: { total: { type: 'string' }, status: { enum: ['open'] }, customer: { type: 'string' } },
  }
  const refused = await call('shop', 'POST', `${TYPES}/order.placed/versions`, { schema: worse })
  assert.equal(refused.status, 409)
  assert.deepEqual(refused.body.errors, [
    { path: '/schema/total', message: 'changed its type from number to string' },
    { path: '/schema/status', message: 'no longer takes "closed"' },
    { path: '/schema/note', message: 'was removed' },
    { path: '/schema/customer', message: 'is new and required' },
  ])
  assert.equal((await call('shop', 'POST', `${TYPES}/order.placed/versions`, { schema: worse, major: 3 })).status, 400)
  const major = await call('shop', 'POST', `${TYPES}/order.placed/versions`, { schema: worse, major: 2 })
  assert.equal(major.body.version, '2.0')
  const same = await call('shop', 'POST', `${TYPES}/order.placed/versions`, { schema: more, major: 1 })
  assert.deepEqual(same.body, minor.body, 'the same again is the same version')
  const patch = await call('shop', 'POST', `${TYPES}/order.placed/versions`, {
    schema: more,
    examples: [{ total: 1 }],
    major: 1,
  })
  assert.equal(patch.body.version, '1.2')

  const { body } = await call('shop', 'GET', `${TYPES}/order.placed`)
  assert.deepEqual(
    body.versions.map(({ version }: { version: string }) => version),
    ['1.0', '1.1', '1.2', '2.0'],
  )
  assert.deepEqual(body.versions[0].schema, ORDER)
  assert.equal(body.family, 'order')
  assert.equal((await call('other', 'GET', `${TYPES}/order.placed`)).status, 404)
})

test('a type that came registered gets versions too, and cannot be broken', async () => {
  const { body } = await call('shop', 'GET', `${TYPES}/TicketClosed`)
  const [{ schema }] = body.versions
  const gone = await call('shop', 'POST', `${TYPES}/TicketClosed/versions`, { schema: { type: 'object' } })
  assert.equal(gone.status, 409)
  const more = { ...schema, properties: { ...schema.properties, minutes: { type: 'integer' } } }
  assert.equal((await call('shop', 'POST', `${TYPES}/TicketClosed/versions`, { schema: more })).body.version, '1.1')
  const list = await call('shop', 'GET', `${TYPES}?pattern=TicketClosed`)
  assert.equal(list.body.items[0].latest, '1.1')
})

test('a type is described and deprecated, and that is audited', async () => {
  const { status, body } = await call('shop', 'PATCH', `${TYPES}/ListingViewed`, {
    deprecated: { reason: 'too many', replacedBy: 'ListingSeen' },
  })
  assert.equal(status, 200)
  assert.equal(body.deprecated.replacedBy, 'ListingSeen')
  const found = await call('shop', 'GET', `${TYPES}?deprecated=true`)
  assert.deepEqual(
    found.body.items.map(({ name }: { name: string }) => name),
    ['ListingViewed'],
  )
  assert.equal((await call('shop', 'PATCH', `${TYPES}/ListingViewed`, { deprecated: null })).body.deprecated, null)
  const rows = await program.database.worker.query<{ action: string }>(
    `select distinct action from audit where tenant = 'shop' and action like 'event-type.%' order by 1`,
  )
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['event-type.changed', 'event-type.registered', 'event-type.version-added'],
  )
})

test('a name that is not in the past tense gets a warning; what is wrong gets its place', async () => {
  const { status, body } = await call('lint', 'POST', TYPES, { name: 'CreateOrder', schema: true })
  assert.equal(status, 201)
  assert.equal(body.warnings[0].path, '/name')
  const cases: [object, string][] = [
    [{ name: 'a.*', schema: true }, '/name'],
    [{ name: 'a.created', schema: { $ref: 'https://example.org/' } }, '/schema/$ref'],
    [{ name: 'a.created', schema: { type: 'object', required: ['x'] }, examples: [{ x: 1 }, {}] }, '/examples/1/x'],
    [{ name: 'a.created', schema: 'x' }, '/schema'],
    [{ name: 'a.created' }, '/schema'],
    [{ name: 'a.created', schema: true, more: 1 }, '/more'],
  ]
  for (const [payload, path] of cases) {
    const wrong = await call('lint', 'POST', TYPES, payload)
    assert.equal(wrong.status, 400, JSON.stringify(payload))
    assert.equal(wrong.body.errors[0].path, path)
  }
})

test('an unknown type passes, unless the tenant refuses it: then the answer names it', async () => {
  const first = enterprise('robot.danced', {})
  assert.deepEqual((await call('strict', 'POST', '/api/v1/events', first)).body, {
    routed: true,
    routingKey: 'robot.danced',
    eventId: first.eventId,
  })
  await policy('strict', 'CAUCE_UNKNOWN_EVENT_TYPES', 'refuse')
  const second = enterprise('robot.danced', {})
  const { status, body } = await call('strict', 'POST', '/api/v1/events', second)
  assert.equal(status, 422)
  assert.match(body.detail, /"robot.danced"/)
  assert.deepEqual(body.errors, [{ path: '/type', message: '"robot.danced" is not in the catalogue' }])
  assert.equal(await inLog('strict', second.eventId), 0)
  // Another tenant's choice is its own, and a version that nobody registered is as unknown as its type.
  assert.equal((await call('lax', 'POST', '/api/v1/events', enterprise('robot.danced', {}))).status, 202)
  const newer = await call('strict', 'POST', '/api/v1/events', enterprise('TicketClosed', { ticketId: 't' }, '2.0'))
  assert.equal(newer.status, 422)
  assert.equal(
    (await call('strict', 'POST', '/api/v1/events', enterprise('TicketClosed', { ticketId: 't' }))).status,
    202,
  )
})

test('a batch with one refused event stores none of it', async () => {
  const event = (id: string, type: string) => ({ specversion: '1.0', id, source: 's', type, data: { ticketId: 't' } })
  const batch = [event('b-1', 'TicketClosed'), event('b-2', 'robot.danced')]
  const { status, body } = await call('strict', 'POST', '/api/v1/events', batch, {
    'content-type': 'application/cloudevents-batch+json',
  })
  assert.equal(status, 422)
  assert.equal(body.errors[0].path, '/1/type')
  assert.equal(await inLog('strict', 'b-1'), 0)
})

test('a number of 64 bits is a number to the schema of its type, although flows see the text of its digits', async () => {
  // As a program writes it that knows 64 bits; JSON.stringify would round it.
  const schema = '{"type":"object","properties":{"id":{"type":"integer","maximum":9223372036854775807}}}'
  const payload = `{"name":"order.paid","schema":${schema}}`
  const headers = { authorization: 'Bearer long', 'content-type': 'application/json' }
  assert.equal((await app.inject({ method: 'POST', url: TYPES, headers, payload })).statusCode, 201)
  await policy('long', 'CAUCE_INVALID_EVENTS', 'refuse')
  const send = async (id: string) => {
    const payload = JSON.stringify(enterprise('order.paid', { id: 'digits' })).replace('"digits"', id)
    return (await app.inject({ method: 'POST', url: '/api/v1/events', headers, payload })).statusCode
  }
  assert.deepEqual(
    await Promise.all(['9007199254740993', '"9007199254740993"', '1000000000000000001000'].map(send)),
    [202, 422, 422],
  )
})

test('what the schema does not allow passes and is counted, or is refused, in each form and by its own major', async () => {
  await call('judge', 'POST', TYPES, { name: 'order.placed', schema: ORDER })
  const v2 = { type: 'object', required: ['sum'] }
  await call('judge', 'POST', `${TYPES}/order.placed/versions`, { schema: v2, major: 2 })
  assert.equal((await call('judge', 'POST', '/api/v1/events', enterprise('order.placed', {}))).status, 202)
  const counted = await program.runtime.metrics.getSingleMetricAsString('cauce_event_catalogue_total')
  assert.match(counted, /verdict="invalid",action="pass"} 1/)

  await policy('judge', 'CAUCE_INVALID_EVENTS', 'refuse')
  const send = (payload: unknown, type = 'application/json') =>
    call('judge', 'POST', '/api/v1/events', payload, { 'content-type': type })
  const refused = await send(enterprise('order.placed', { total: 'x' }))
  assert.equal(refused.status, 422)
  assert.deepEqual(refused.body.errors, [{ path: '/payload/total', message: 'must be a number' }])
  assert.equal((await send(enterprise('order.placed', { total: 1 }))).status, 202)
  assert.equal((await send(enterprise('order.placed', { sum: 1 }, 2))).status, 202)
  assert.equal((await send(enterprise('order.placed', { total: 1 }, 'v2.0'))).status, 422)

  const cloud = (more: object) => ({
    specversion: '1.0',
    id: `c-${next++}`,
    source: 's',
    type: 'order.placed',
    ...more,
  })
  const structured = 'application/cloudevents+json'
  assert.deepEqual((await send(cloud({ data: {} }), structured)).body.errors, [
    { path: '/data/total', message: 'is required' },
  ])
  assert.equal((await send(cloud({ data: { sum: 1 }, schemaversion: '2' }), structured)).status, 202)
  assert.equal(
    (await send(cloud({ data: { sum: 1 }, dataschema: 'https://s.example/order/2.0' }), structured)).status,
    202,
  )
  assert.equal((await send(cloud({ data: { total: 1 } }), structured)).status, 202)

  const flat = {
    event_id: `f-${next++}`,
    type: 'encounter',
    subtype: 'closed',
    encounter_id: 'enc',
    datetime: Date.now(),
  }
  assert.equal((await send(flat)).status, 202)
  const odd = await send({ ...flat, event_id: `f-${next++}`, round: 'first' })
  assert.deepEqual(odd.body.errors, [{ path: '/round', message: 'must be an integer' }])
  // The flat event in the enterprise form is the same event.
  const wrapped = enterprise('encounter.closed', { type: 'encounter', subtype: 'closed', encounterId: 'enc' })
  assert.equal((await send(wrapped)).status, 202)
})

test('what is set aside is answered 202, kept apart once, seen in the backoffice, and released when its type is registered', async () => {
  await policy('apart', 'CAUCE_UNKNOWN_EVENT_TYPES', 'set-aside')
  const events = [1, 2, 3].map((n) => enterprise('order.packed', { n, encounterId: 'e' }))
  for (const event of events) {
    const { status, body } = await call('apart', 'POST', '/api/v1/events', event)
    assert.equal(status, 202)
    assert.deepEqual(body, {
      routed: false,
      routingKey: 'order.packed',
      eventId: event.eventId,
      published: false,
      setAside: 'unknown-type',
    })
  }
  const again = await call('apart', 'POST', '/api/v1/events', events[0])
  assert.equal(again.body.duplicate, true)
  const { body } = await call('apart', 'GET', '/backoffice/events/quarantine?type=order.packed')
  assert.deepEqual(
    body.items.map(({ id }: { id: string }) => id),
    events.map(({ eventId }) => eventId).reverse(),
  )
  assert.equal(body.items[0].reason, 'unknown-type')
  assert.equal(body.items[0].says.en, body.items[0].fault)
  assert.equal(body.items[0].says.es, '/type "order.packed" no está en el catálogo')
  assert.deepEqual(body.items[0].event.data, { n: 3, encounterId: 'e' })
  assert.equal((await call('other', 'GET', '/backoffice/events/quarantine')).body.items.length, 0)
  assert.equal(await inLog('apart', events[0]?.eventId ?? ''), 0)

  await call('apart', 'POST', TYPES, { name: 'order.packed', schema: { type: 'object' } })
  await until(async () => (await inLog('apart', events[2]?.eventId ?? '')) === 1, 'they were released')
  const rows = await program.database.worker.query<{ id: string; raw: string }>(
    `select id, raw from event_log where tenant = 'apart' and type = 'order.packed' order by position`,
  )
  assert.deepEqual(
    rows.map(({ raw }) => raw),
    events.map((event) => JSON.stringify(event)),
  )
  assert.equal((await call('apart', 'GET', '/backoffice/events/quarantine')).body.items.length, 0)
})

test('a retry judges again, force lets all pass, and what is discarded is gone', async () => {
  await policy('retry', 'CAUCE_UNKNOWN_EVENT_TYPES', 'set-aside')
  await policy('retry', 'CAUCE_INVALID_EVENTS', 'set-aside')
  await call('retry', 'POST', TYPES, { name: 'cup.filled', schema: { type: 'object', required: ['cup'] } })
  const wrong = enterprise('cup.filled', {})
  const strange = enterprise('cup.washed', {})
  const spare = enterprise('cup.washed', {})
  for (const event of [wrong, strange, spare]) await call('retry', 'POST', '/api/v1/events', event)
  const apart = { specversion: '1.0', id: 'apart', source: '/seen/nowhere/else', type: 'cup.washed' }
  await call('retry', 'POST', '/api/v1/events', apart, { 'content-type': 'application/cloudevents+json' })
  const retry = (payload: object) => call('retry', 'POST', '/backoffice/events/quarantine/retry', payload)
  const waiting = async () => (await call('retry', 'GET', '/backoffice/events/quarantine')).body.items.length

  assert.deepEqual((await retry({ filter: {} })).body, { retried: 4, passed: 0, kept: 4 })
  await policy('retry', 'CAUCE_INVALID_EVENTS', 'pass')
  assert.deepEqual((await retry({ filter: {} })).body, { retried: 4, passed: 1, kept: 3 })
  assert.equal(await inLog('retry', wrong.eventId), 1, 'what passes now is released')
  assert.equal(await waiting(), 3)
  const forced = await retry({ ids: [strange.eventId, apart.id], force: true })
  assert.deepEqual(forced.body, { retried: 2, passed: 2, kept: 0 })
  assert.equal(await inLog('retry', apart.id), 1, 'what is forced is released')
  assert.equal(await inLog('retry', strange.eventId), 1)
  assert.equal((await call('retry', 'GET', `/api/v1/events/${apart.id}`)).body.source, apart.source)
  assert.equal((await retry({ ids: ['x'], filter: {} })).status, 400)
  const dropped = await call('retry', 'POST', '/backoffice/events/quarantine/discard', { ids: [spare.eventId] })
  assert.deepEqual(dropped.body, { discarded: 1 })
  assert.equal(await waiting(), 0)
  assert.equal(await inLog('retry', spare.eventId), 0)
})

test('what is kept apart is told by its cause, and put right by hand it goes to the log', async () => {
  await policy('mend', 'CAUCE_INVALID_EVENTS', 'set-aside')
  await policy('mend', 'CAUCE_UNKNOWN_EVENT_TYPES', 'set-aside')
  const schema = { type: 'object', required: ['cup'], properties: { cup: { type: 'integer' } } }
  await call('mend', 'POST', TYPES, { name: 'cup.filled', schema })
  const [one, two] = [enterprise('cup.filled', { milk: true }), enterprise('cup.filled', { milk: false })]
  const text = enterprise('cup.filled', { cup: 'one' })
  const strange = enterprise('cup.broken', {})
  for (const event of [one, two, text, strange]) await call('mend', 'POST', '/api/v1/events', event)
  const PATH = '/backoffice/events/quarantine'
  const groups = async () => (await call('mend', 'GET', `${PATH}/groups`)).body.items
  const [most, ...others] = await groups()
  assert.deepEqual([most.event_type, most.reason, most.count], ['cup.filled', 'invalid', 2])
  assert.match(most.says.es, /es obligatorio/)
  assert.equal(others.length, 2)
  const listed = await call('mend', 'GET', `${PATH}?type=cup.filled&fault=${encodeURIComponent(most.fault)}`)
  assert.deepEqual(
    listed.body.items.map(({ id }: { id: string }) => id),
    [two.eventId, one.eventId],
  )

  const put = (id: string, payload: object) => call('mend', 'PUT', `${PATH}/${id}`, payload)
  const still = await put(one.eventId, { data: { cup: 'one' }, reason: 'typed anew' })
  assert.deepEqual([still.status, still.body.errors[0].path], [400, '/data/cup'])
  assert.equal(await inLog('mend', one.eventId), 0)
  assert.equal((await put(one.eventId, { data: { cup: 1 } })).status, 400, 'why has to be said')
  const unknown = await put(strange.eventId, { data: {}, reason: 'r' })
  assert.deepEqual([unknown.status, unknown.body.detail.includes('register it')], [409, true])
  assert.equal((await call('other', 'PUT', `${PATH}/${one.eventId}`, { data: { cup: 1 }, reason: 'r' })).status, 404)

  assert.deepEqual((await put(one.eventId, { data: { cup: 1 }, reason: 'counted' })).body, {
    id: one.eventId,
    passed: 1,
  })
  assert.equal((await put(one.eventId, { data: { cup: 2 }, reason: 'again' })).status, 404, 'it is apart no more')
  const kept = (await call('mend', 'GET', `/api/v1/events/${one.eventId}`)).body
  assert.deepEqual([kept.data, kept.origin, kept.type], [{ cup: 1 }, 'rest', 'cup.filled'])
  assert.equal((await call('mend', 'POST', '/api/v1/events', one)).body.duplicate, true, 'what came is known by its id')
  const audit = (await call('mend', 'GET', '/api/v1/audit?action=quarantine.edited')).body.items
  assert.deepEqual([audit.length, audit[0].after.reason], [1, 'counted'])
  const discarded = await call('mend', 'POST', `${PATH}/discard`, { filter: { fault: most.fault } })
  assert.deepEqual(discarded.body, { discarded: 1 })
  assert.equal((await groups()).length, 2)
})

test('what is in the log already is a repeat, also when its type would be set aside now', async () => {
  const event = enterprise('lamp.lit', {})
  await call('late', 'POST', '/api/v1/events', event)
  await policy('late', 'CAUCE_UNKNOWN_EVENT_TYPES', 'set-aside')
  assert.equal((await call('late', 'POST', '/api/v1/events', event)).body.duplicate, true)
  assert.equal((await call('late', 'GET', '/backoffice/events/quarantine')).body.items.length, 0)
})

test('what a broker brings together is judged one by one, keeps its order and its senders', async () => {
  await policy('bus', 'CAUCE_UNKNOWN_EVENT_TYPES', 'set-aside')
  await call('bus', 'PUT', '/api/v1/sources/pair', {
    systems: [
      { name: 'old', role: 'leader', knownBy: { brokerUsers: ['old'] } },
      { name: 'new', role: 'follower', knownBy: { headers: { 'X-System': 'new' } } },
    ],
  })
  const event = (id: string, subtype: string) => flatEvent({ id, subtype, tenant: 'bus' })
  const events = [event('a', 'closed'), event('b', 'vanished'), event('c', 'closed'), event('d', 'closed')]
  const senders = [{ brokerUser: 'old' }, {}, { headers: { 'x-System': 'new' } }, {}]
  const admissions = await program.runtime.appendTogether(events, senders)
  assert.deepEqual(
    admissions.map(({ published, duplicate, setAside }) => [published, duplicate, setAside]),
    [
      [true, false, undefined],
      [false, false, 'unknown-type'],
      [false, false, undefined],
      [true, false, undefined],
    ],
  )
  assert.ok((admissions[3]?.position ?? 0) > (admissions[0]?.position ?? 0))
  assert.deepEqual(
    (await program.runtime.appendTogether(events, senders)).map(({ duplicate }) => duplicate),
    [true, true, true, true],
  )
  await policy('bus', 'CAUCE_UNKNOWN_EVENT_TYPES', 'refuse')
  await assert.rejects(program.runtime.appendTogether([event('e', 'closed'), event('f', 'vanished')]), /vanished/)
  assert.equal(await inLog('bus', 'e'), 0)
})
