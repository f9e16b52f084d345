import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudEventView, dataOf, toCloudEvent } from '#events/cloudevents-out.ts'
import { enterpriseText, flatText } from '#events/enterprise.ts'
import { bornEvent } from '#events/flat.ts'
import { readEvents } from '#events/forms.ts'
import { rfc3339Ms } from '#events/forms-fields.ts'
import { Problem } from '#platform/problem.ts'

const NOW = Date.parse('2026-04-04T17:10:00Z')
const DAY_MS = 86_400_000
const ctx = { tenant: 't', now: NOW, origin: 'rest', traceparent: null, defaultSource: 'cauce:events' }

const read = (body: unknown, contentType: string | undefined = 'application/json') => {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  return readEvents({ contentType, headers: {}, body: text }, ctx)[0]
}

/** Paths of the faults of a refusal with this status. */
function faultsOf(body: unknown, status = 400): string[] {
  try {
    read(body)
  } catch (error) {
    assert.ok(error instanceof Problem, String(error))
    assert.equal(error.status, status)
    return error.faults.map((fault) => fault.path).sort()
  }
  throw new Error(`was accepted: ${JSON.stringify(body)}`)
}

const FLAT = {
  event_id: 'abc-123',
  type: 'encounter',
  subtype: 'tmipw_expired',
  encounter_id: 'enc-456',
  queue_id: 'q-789',
  patient_id: 'p-012',
  brand_id: 'b-345',
  datetime: 1_712_345_678_000,
}
const ENTERPRISE = {
  eventId: 'e1',
  eventType: 'TicketCreated',
  occurredAt: '2026-04-04T17:10:00.5Z',
  tenantId: 'other',
  actorUserId: null,
  payload: { ticket: 7, encounterId: 'enc-1' },
  schemaVersion: '1.0',
}

test('the flat form', () => {
  const raw = JSON.stringify(FLAT, null, 1)
  const event = read(raw)
  assert.deepEqual(event, {
    tenant: 't',
    id: 'abc-123',
    source: 'cauce:events',
    type: 'encounter.tmipw_expired',
    subject: 'enc-456',
    form: 'flat',
    raw,
    data: FLAT,
    occurredAt: 1_712_345_678_000,
    encounterId: 'enc-456',
    traceparent: null,
    cause: null,
    hops: 0,
    origin: 'rest',
  })
})

test('the flat form keeps unknown fields and takes absent and null options', () => {
  const { queue_id: _q, patient_id: _p, ...rest } = FLAT
  const event = read({ ...rest, brand_id: null, extra: { deep: [1] } })
  assert.deepEqual(event?.data, { ...rest, brand_id: null, extra: { deep: [1] } })
})

test('the flat form names every bad field', () => {
  assert.deepEqual(faultsOf({}), ['/datetime', '/encounter_id', '/event_id', '/subtype', '/type'])
  assert.deepEqual(faultsOf({ ...FLAT, event_id: '', queue_id: 5, datetime: 'x' }), [
    '/datetime',
    '/event_id',
    '/queue_id',
  ])
})

const BAD_FLAT: readonly [string, unknown][] = [
  ['event_id', 7],
  ['event_id', 'x'.repeat(256)],
  ['event_id', 'a\nb'],
  ['type', 'enc*unter'],
  ['type', '#'],
  ['subtype', ''],
  ['subtype', 'x'.repeat(250)],
  ['encounter_id', null],
  ['encounter_id', ['a']],
  ['patient_id', {}],
  ['brand_id', ''],
  ['datetime', '1712345678000'],
  ['datetime', 1712345678000.5],
  ['datetime', Date.UTC(1999, 11, 31)],
  ['datetime', NOW + DAY_MS + 1],
  ['datetime', 1_712_345_678],
  ['datetime', null],
]
for (const [field, value] of BAD_FLAT) {
  test(`flat ${field} = ${JSON.stringify(value).slice(0, 30)} is refused`, () => {
    assert.deepEqual(faultsOf({ ...FLAT, [field]: value }), [`/${field}`])
  })
}

test('the limits themselves are accepted', () => {
  for (const [field, value] of [
    ['event_id', '🙂'.repeat(255)],
    ['subtype', 'x'.repeat(245)],
    ['datetime', Date.UTC(2000, 0, 1)],
    ['datetime', NOW + DAY_MS],
  ] as const) {
    assert.ok(read({ ...FLAT, [field]: value }))
  }
})

for (const [form, field] of [
  [ENTERPRISE, 'occurredAt'],
  [{ specversion: '1.0', id: 'c1', source: '/s', type: 't' }, 'time'],
] as const) {
  test(`${field} is held to the bounds of the flat form`, () => {
    const at = (ms: number) => ({ ...form, [field]: new Date(ms).toISOString() })
    for (const good of [Date.UTC(2000, 0, 1), NOW + DAY_MS]) assert.equal(read(at(good))?.occurredAt, good)
    const bad = [Date.UTC(1999, 11, 31), NOW + DAY_MS + 1, Date.UTC(9999, 11, 31), Date.parse('0001-01-01T00:00:00Z')]
    for (const ms of bad) assert.deepEqual(faultsOf(at(ms)), [`/${field}`], String(ms))
  })
}

test('JSON that says it is not UTF-8 is refused in every form', () => {
  const event = { specversion: '1.0', id: 'c1', source: '/s', type: 't' }
  const readAs = (contentType: string, body: unknown, headers: Record<string, string> = {}) =>
    readEvents({ contentType, headers, body: JSON.stringify(body) }, ctx)
  const binary = { 'ce-specversion': '1.0', 'ce-id': 'c1', 'ce-source': '/s', 'ce-type': 't' }
  const bodies: [string, unknown, Record<string, string>?][] = [
    ['application/json', FLAT],
    ['application/cloudevents+json', event],
    ['application/cloudevents-batch+json', [event]],
    ['application/json', { a: 1 }, binary],
  ]
  for (const [type, body, headers] of bodies) {
    assert.equal(readAs(`${type}; charset=UTF-8`, body, headers).length, 1)
    assert.throws(() => readAs(`${type}; charset=utf-16`, body, headers), { status: 415, code: 'charset' }, type)
  }
})

test('the enterprise form', () => {
  const event = read(ENTERPRISE)
  assert.equal(event?.type, 'TicketCreated')
  assert.equal(event?.tenant, 't')
  assert.equal(event?.subject, 'enc-1')
  assert.equal(event?.encounterId, 'enc-1')
  assert.equal(event?.occurredAt, NOW + 500)
  assert.deepEqual(event?.data, ENTERPRISE.payload)
  const bare = read({ ...ENTERPRISE, payload: { encounterId: 5 }, schemaVersion: 2 })
  assert.equal(bare?.subject, 'e1')
  assert.equal(bare?.encounterId, null)
})

test('the enterprise form names every bad field', () => {
  assert.deepEqual(faultsOf({ eventId: 'e' }), ['/eventType', '/occurredAt', '/payload', '/schemaVersion'])
  assert.deepEqual(faultsOf({ ...ENTERPRISE, payload: [], occurredAt: '2026-02-30T00:00:00Z', tenantId: 7 }), [
    '/occurredAt',
    '/payload',
    '/tenantId',
  ])
})

test('a CloudEvent sent as plain JSON is read as one', () => {
  assert.equal(read({ specversion: '1.0', id: '1', source: '/s', type: 't' })?.form, 'cloudevents')
})

test('bodies that are no event', () => {
  for (const body of ['', ' ', '{', '[]', '7', 'null', '"x"', Buffer.from([0x7b, 0xff, 0x7d])]) {
    assert.deepEqual(faultsOf(body), [''], String(body))
  }
  assert.deepEqual(faultsOf(JSON.stringify({ ...FLAT, x: 'a'.repeat(1_048_576) }), 413), [])
})

test('a byte order mark is dropped', () => {
  assert.equal(read(`\ufeff${JSON.stringify(FLAT)}`)?.raw, JSON.stringify(FLAT))
})

test('the flat form and the enterprise form map to each other without loss', () => {
  const raw =
    '{"datetime":1712345678000,"big":12345678901234567890,"event_id":"1","type":"a.b","subtype":"c","encounter_id":"e","encounterId":"x","queue_id":null,"extra":{"n":1.50}}'
  const flat = read(raw)
  assert.ok(flat)
  const enterprise = read(enterpriseText(flat))
  assert.ok(enterprise)
  assert.equal(enterprise.form, 'enterprise')
  for (const field of ['id', 'type', 'subject', 'occurredAt', 'encounterId'] as const) {
    assert.equal(enterprise[field], flat[field])
  }
  const back = flatText(enterprise)
  assert.deepEqual(JSON.parse(back ?? ''), JSON.parse(raw))
  assert.match(back ?? '', /"big":12345678901234567890/)
  assert.match(back ?? '', /"n":1\.50/)
  assert.equal(enterpriseText(enterprise), enterprise.raw)
  assert.equal(flatText(flat), raw)
})

test('an enterprise event of its own has no flat form', () => {
  const event = read(ENTERPRISE)
  assert.equal(event && flatText(event), null)
})

test('a CloudEvent in the enterprise form', () => {
  const event = read({ specversion: '1.0', id: '1', source: '/s', type: 't', actorid: 'u', data: [1] })
  assert.deepEqual(event && JSON.parse(enterpriseText(event)), {
    eventId: '1',
    eventType: 't',
    occurredAt: '2026-04-04T17:10:00.000Z',
    tenantId: 't',
    actorUserId: 'u',
    payload: { value: [1] },
    schemaVersion: '1.0',
  })
})

test('every form goes out as a CloudEvent that our own door takes, its data as text', () => {
  for (const raw of [
    JSON.stringify({ ...FLAT, big: 1 }).replace('"big":1', '"big":12345678901234567890'),
    JSON.stringify({ ...ENTERPRISE, schemaVersion: 3, actorUserId: 'u' }).replace(
      '"ticket":7',
      '"ticket":12345678901234567890',
    ),
  ]) {
    const event = read(raw)
    assert.ok(event)
    const text = toCloudEvent({ ...event, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })
    assert.match(text, /12345678901234567890/)
    const again = read(text, 'application/cloudevents+json')
    assert.ok(again)
    assert.deepEqual(cloudEventView(again), cloudEventView(event))
    assert.deepEqual(dataOf(event.form, event.raw), event.data)
  }
})

test('an event born here is what the door would have made of its own text', () => {
  const born = bornEvent({
    tenant: 't',
    id: 'n1',
    subtype: 'closed',
    encounterId: 'enc',
    queueId: 'q',
    patientId: null,
    brandId: null,
    at: NOW,
    extra: { reason: 'abandoned', event_id: 'overruled' },
    cause: 'run:1',
    hops: 2,
    traceparent: null,
  })
  const { cause, hops, origin, ...rest } = born
  assert.deepEqual({ cause, hops, origin }, { cause: 'run:1', hops: 2, origin: 'internal' })
  const { cause: _c, hops: _h, origin: _o, ...seen } = read(born.raw) ?? assert.fail()
  assert.deepEqual(rest, seen)
  assert.deepEqual(Object.keys(born.data as object).slice(0, 4), ['event_id', 'type', 'subtype', 'encounter_id'])
})

test('RFC 3339 times', () => {
  const good: readonly [string, string][] = [
    ['2026-04-04T17:10:00Z', '2026-04-04T17:10:00.000Z'],
    ['2026-04-04t17:10:00z', '2026-04-04T17:10:00.000Z'],
    ['2026-04-04T17:10:00.123456789+02:30', '2026-04-04T14:40:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ]
  for (const [text, expected] of good) assert.equal(new Date(rfc3339Ms(text) ?? 0).toISOString(), expected, text)
  for (const bad of [
    '2026-04-04',
    '2026-04-04 17:10:00Z',
    '2026-04-04T17:10:00',
    '2026-04-04T17:10Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-04-04T24:00:00Z',
    '2026-04-04T10:60:00Z',
    '2026-04-04T10:00:60Z',
    '2026-04-04T10:00:00+24:00',
    '0001-01-01T00:00:00+01:00',
    '0000-01-01T00:00:00Z',
    `2026-04-04T17:10:00.${'1'.repeat(100)}Z`,
    1_712_345_678_000,
    null,
  ]) {
    assert.equal(rfc3339Ms(bad), null, String(bad))
  }
})
