import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editedText } from '#events/edit.ts'
import { readEvents } from '#events/forms.ts'
import type { LogEvent } from '#platform/event.ts'

const READ_AT = 1_760_000_000_000

/** An event as the log has it: received some milliseconds after the door read it. */
function logged(body: object): LogEvent {
  const [draft] = readEvents(
    { contentType: 'application/cloudevents+json', headers: {}, body: JSON.stringify(body) },
    { tenant: 't', now: READ_AT, origin: 'rest', traceparent: null, defaultSource: 'd' },
  )
  assert.ok(draft)
  return { ...draft, position: 1, shard: 0, receivedAt: READ_AT + 7 }
}

const order = { specversion: '1.0', id: 'o-1', source: 'shop', type: 'order.placed', data: { total: 'forty' } }

test('the data of a CloudEvent are put right whether it says when it occurred or not', () => {
  for (const event of [order, { ...order, time: '2025-10-09T08:53:20Z' }, { ...order, time: '2025-10-10T08:53:20Z' }]) {
    assert.deepEqual(JSON.parse(editedText(logged(event), { total: 40 })), { ...event, data: { total: 40 } })
  }
})
