import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bornEvent } from '#events/index.ts'
import type { LogEvent } from '#platform/event.ts'
import { endpointOf, validKeys } from './endpoint.ts'
import { disabledEvent } from './operator-events.ts'
import { deliveriesOf, type PreparedWebhook } from './plan.ts'
import { viewOf } from './subscription.ts'
import type { Format } from './wire.ts'

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
const OLD = `whsec_${Buffer.alloc(24, 2).toString('base64')}`

const stored = {
  id: 'a',
  url: 'https://x.example/hook?token=a',
  destination: null,
  format: 'as-received' as Format,
  secrets: [{ secret: SECRET, until: null as number | null }],
  delaysS: null as number[] | null,
  failing: null,
}
const endpoint = (id: string, format: Format = 'as-received') => endpointOf({ ...stored, id, format })

const event: LogEvent = {
  ...bornEvent({
    tenant: 't',
    id: 'e1',
    subtype: 'closed',
    encounterId: 'enc',
    queueId: null,
    patientId: null,
    brandId: null,
    at: 1_800_000_000_000,
    cause: null,
    hops: 0,
    traceparent: null,
  }),
  position: 7,
  shard: 3,
  receivedAt: 1_800_000_000_000,
}

test('an event and a subscription always make the same delivery, and no other pair does', () => {
  const ids = (of: LogEvent, ...endpoints: string[]) =>
    deliveriesOf(
      of,
      endpoints.map((id) => endpoint(id)),
    ).map((draft) => draft.id)
  assert.deepEqual(ids(event, 'a', 'b'), ids({ ...event, position: 9, receivedAt: 1 }, 'a', 'b'))
  const all = [
    ...ids(event, 'a', 'b'),
    ...ids({ ...event, id: 'e2' }, 'a'),
    ...ids({ ...event, source: 's' }, 'a'),
    ...ids({ ...event, tenant: 'u' }, 'a'),
  ]
  assert.equal(new Set(all).size, 5)
})

test('the body is the event as it came, or a CloudEvent around it', () => {
  const [asReceived, cloudEvent] = deliveriesOf(event, [endpoint('a'), endpoint('b', 'cloudevents')])
  const [first, second] = [asReceived?.prepared, cloudEvent?.prepared] as { body?: string; written?: string }[]
  assert.equal(first?.body, event.raw)
  assert.equal(first?.written, 'application/json')
  assert.deepEqual(JSON.parse(second?.body ?? '').data, event.data)
  assert.equal(second?.written, 'application/cloudevents+json')
  assert.equal(asReceived?.target, 'subscription:a')
  assert.equal(asReceived?.eventPosition, 7)
})

test('of a large event nothing is held until it goes out', () => {
  const raw = JSON.stringify({ ...(event.data as object), text: 'x'.repeat(1_000_000) })
  const drafts = deliveriesOf({ ...event, raw, data: JSON.parse(raw) }, [
    endpoint('a'),
    endpoint('b', 'cloudevents'),
    endpointOf({ ...stored, destination: { kind: 'kafka', topic: 'orders' } }),
  ])
  assert.ok(JSON.stringify(drafts).length < 20_000)
  assert.deepEqual(
    drafts.map((draft) => (draft.prepared as PreparedWebhook).summary),
    deliveriesOf(event, [
      endpoint('a'),
      endpoint('b', 'cloudevents'),
      endpointOf({ ...stored, destination: { kind: 'kafka', topic: 'orders' } }),
    ]).map((draft) => (draft.prepared as PreparedWebhook).summary),
  )
})

test('for a broker nothing is made of an event before it goes out', () => {
  const destination = { kind: 'mqtt' as const, topic: 'out' }
  const [draft] = deliveriesOf(event, [endpointOf({ ...stored, url: 'mqtt:out', destination })])
  const [webhook] = deliveriesOf(event, [endpoint('a')])
  const prepared = (made: typeof draft) => made?.prepared as PreparedWebhook | undefined
  assert.equal(prepared(draft)?.body, event.raw)
  assert.equal(prepared(draft)?.event, event)
  assert.equal(prepared(webhook)?.event, null)
})

test('the attempt log shows the form of the body, and not the query of a URL', () => {
  const summaries = deliveriesOf(event, [endpoint('a'), endpoint('b', 'cloudevents')]).map(
    ({ prepared }) => prepared?.summary,
  )
  assert.deepEqual(summaries, [
    'POST https://x.example/hook (application/json)',
    'POST https://x.example/hook (application/cloudevents+json)',
  ])
})

test('a subscription with delays of its own is tried by them', () => {
  const own = endpointOf({ ...stored, delaysS: [5, 60] })
  const schedules = deliveriesOf(event, [endpoint('b'), own]).map(({ prepared }) => prepared?.schedule)
  assert.deepEqual(schedules, [undefined, [5_000, 60_000]])
})

test('an old secret signs until its overlap is over', () => {
  const rotated = endpointOf({
    ...stored,
    secrets: [
      { secret: SECRET, until: null },
      { secret: OLD, until: 1000 },
    ],
  })
  assert.equal(validKeys(rotated, 999).length, 2)
  assert.equal(validKeys(rotated, 1000).length, 1)
})

test('the five fields of the source document, and others only where they say something', () => {
  const subscription = {
    id: 'a',
    routingKeyPattern: '#',
    webhookUrl: 'https://x.example/',
    destination: null,
    format: 'as-received',
    status: 'ACTIVE',
    statusReason: null,
    createdAt: 1_800_000_000_000,
    delaysS: null,
    signature: 'v1',
    publicKeys: [],
    previousUntil: null,
  } as const
  assert.deepEqual(Object.keys(viewOf(subscription)), ['id', 'routingKeyPattern', 'webhookUrl', 'createdAt', 'status'])
  const other = viewOf({ ...subscription, format: 'cloudevents', status: 'DISABLED', statusReason: 'gone' })
  assert.equal(other.format, 'cloudevents')
  assert.equal(other.statusReason, 'the receiver answered 410 Gone')
  const signed = viewOf({
    ...subscription,
    delaysS: [5, 300, 7_200],
    signature: 'v1a',
    publicKeys: [
      { publicKey: 'whpk_b', until: null },
      { publicKey: 'whpk_a', until: 1_800_000_000_000 },
    ],
  })
  assert.deepEqual(signed.retryDelays, ['PT5S', 'PT5M', 'PT2H'])
  assert.equal(signed.signature, 'v1a')
  assert.deepEqual(signed.publicKeys, [
    { publicKey: 'whpk_b' },
    { publicKey: 'whpk_a', validUntil: '2027-01-15T08:00:00.000Z' },
  ])
})

test('one occasion of disabling is told by one event', () => {
  const about = { tenant: 't', id: 'a', webhookUrl: 'https://x.example/' }
  const occasion = { ...about, reason: 'failing', disabledAt: 5, failingSince: 0 } as const
  const told = disabledEvent(occasion, 1_800_000_000_000)
  assert.equal(told.id, disabledEvent(occasion, 1_800_000_009_999).id)
  assert.notEqual(told.id, disabledEvent({ ...occasion, disabledAt: 6 }, 1_800_000_000_000).id)
  assert.equal(told.type, 'subscription.disabled')
  assert.equal(told.source, 'cauce')
  assert.deepEqual(JSON.parse(told.raw).data, {
    subscriptionId: 'a',
    webhookUrl: 'https://x.example/',
    cause: 'failing',
    reason: 'every attempt failed for 120 hours',
    failingSince: '1970-01-01T00:00:00.000Z',
  })
})
