import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributesOf } from '#events/cloudevents-out.ts'

test('what an event says beside its data is shown under one set of names, whatever its form', () => {
  const enterprise = {
    eventId: 'e1',
    eventType: 'order.placed',
    occurredAt: '2026-04-04T17:10:00Z',
    tenantId: 'acme-eu',
    actorUserId: 'u-9',
    payload: { total: 3 },
    schemaVersion: 2,
    correlationId: 'c-1',
  }
  assert.deepEqual(attributesOf('enterprise', JSON.stringify(enterprise)), {
    tenantId: 'acme-eu',
    actorUserId: 'u-9',
    schemaVersion: '2',
    extensions: { correlationId: 'c-1' },
  })
  const cloudEvent = {
    specversion: '1.0',
    id: 'e1',
    source: '/s',
    type: 'order.placed',
    subject: 'o-1',
    time: '2026-04-04T17:10:00Z',
    datacontenttype: 'application/json',
    dataschema: 'https://example.org/order/2',
    tenantid: 'acme-eu',
    actorid: 'u-9',
    schemaversion: '2.1',
    partitionkey: 'o-1',
    data: { total: 3 },
  }
  assert.deepEqual(attributesOf('cloudevents', JSON.stringify(cloudEvent)), {
    tenantId: 'acme-eu',
    actorUserId: 'u-9',
    schemaVersion: '2.1',
    extensions: { dataschema: 'https://example.org/order/2', partitionkey: 'o-1' },
  })
})

test('the flat form says all in its data; what is absent, null or left out of a list is null', () => {
  const none = { tenantId: null, actorUserId: null, schemaVersion: null, extensions: {} }
  assert.deepEqual(attributesOf('flat', '{"event_id":"e1","note":"x"}'), none)
  assert.deepEqual(attributesOf('enterprise', '{"eventId":"e1","tenantId":null,"payload":{}}'), none)
  assert.deepEqual(attributesOf('cloudevents', null), none)
})
